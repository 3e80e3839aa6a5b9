/** The client of this package without Node-RED: subscribes, and counts what comes. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { measure, until } from '../lib/measure.mjs';

const require = createRequire(import.meta.url);

/** @param lazy connects with the first subscription */
export async function start({ port, packageDir, streams = [], lazy = false }) {
  const { Client } = require(join(packageDir, 'dist', 'src', 'index.js'));
  const credentials = { type: 'basic', clientId: 'bench', clientSecret: 'bench' };
  let client;
  const connect = async () => {
    client = new Client({ url: `http://127.0.0.1:${port}`, credentials });
    client.acquire();
    await until(() => client.state.name === 'ready', 'the connection');
  };
  let received = 0;
  const listener = {
    message: () => {
      received += 1;
    },
    error: (error) => {
      throw error;
    },
  };
  const subscriptions = [];
  const subscribe = async (names) => {
    if (client === undefined) await connect();
    for (const name of names) subscriptions.push(client.subscribe(name, { type: 'every' }, listener));
    await until(() => subscriptions.every(({ status }) => status === 'active'), 'the subscriptions');
  };
  if (!lazy) await subscribe(streams);
  return { received: () => received, measure: (ms) => measure(() => received, ms), subscribe };
}
