/** What a gateway on JetStream does for a publisher, by the client of NATS alone: each batch is one message, acknowledged. */

import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Load, measureLoad } from '../lib/measure.mjs';
import { messagesOf } from '../lib/messages.mjs';

/** @param publishers batches under way at any time */
export async function start({ port, bytes, publishers, batch }) {
  const connection = await connect({ servers: `127.0.0.1:${port}` });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'bench', subjects: ['bench.>'] });
  const client = jetstream(connection);
  const messages = messagesOf(bytes);
  const gathered = Array.from({ length: batch }, (_, at) => messages[at % messages.length]);
  const load = new Load(publishers, async () => {
    await client.publish('bench.boiler_data', JSON.stringify(gathered));
    return batch;
  });
  return { measure: (ms) => measureLoad(load, ms) };
}
