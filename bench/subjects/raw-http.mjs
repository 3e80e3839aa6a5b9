/** The limit for publishing: a keep-alive HTTP client, and `JSON.stringify`. */

import { Load, measureLoad } from '../lib/measure.mjs';
import { messagesOf } from '../lib/messages.mjs';
import { withNode, withUndici } from '../lib/post.mjs';

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
