// Publishes a reading each second, checked against the stream's schema, until it is told to stop (Ctrl+C).
// Over a lost network readings wait, and leave in their order.
//   node publish.mjs http://127.0.0.1:1234 CLIENT_ID CLIENT_SECRET [HOW_MANY]
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@stream-sea/node-red';

const [url, clientId, clientSecret, many = 'Infinity'] = process.argv.slice(2);
const client = new Client({ url, credentials: { type: 'basic', clientId, clientSecret } });
client.on('problem', (error) => console.error(error.code, error.message));

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

for (let n = 0; n < Number(many) && !stop.signal.aborted; n += 1) {
  const reading = { pressure: 7.9 + Math.random() };
  await client.publish('boiler_data', reading, { check: 'types', timeout: 60_000 });
  console.log('published', n);
  if (n + 1 < Number(many)) await delay(1_000, undefined, { signal: stop.signal }).catch(() => {});
}
// What was accepted is sent first.
await client.drain({ timeout: 10_000 });
