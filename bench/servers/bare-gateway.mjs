/**
 * What a gateway on JetStream costs at least: a server of node:http that parses each body, publishes it as one message
 * by the client of NATS, and says that all is well once that is acknowledged.
 */

import { createServer } from 'node:http';
import { openStream } from '../lib/jetstream.mjs';

/** @param nats port of the NATS server */
export async function start({ nats }) {
  const publish = await openStream(nats);
  const counts = { published: 0 };
  // Longer than the other sides' rounds take.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks);
      const { payload } = JSON.parse(body.toString());
      await publish(body);
      counts.published += payload.length;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: () => server.address().port, counts: () => counts };
}
