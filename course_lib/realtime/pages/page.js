// What the three pages share. A transport calls start() with what it can do: connect, disconnect and, if it has a way
// of its own, send. It reports through show(), note() and say().

const [state, list, problem, form, field, button] =
  ["state", "messages", "problem", "form", "text", "switch"].map((id) => document.getElementById(id));
const KEPT = 200; // older messages leave the page, or it would grow for as long as it is open

/** Add a message. textContent, never innerHTML: what others wrote must stay text. */
export function show(text, id = "") {
  add(text, id, "");
}

/** Add a remark of the page itself. */
export function note(text) {
  add(text, "", "note");
}

/** Say how the connection is: "open", "waiting", "refused" or "closed", and in words. */
export function say(kind, words) {
  state.dataset.state = kind;
  state.textContent = words;
}

/** How long to wait before the next attempt, in milliseconds: longer after every failure, and never quite the same,
 *  so that a server that comes back does not meet all its clients in one moment. */
export function pause(failures, first = 500, most = 10_000) {
  const ceiling = Math.min(most, first * 2 ** failures);
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

export function start({ connect, disconnect, send = post }) {
  let connected = true;
  button.addEventListener("click", () => {
    connected = !connected;
    button.textContent = connected ? "Disconnect" : "Reconnect";
    if (connected) {
      connect();
    } else {
      disconnect();
      say("closed", "disconnected by you");
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    try {
      await send(field.value);
      field.value = "";
    } catch (error) {
      problem.textContent = `Not sent: ${error.message}`;
    }
  });
  connect();
}

/** Send a message with an ordinary request. */
async function post(message) {
  const answer = await fetch("messages", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ message }),
  }).catch(() => { throw new Error("the server does not answer"); });
  if (!answer.ok) throw new Error((await answer.json()).error);
}

function add(text, id, kind) {
  const down = list.scrollTop + list.clientHeight >= list.scrollHeight - 5; // follow only who reads the end
  const row = document.createElement("li");
  const number = document.createElement("span");
  const words = document.createElement("span");
  number.className = "id";
  number.textContent = id;
  words.className = kind;
  words.textContent = text;
  row.append(number, words);
  list.append(row);
  while (list.children.length > KEPT) list.firstChild.remove();
  if (down) list.scrollTop = list.scrollHeight;
}
