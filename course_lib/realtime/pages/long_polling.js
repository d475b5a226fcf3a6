// Long polling: ask, get an answer when there is one, ask again. The cursor says what this page has seen.
import { note, pause, say, show, start } from "./page.js";

let cursor = null; // null: not asked yet
let current = null; // ends the loop that runs

async function listen(signal) {
  let failures = 0;
  let connected = false;
  say("waiting", "connecting…");
  while (!signal.aborted) {
    try {
      const answer = await poll(signal, connected);
      if (!connected) say("open", "connected");
      connected = true;
      failures = 0;
      if (answer === null) continue; // 204: nothing happened, ask again
      if (answer.missed) note("Some messages were missed: the server no longer has them.");
      for (const { id, message } of answer.messages) show(message, id);
      cursor = answer.cursor;
    } catch {
      if (signal.aborted) return;
      const wait = pause(failures++);
      connected = false;
      say("waiting", `no connection; trying again in ${(wait / 1000).toFixed(1)} s`);
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}

async function poll(signal, patient) {
  // a value that is used once: of two equal GETs a browser keeps one waiting for the other, for the sake of its cache
  const query = new URLSearchParams({ once: Math.random().toString(36).slice(2) });
  if (cursor !== null) query.set("after", cursor);
  if (!patient) query.set("timeout", "0"); // answer now: this page only asks whether you are there
  const answer = await fetch(`poll?${query}`, { cache: "no-store", signal });
  if (answer.status === 204) return null;
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}

start({
  connect() {
    current = new AbortController();
    listen(current.signal);
  },
  disconnect: () => current.abort(),
});
