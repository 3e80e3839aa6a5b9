/**
 * Publishers and subscribers of a stream-sea server that cost next to nothing: requests made beforehand, deliveries
 * counted by their frames. The server is what is measured.
 */

import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Load, measure, until } from '../lib/measure.mjs';
import { messagesOf, STREAM } from '../lib/messages.mjs';
import { FrameCounter, maskedFrame } from '../lib/websocket.mjs';

/** @param publishers connections @param batch messages in a request @param subscribers connections, every one gets all */
export async function start({ port, bytes, publishers, batch, subscribers }) {
  const counters = [];
  for (let index = 0; index < subscribers; index += 1) counters.push(await subscribe(port));
  const deliveries = () => counters.reduce((sum, { count }) => sum + count, 0) - 2 * subscribers;
  await until(() => deliveries() === 0, 'the subscriptions');

  const idle = await Promise.all(Array.from({ length: publishers }, () => publisher(port, bytes, batch)));
  const load = new Load(publishers, async () => {
    const post = idle.pop();
    await post();
    idle.push(post);
    return batch;
  });
  return {
    async measure(ms) {
      const before = load.done;
      const from = deliveries();
      load.start();
      const result = await measure(deliveries, ms);
      await load.stop();
      await until(() => deliveries() - from === (load.done - before) * subscribers, 'the last deliveries');
      return { ...result, total: load.done };
    },
  };
}

/** The first two frames of a counter are the answers. */
async function subscribe(port) {
  const socket = await open(port);
  socket.write(
    `GET /api/v1/streams HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('data', resolve));
  const counter = new FrameCounter();
  socket.on('data', (chunk) => counter.receive(chunk));
  const payload = { type: 'basic', clientId: 'bench', clientSecret: 'bench' };
  socket.write(maskedFrame(JSON.stringify({ id: 1, action: 'authenticate', payload })));
  socket.write(
    maskedFrame(JSON.stringify({ id: 2, action: 'subscribe', payload: STREAM, groupId: randomUUID() })),
  );
  return counter;
}

/** A function that sends one request and resolves with its answer. */
async function publisher(port, bytes, batch) {
  const messages = messagesOf(bytes);
  const payload =
    batch === 1 ? messages[0] : Array.from({ length: batch }, (_, at) => messages[at % messages.length]);
  const body = JSON.stringify({ payload });
  const authorization = `Basic ${Buffer.from('bench:bench').toString('base64')}`;
  const request = `POST /api/v1/streams/${STREAM}/publish HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const socket = await open(port);
  let answered = () => {};
  // An answer is a few hundred bytes: it comes whole.
  socket.on('data', (chunk) => {
    if (!chunk.latin1Slice(0, 12).endsWith('200')) throw new Error(chunk.toString());
    answered();
  });
  return () =>
    new Promise((resolve) => {
      answered = resolve;
      socket.write(request);
    });
}

function open(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });
}
