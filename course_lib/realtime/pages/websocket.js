// A WebSocket: one connection, both directions. Reconnecting is this page's business, and so is what it missed meanwhile.
import { note, pause, say, show, start } from "./page.js";

const address = new URL("rooms/lobby", location.href);
address.protocol = address.protocol.replace("http", "ws"); // http: → ws:, https: → wss:

const REASONS = {
  1001: "the server closed",
  1006: "the connection broke",
  1009: "a message was too big",
  1013: "this page read too slowly",
};
let socket = null;
let before = false; // whether there has been a connection
let failures = 0;
let timer = 0;

function connect() {
  say("waiting", "connecting…");
  const mine = (socket = new WebSocket(address));
  let was = false;
  mine.onopen = () => {
    if (before) note("Connected again. What was said meanwhile is not here: a WebSocket has no memory.");
    before = was = true;
    failures = 0;
    say("open", "connected");
  };
  mine.onmessage = (event) => show(event.data);
  mine.onclose = (event) => {
    if (mine !== socket) return; // the button was faster
    const why = was ? (REASONS[event.code] ?? `closed with ${event.code}`) : "no connection";
    const wait = pause(failures++);
    say("waiting", `${why}; trying again in ${(wait / 1000).toFixed(1)} s`);
    timer = setTimeout(connect, wait);
  };
}

function disconnect() {
  clearTimeout(timer);
  const mine = socket;
  socket = null;
  mine.close(1000, "disconnected by the user");
}

function send(text) {
  if (socket?.readyState !== WebSocket.OPEN) throw new Error("there is no connection");
  socket.send(text);
}

start({ connect, disconnect, send });
