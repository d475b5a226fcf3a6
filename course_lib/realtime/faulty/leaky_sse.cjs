// leaky_sse.py in Node.js, with the same faults. Argument: the interval in ms. Prints {"port": …} when it accepts.
const http = require("node:http");

const interval = Number(process.argv[2] ?? 1000);
const messages = [];
let timers = 0;

function events(request, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.flushHeaders();
  let sent = messages.length;
  timers++;
  setInterval(() => { // never cleared
    for (const message of messages.slice(sent)) response.write(`data: ${message}\n\n`); // no id
    sent = messages.length;
  }, interval);
}

function publish(request, response) {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => json(response, 201, { id: messages.push(JSON.parse(body).message) }));
}

function json(response, status, value) {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(value));
}

const server = http.createServer((request, response) => {
  if (request.url.startsWith("/events")) events(request, response);
  else if (request.url === "/messages") publish(request, response);
  else json(response, 200, { started: timers, published: messages.length });
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
