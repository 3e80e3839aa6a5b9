// One of several workers: each message goes to one of those that name the same group. Told to stop (SIGTERM), it takes
// no more, finishes what it has, publishes what came of it, and ends.
//   node worker.mjs http://127.0.0.1:1234 CLIENT_ID CLIENT_SECRET NAME
import { Client } from '@stream-sea/node-red';

const [url, clientId, clientSecret, name] = process.argv.slice(2);
const client = new Client({ url, credentials: { type: 'basic', clientId, clientSecret } });

const jobs = client.subscribe(
  'jobs',
  { type: 'group', group: 'workers' },
  { ready: () => console.log('ready') },
);
process.once('SIGTERM', () => {
  client.drain({ timeout: 5_000 }).catch((error) => console.error(error.code, error.message));
});

for await (const { id } of jobs) {
  await client.publish('done', { id, by: name });
  console.log(name, id);
}
