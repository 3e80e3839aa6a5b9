/** JetStream by the client of NATS alone. */

import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

/** Makes a stream, and resolves with a function that publishes one message in it, and resolves when that is acknowledged. */
export async function openStream(port) {
  const connection = await connect({ servers: `127.0.0.1:${port}` });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'bench', subjects: ['bench.>'] });
  const client = jetstream(connection);
  return (message) => client.publish('bench.boiler_data', message);
}
