// Server-Sent Events: the browser's EventSource reads, reconnects, and says in Last-Event-ID what it has seen.
import { note, pause, say, show, start } from "./page.js";

let source = null;
let seen = ""; // for a new EventSource, which cannot be given the header
let failures = 0;
let timer = 0;

function connect() {
  say("waiting", "connecting…");
  source = new EventSource(seen ? `events?last_event_id=${seen}` : "events");
  source.onopen = () => {
    failures = 0;
    say("open", "connected");
  };
  source.onmessage = (event) => {
    seen = event.lastEventId;
    show(event.data, event.lastEventId);
  };
  source.addEventListener("missed", () => note("Some messages were missed: the server no longer has them."));
  source.onerror = () => {
    if (source.readyState === EventSource.CONNECTING) {
      say("waiting", "no connection; the browser tries again");
    } else { // any answer but 200 ends an EventSource for good
      say("refused", "the server refused; trying again");
      timer = setTimeout(connect, pause(failures++, 2000, 30_000));
    }
  };
}

function disconnect() {
  clearTimeout(timer);
  source.close();
}

start({ connect, disconnect });
