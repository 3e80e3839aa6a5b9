/** A server with the stream `boiler`, and the ways of its client to it. */

import type { EmbeddedServer } from '../../../src/server/server';
import { type Credentials, ok, Wire } from '../../support/network/wire';
import { BOILER, startServer } from '../../support/sea/sea';

export async function startBoiler(): Promise<EmbeddedServer> {
  const server = await startServer();
  await ok(server.url, 'POST', '/streams/boiler/define', BOILER, { as: server.credentials });
  return server;
}

/** @param now the server that they lead to: a test may start another one */
export function waysTo(now: () => EmbeddedServer) {
  return {
    login: (by: Credentials = now().credentials) => Wire.login(now().url, by),
    publish: (...payload: object[]) =>
      ok(now().url, 'POST', '/streams/boiler/publish', { payload }, { as: now().credentials }),
  };
}
