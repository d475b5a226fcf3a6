// A WebSocket echo with `ws`, as commonly written, without the console.log.
const http = require('node:http');
const { WebSocketServer } = require('ws');

const server = http.createServer((req, res) => res.end());
const wss = new WebSocketServer({ server });

wss.on('connection', (ws) => {
  ws.on('message', (message, isBinary) => ws.send(message, { binary: isBinary }));
});

server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
