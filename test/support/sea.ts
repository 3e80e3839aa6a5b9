/** An embedded server for a test, closed after it; and one stream's worth of definition. */

import { afterEach } from 'mocha';
import { type EmbeddedServer, type ServerOptions, startServer as start } from '../../src/server/server';

const running: EmbeddedServer[] = [];

/** What the servers of this test told `onError`: a test that provokes no fault leaves it empty. */
const faults: unknown[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
  const [fault] = faults.splice(0);
  if (fault !== undefined) throw fault;
});

/** Listens on a free port of 127.0.0.1, with the client `gauge` in the jail `works`; closes after the test. */
export async function startServer(options: ServerOptions = {}): Promise<EmbeddedServer> {
  const server = await start({
    jail: { jailId: 'works', clientId: 'gauge', clientSecret: 'gauge-secret' },
    onError: (error) => faults.push(error),
    ...options,
  });
  running.push(server);
  return server;
}

export const BOILER = {
  version: 1,
  fields: [
    { name: 'temperature', type: 'float' },
    { name: 'pressure', type: 'integer' },
    { name: 'mode', type: 'enum', enum: ['on', 'off'] },
  ],
};
