// The server of blocked_server.py in Node.js: sends every line back, and blocks its loop now and then.
// Arguments: block-ms every-ms. Prints {"port": …} when it accepts.
const net = require("node:net");

const [blockMs, everyMs] = process.argv.slice(2).map(Number);

const server = net.createServer((socket) => {
  socket.setNoDelay(true);
  socket.on("data", (data) => socket.write(data));
  socket.on("error", () => socket.destroy());
});

function block() {
  const end = performance.now() + blockMs;
  while (performance.now() < end); // nobody else runs now
}

server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
if (blockMs > 0) setInterval(block, everyMs);
