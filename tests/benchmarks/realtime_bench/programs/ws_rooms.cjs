// A WebSocket broadcast with `ws`, as commonly written: every message goes to every client of its room (the path), and
// so does what is posted to /messages.
const http = require('node:http');
const { WebSocketServer, WebSocket } = require('ws');

function broadcast(room, message, isBinary = false) {
  wss.clients.forEach((client) => {
    if (client.room === room && client.readyState === WebSocket.OPEN) client.send(message, { binary: isBinary });
  });
}

const server = http.createServer((req, res) => {
  let body = '';
  req.on('data', (part) => (body += part));
  req.on('end', () => {
    const { room, message } = JSON.parse(body);
    broadcast(`/rooms/${room}`, message);
    res.writeHead(201, { 'Content-Type': 'application/json', 'Content-Length': 2 });
    res.end('{}');
  });
});

const wss = new WebSocketServer({ server });
wss.on('connection', (ws, req) => {
  ws.room = req.url;
  ws.on('message', (message, isBinary) => broadcast(ws.room, message, isBinary));
  ws.on('error', () => {});
});

server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
