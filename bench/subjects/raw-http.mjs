/** The limit for publishing: a keep-alive HTTP client, and `JSON.stringify`. */

import { Agent, request } from 'node:http';
import { Pool } from 'undici';
import { Load, measureLoad } from '../lib/measure.mjs';
import { messagesOf, STREAM } from '../lib/messages.mjs';

/** @param library `undici` or `node:http` @param batch messages in a request; they gather in no time */
export async function start({ port, bytes, library, connections, batch = 1 }) {
  const messages = messagesOf(bytes);
  const post = (library === 'undici' ? withUndici : withNode)(port, connections);
  let next = 0;
  const message = () => {
    next += 1;
    return messages[next % messages.length];
  };
  const load = new Load(connections, async () => {
    const payload = batch === 1 ? message() : Array.from({ length: batch }, message);
    await post(JSON.stringify({ payload }));
    return batch;
  });
  return { measure: (ms) => measureLoad(load, ms) };
}

const path = `/api/v1/streams/${STREAM}/publish`;
const headers = {
  authorization: `Basic ${Buffer.from('bench:bench').toString('base64')}`,
  'content-type': 'application/json',
};

function withUndici(port, connections) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections });
  return async (body) => {
    const reply = await pool.request({ method: 'POST', path, headers, body });
    if (reply.statusCode !== 200) throw new Error(`status ${reply.statusCode}`);
    await reply.body.text();
  };
}

function withNode(port, connections) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return (body) =>
    new Promise((resolve, reject) => {
      const length = { 'content-length': Buffer.byteLength(body) };
      const options = {
        port,
        host: '127.0.0.1',
        method: 'POST',
        path,
        agent,
        headers: { ...headers, ...length },
      };
      request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
      })
        .on('error', reject)
        .end(body);
    });
}
