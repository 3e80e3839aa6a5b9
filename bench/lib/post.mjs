/** Publishing by a keep-alive HTTP client alone. */

import { Agent, request } from 'node:http';
import { Pool } from 'undici';
import { STREAM } from './messages.mjs';

const path = `/api/v1/streams/${STREAM}/publish`;
const headers = {
  authorization: `Basic ${Buffer.from('bench:bench').toString('base64')}`,
  'content-type': 'application/json',
};

/** @returns {(body: string) => Promise<unknown>} resolves with the answer */
export function withUndici(port, connections) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections });
  return async (body) => {
    const reply = await pool.request({ method: 'POST', path, headers, body });
    if (reply.statusCode !== 200) throw new Error(`status ${reply.statusCode}`);
    await reply.body.text();
  };
}

/** The same with Node's own client. */
export function withNode(port, connections) {
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
