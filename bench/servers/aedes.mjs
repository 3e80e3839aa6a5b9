/**
 * The MQTT broker aedes. What it takes is all its own work; what it hands to `mqtt in` is written past it, framed
 * beforehand, so that the node is measured and not the broker.
 */

import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { messagesOf, STREAM } from '../lib/messages.mjs';
import { publishPacket } from '../lib/mqtt.mjs';
import { trickle } from '../lib/trickle.mjs';

const CHUNK = 262_144;

export async function start({ bytes }) {
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle);
  const counts = { sent: 0, published: 0 };
  const subscribers = new Set();
  let going = false;
  broker.on('subscribe', (_, client) => subscribers.add(client));
  broker.on('clientDisconnect', (client) => subscribers.delete(client));
  broker.on('publish', (_, client) => {
    if (client) counts.published += 1;
  });

  const packets = messagesOf(bytes).map((message) => publishPacket(STREAM, JSON.stringify(message), 0));
  const frames = [];
  for (let size = 0; size < CHUNK; size += packets[0].length)
    frames.push(packets[frames.length % packets.length]);
  const chunk = Buffer.concat(frames);

  function pump(client) {
    if (!going) return;
    counts.sent += frames.length;
    client.conn.write(chunk, () => pump(client));
  }

  const begin = trickle(() => {
    for (const client of subscribers) {
      client.conn.write(frames[counts.sent % frames.length]);
      counts.sent += 1;
    }
  });

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: () => server.address().port,
    counts: () => counts,
    subscriptions: () => subscribers.size,
    async go() {
      if (subscribers.size > 0) await begin();
      going = true;
      for (const client of subscribers) pump(client);
    },
    halt() {
      going = false;
    },
  };
}
