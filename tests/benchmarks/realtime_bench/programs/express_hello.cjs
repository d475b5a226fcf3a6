// GET /hello with express, as commonly written.
const express = require('express');

const app = express();
app.get('/hello', (req, res) => res.json({ hello: 'world' }));

const server = app.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
