/**
 * Publishers and subscribers of a stream-sea server that cost next to nothing: requests made beforehand, deliveries
 * counted by their frames. The server is what is measured.
 */

import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Load, measure, until } from '../lib/measure.mjs';
import { messagesOf, STREAM } from '../lib/messages.mjs';
import { FrameCounter, maskedFrame, maskedPong } from '../lib/websocket.mjs';

/** Messages that fill those, in a request. */
const FILL = 32;

const BENCH = { clientId: 'bench', clientSecret: 'bench' };
/** The group of all who share one. */
const SHARED = randomUUID();
const AUTHORIZATION = `Basic ${Buffer.from('bench:bench').toString('base64')}`;

/** Bytes that a kernel takes for one who does not read: 4 MB where this was measured. */
const KERNEL_BUFFERS = 5 * 1_048_576;

/**
 * @param ports of servers of one sea, whose turn it is with each connection; absent: `port` alone
 * @param publishers connections @param batch messages in a request
 * @param subscribers connections; with none, what was answered is counted
 * @param groups of the subscribers: `own` or `lasting`, and every one gets all; `one`, and every message goes to one of them.
 *   One that lasts is remembered, each a client's: what is published for it is kept until it has left.
 * @param stuck so many more subscribe in each round anew, and never read
 */
export async function start({
  port,
  ports = [port],
  bytes,
  publishers,
  batch,
  subscribers,
  groups = 'own',
  stuck = 0,
}) {
  const counters = [];
  for (let index = 0; index < subscribers; index += 1) {
    counters.push(await subscribe(ports[index % ports.length], groups));
  }
  /** How many get each message. */
  const copies = groups === 'one' ? Math.min(1, subscribers) : subscribers;
  const deliveries = () => counters.reduce((sum, { count }) => sum + count, 0) - 2 * subscribers;
  await until(() => deliveries() === 0, 'the subscriptions');

  const messages = messagesOf(bytes);
  // Only once there is something to be sent: a server does not leave a connection idle for long before its first request.
  let idle = [];
  const openPublishers = () =>
    Promise.all(
      Array.from({ length: publishers }, (_, index) => {
        return publisher(
          ports[index % ports.length],
          Array.from({ length: batch }, (_, at) => messages[at % messages.length]),
        );
      }),
    );
  const load = new Load(publishers, async () => {
    const post = idle.pop();
    await post();
    idle.push(post);
    return batch;
  });
  let crowd = [];
  return {
    async join() {
      for (const socket of crowd) socket.destroy();
      crowd = await Promise.all(Array.from({ length: stuck }, () => stand(ports[0])));
      // Until the kernel takes no more for them, they are readers like any other.
      const fill = await publisher(
        ports[0],
        Array.from({ length: FILL }, () => ({ note: 'x'.repeat(8_192) })),
      );
      for (let filled = 0; stuck > 0 && filled < KERNEL_BUFFERS; filled += FILL * 8_192) {
        await fill();
        load.done += FILL;
      }
      await until(() => deliveries() === load.done * copies, 'the last of what fills the buffers');
    },
    async measure(ms) {
      if (idle.length === 0) idle = await openPublishers();
      const before = load.done;
      const from = deliveries();
      load.start();
      const result = await measure(subscribers === 0 ? () => load.done : deliveries, ms);
      await load.stop();
      await until(() => deliveries() - from === (load.done - before) * copies, 'the last deliveries');
      return { ...result, total: load.done };
    },
  };
}

/** The first two frames of a counter are the answers. */
async function subscribe(port, groups) {
  const credentials = groups === 'lasting' ? await newClient(port) : BENCH;
  const socket = await upgrade(port);
  const counter = new FrameCounter((held) => socket.write(maskedPong(held)));
  socket.on('data', (chunk) => counter.receive(chunk));
  // The group that lasts is the one of each client without an id.
  authenticate(socket, credentials, { own: randomUUID(), one: SHARED }[groups]);
  return counter;
}

/** Whose group it is that lasts. */
async function newClient(port) {
  const reply = await fetch(`http://127.0.0.1:${port}/api/v1/client`, {
    method: 'POST',
    headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
    body: JSON.stringify({ clientId: randomUUID(), description: '' }),
  });
  const { givenId, secret } = await reply.json();
  return { clientId: givenId, clientSecret: secret };
}

/** Subscribes, and then reads nothing more. */
async function stand(port) {
  const socket = await upgrade(port);
  const counter = new FrameCounter();
  const answered = new Promise((resolve) => {
    socket.on('data', (chunk) => {
      counter.receive(chunk);
      if (counter.count >= 2) {
        socket.pause();
        resolve();
      }
    });
  });
  // The server may well end it.
  socket.on('error', () => {});
  authenticate(socket, BENCH, randomUUID());
  await answered;
  return socket;
}

function authenticate(socket, credentials, groupId) {
  const payload = { type: 'basic', ...credentials };
  socket.write(maskedFrame(JSON.stringify({ id: 1, action: 'authenticate', payload })));
  socket.write(maskedFrame(JSON.stringify({ id: 2, action: 'subscribe', payload: STREAM, groupId })));
}

async function upgrade(port) {
  const socket = await open(port);
  socket.write(
    `GET /api/v1/streams HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

/** A function that sends one request and resolves with its answer. */
async function publisher(port, messages) {
  const body = JSON.stringify({ payload: messages.length === 1 ? messages[0] : messages });
  const request = `POST /api/v1/streams/${STREAM}/publish HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${AUTHORIZATION}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
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
