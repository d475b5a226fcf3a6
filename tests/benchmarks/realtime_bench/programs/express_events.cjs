// Server-Sent Events with express, as commonly written, the frame made once per message: POST /messages reaches all.
const express = require('express');

const app = express();
const clients = new Set();
let id = 0;

app.get('/events', (req, res) => {
  res.setHeader('Content-Type', 'text/event-stream');
  res.setHeader('Cache-Control', 'no-store');
  res.flushHeaders();
  clients.add(res);
  req.on('close', () => clients.delete(res));
});

app.post('/messages', express.json(), (req, res) => {
  id += 1;
  const frame = `id: ${id}\ndata: ${req.body.message}\n\n`;
  clients.forEach((client) => client.write(frame));
  res.status(201).json({ id });
});

const server = app.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
