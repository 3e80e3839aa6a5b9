/** What a gateway on JetStream does for a publisher, by the client of NATS alone: each batch is one message, acknowledged. */

import { openStream } from '../lib/jetstream.mjs';
import { Load, measureLoad } from '../lib/measure.mjs';
import { messagesOf } from '../lib/messages.mjs';

/** @param publishers batches under way at any time */
export async function start({ port, bytes, publishers, batch }) {
  const publish = await openStream(port);
  const messages = messagesOf(bytes);
  const gathered = Array.from({ length: batch }, (_, at) => messages[at % messages.length]);
  const load = new Load(publishers, async () => {
    await publish(JSON.stringify(gathered));
    return batch;
  });
  return { measure: (ms) => measureLoad(load, ms) };
}
