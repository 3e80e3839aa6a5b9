/** The least that can pass messages from HTTP to WebSockets: what a program without any library of ours would do. */

import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { STREAM } from '../lib/messages.mjs';

export async function start() {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { payload } = JSON.parse(Buffer.concat(chunks).toString());
      const frame = JSON.stringify({ id: 2, action: 'subscription', streamName: STREAM, payload });
      for (const socket of sockets.clients) socket.send(frame);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { id, action } = JSON.parse(data.toString());
      const kind = action === 'subscribe' ? 'subscription' : action;
      socket.send(JSON.stringify({ id, action: kind, success: true }));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: () => server.address().port };
}
