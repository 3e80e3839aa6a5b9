/**
 * A bare server that is never the bottleneck: deliveries are framed beforehand and written by the quarter megabyte,
 * requests are counted by their length and answered with the same few bytes. Speaks just enough of stream-sea, and
 * of plain WebSocket for the core's node.
 */

import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { DEFINITION, messagesOf, STREAM } from '../lib/messages.mjs';
import { trickle } from '../lib/trickle.mjs';
import { textFrame } from '../lib/websocket.mjs';

const CHUNK = 262_144;
const PING = Buffer.from([0x89, 0]);
const OK = reply('{}');
const SCHEMA = reply(JSON.stringify(DEFINITION));

export async function start({ bytes }) {
  const texts = messagesOf(bytes).map((message) => JSON.stringify(message));
  const counts = { sent: 0, published: 0, requests: 0 };
  const peers = new Set();
  let going = false;

  function upgraded(socket, path) {
    const peer = path === '/plain' ? new PlainPeer(socket, texts) : new SeaPeer(socket, texts);
    peers.add(peer);
    socket.on('close', () => peers.delete(peer));
    return peer;
  }

  function pump(peer) {
    if (!going || peer.busy) return;
    peer.busy = true;
    const { chunk, messages } = peer.delivery();
    counts.sent += messages;
    peer.socket.write(chunk, () => {
      peer.busy = false;
      pump(peer);
    });
  }

  const begin = trickle(() => {
    for (const peer of peers) {
      const { frames } = peer.delivery();
      peer.socket.write(frames[counts.sent % frames.length]);
      counts.sent += 1;
    }
  });

  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    new HttpPeer(socket, { bytes, counts, upgraded });
  });
  setInterval(() => {
    for (const { socket } of peers) socket.write(PING);
  }, 20_000);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: () => server.address().port,
    counts: () => counts,
    subscriptions: () => [...peers].reduce((sum, peer) => sum + peer.subscriptions, 0),
    async go() {
      if (peers.size > 0) await begin();
      going = true;
      for (const peer of peers) pump(peer);
    },
    halt() {
      going = false;
    },
  };
}

/** Requests, one after the other; bodies are not looked at, only how long they are. */
class HttpPeer {
  #socket;
  #parts;
  #head = Buffer.alloc(0);
  #body = 0;
  #answer = OK;
  #webSocket;

  constructor(socket, parts) {
    this.#socket = socket;
    this.#parts = parts;
    socket.on('data', (chunk) => this.#receive(chunk));
  }

  #receive(data) {
    let chunk = data;
    while (chunk.length > 0) {
      if (this.#webSocket !== undefined) {
        this.#webSocket.receive(chunk);
        return;
      }
      if (this.#body > 0) {
        const taken = Math.min(this.#body, chunk.length);
        this.#body -= taken;
        chunk = chunk.subarray(taken);
        if (this.#body === 0) this.#socket.write(this.#answer);
        continue;
      }
      const bytes = this.#head.length > 0 ? Buffer.concat([this.#head, chunk]) : chunk;
      const end = bytes.indexOf('\r\n\r\n');
      if (end === -1) {
        this.#head = bytes;
        return;
      }
      this.#head = Buffer.alloc(0);
      chunk = bytes.subarray(end + 4);
      this.#request(bytes.latin1Slice(0, end));
    }
  }

  #request(head) {
    const { counts, bytes, upgraded } = this.#parts;
    const [, path] = head.split(' ', 2);
    const key = /sec-websocket-key: *(\S+)/i.exec(head);
    if (key !== null) {
      const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
      this.#socket.write(`${lines.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept(key[1])}\r\n\r\n`);
      this.#webSocket = upgraded(this.#socket, path);
      return;
    }
    this.#body = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    this.#answer = path.endsWith('/schema') ? SCHEMA : OK;
    counts.requests += 1;
    if (path.endsWith('/publish')) counts.published += messagesIn(this.#body, bytes);
    if (this.#body === 0) this.#socket.write(this.#answer);
  }
}

/** `{"payload":m}`, or `{"payload":[m,m]}`, of messages that all have the same length. */
function messagesIn(length, bytes) {
  if (length === bytes + 12) return 1;
  const count = (length - 13) / (bytes + 1);
  if (!Number.isInteger(count)) throw new Error(`A body of ${length} bytes holds no messages of ${bytes}.`);
  return count;
}

/** A stream-sea client's WebSocket: accepts every subscription, and delivers to all of them in turn. */
class SeaPeer {
  socket;
  busy = false;
  #texts;
  #names = [];
  #pending = Buffer.alloc(0);
  #delivery;

  constructor(socket, texts) {
    this.socket = socket;
    this.#texts = texts;
  }

  get subscriptions() {
    return this.#names.length;
  }

  receive(chunk) {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (let frame = takeFrame(this.#pending); frame !== undefined; frame = takeFrame(this.#pending)) {
      this.#pending = this.#pending.subarray(frame.end);
      if (frame.opcode === 1) this.#act(JSON.parse(frame.payload.toString()));
      if (frame.opcode === 8) this.socket.end();
    }
  }

  #act({ id, action, payload }) {
    if (action === 'authenticate') {
      this.#write({ id, action, success: true, payload: { jailId: 'bench' } });
      return;
    }
    this.#names[id - 2] = payload;
    this.#delivery = undefined;
    this.#write({ id, action: 'subscription', success: true, streamName: payload, payload: 1 });
  }

  #write(answer) {
    this.socket.write(textFrame(JSON.stringify(answer)));
  }

  delivery() {
    const names = this.#names.map((name) => JSON.stringify(name));
    this.#delivery ??= chunkOf(names.length, (at) => {
      const which = at % names.length;
      const text = this.#texts[at % this.#texts.length];
      return `{"id":${which + 2},"action":"subscription","streamName":${names[which]},"payload":${text}}`;
    });
    return this.#delivery;
  }
}

/** A WebSocket that sends messages and listens to nothing: what the core's `websocket in` expects. */
class PlainPeer {
  socket;
  busy = false;
  subscriptions = 1;
  #texts;
  #delivery;

  constructor(socket, texts) {
    this.socket = socket;
    this.#texts = texts;
  }

  receive() {}

  delivery() {
    this.#delivery ??= chunkOf(
      1,
      (at) => `{"topic":"${STREAM}","payload":${this.#texts[at % this.#texts.length]}}`,
    );
    return this.#delivery;
  }
}

/** As many frames as fill a chunk, the same number for each subscription. */
function chunkOf(subscriptions, textAt) {
  const frames = [];
  let size = 0;
  while (size < CHUNK || frames.length % subscriptions !== 0) {
    const frame = textFrame(textAt(frames.length));
    frames.push(frame);
    size += frame.length;
  }
  return { chunk: Buffer.concat(frames), messages: frames.length, frames };
}

/** A frame from a client: masked, never in pieces. */
function takeFrame(bytes) {
  if (bytes.length < 6) return undefined;
  const short = bytes[1] & 0x7f;
  const at = short === 126 ? 4 : 2;
  const length = short === 126 ? bytes.readUInt16BE(2) : short;
  const end = at + 4 + length;
  if (bytes.length < end) return undefined;
  const mask = bytes.subarray(at, at + 4);
  const payload = Buffer.from(bytes.subarray(at + 4, end));
  for (let index = 0; index < payload.length; index += 1) payload[index] ^= mask[index % 4];
  return { opcode: bytes[0] & 0x0f, payload, end };
}

function accept(key) {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

function reply(json) {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ';
  return Buffer.from(`${head}${Buffer.byteLength(json)}\r\n\r\n${json}`);
}
