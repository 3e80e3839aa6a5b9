// Defines a stream's schema, reads it back, and shows what a message that does not follow it does wrong.
//   node schema.mjs http://127.0.0.1:1234 CLIENT_ID CLIENT_SECRET
import { Client, PayloadError } from '@stream-sea/node-red';

const [url, clientId, clientSecret] = process.argv.slice(2);
const client = new Client({ url, credentials: { type: 'basic', clientId, clientSecret } });
const timeout = 10_000;

const fields = [
  { name: 'pressure', type: 'float' },
  { name: 'mode', type: 'enum', enum: ['on', 'off'] },
];
await client.define({ name: 'boiler_data', version: 1, fields }, { timeout });
console.log(JSON.stringify(await client.describe('boiler_data', { timeout })));
console.log(await client.versions(['boiler_data', 'unknown'], { timeout }));

try {
  await client.publish('boiler_data', { pressure: 'high', mode: 'on' }, { check: 'types', timeout });
} catch (error) {
  if (!(error instanceof PayloadError)) throw error;
  for (const { path, message } of error.problems) console.log(path, message);
}
await client.close();
