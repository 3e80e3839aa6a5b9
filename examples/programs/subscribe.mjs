// Prints every message of a stream, one at a time: while one is worked on, the others wait, mostly at the server.
//   node subscribe.mjs http://127.0.0.1:1234 CLIENT_ID CLIENT_SECRET STREAM [HOW_MANY]
import { Client, StreamSeaError } from '@stream-sea/node-red';

const [url, clientId, clientSecret, stream, many = 'Infinity'] = process.argv.slice(2);
const client = new Client({ url, credentials: { type: 'basic', clientId, clientSecret } });

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

try {
  let left = Number(many);
  const ready = () => console.log('listening');
  for await (const message of client.subscribe(stream, { type: 'every' }, { ready, signal: stop.signal })) {
    console.log(JSON.stringify(message));
    left -= 1;
    if (left === 0) break;
  }
} catch (error) {
  if (!(error instanceof StreamSeaError)) throw error;
  console.error(error.code, error.message);
  process.exitCode = error.code === 'SEA_ABORTED' ? 0 : 1;
}
await client.close();
