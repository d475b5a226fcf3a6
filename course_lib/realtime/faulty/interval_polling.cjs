// interval_polling.py in Node.js, with the same faults. Argument: the interval in ms. Prints {"port": …} when it accepts.
const http = require("node:http");

const interval = Number(process.argv[2] ?? 1000);
const messages = [];
let published = 0;
let timers = 0;

function poll(request, response) {
  timers++;
  const timer = setInterval(() => {
    if (messages.length === 0) return;
    clearInterval(timer);
    timers--;
    const { id, message } = messages.shift(); // for this client only
    json(response, 200, { messages: [{ id, message }], cursor: id, missed: false });
  }, interval); // goes on when the client has gone
}

function publish(request, response) {
  let body = "";
  request.on("data", (chunk) => (body += chunk)); // as much as it likes
  request.on("end", () => {
    messages.push({ id: ++published, message: JSON.parse(body).message });
    json(response, 201, { id: published });
  });
}

function json(response, status, value) {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(value));
}

const server = http.createServer((request, response) => {
  if (request.url.startsWith("/poll")) poll(request, response);
  else if (request.url === "/messages") publish(request, response);
  else json(response, 200, { started: timers, published });
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
