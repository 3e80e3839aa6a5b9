/** A message out by HTTP and back by WebSocket, without any library of ours: the limit for a round trip. */

import { Agent, request } from 'node:http';
import WebSocket from 'ws';
import { measureLatency, until } from '../lib/measure.mjs';
import { messagesOf, STREAM } from '../lib/messages.mjs';
import { start as startRelay } from '../servers/relay.mjs';

/** @param port of a relay in another process; absent: it is in this one */
export async function start({ port, bytes = 96 }) {
  const at = port ?? (await startRelay()).port();
  const messages = messagesOf(bytes);
  const agent = new Agent({ keepAlive: true });
  const path = `/api/v1/streams/${STREAM}/publish`;
  const authorization = `Basic ${Buffer.from('bench:bench').toString('base64')}`;
  const socket = new WebSocket(`ws://127.0.0.1:${at}/api/v1/streams`, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  let answered = 0;
  let received = () => {};
  socket.on('message', (data) => {
    const frame = JSON.parse(data.toString());
    if (frame.success === undefined) received(frame.payload);
    else answered += 1;
  });
  const authenticate = { type: 'basic', clientId: 'bench', clientSecret: 'bench' };
  socket.send(JSON.stringify({ id: 1, action: 'authenticate', payload: authenticate }));
  socket.send(JSON.stringify({ id: 2, action: 'subscribe', payload: STREAM }));
  await until(() => answered === 2, 'the subscription');
  let next = 0;
  const once = () =>
    new Promise((resolve, reject) => {
      received = resolve;
      next += 1;
      const body = JSON.stringify({ payload: messages[next % messages.length] });
      const headers = { authorization, 'content-type': 'application/json', 'content-length': body.length };
      request({ host: '127.0.0.1', port: at, method: 'POST', path, agent, headers }, (reply) =>
        reply.resume(),
      )
        .on('error', reject)
        .end(body);
    });
  return { measureLatency: (ms) => measureLatency(once, ms) };
}
