/** A server's start, for programs that may never make one. */

import type { ServerOptions } from './options';
import type { EmbeddedServer } from './server';

/**
 * Starts a server that serves until it is closed.
 *
 * @throws (rejects with) SettingError for options that make no sense; nothing is left open.
 * @throws (rejects with) StoreError when another process holds the store's folder, or it cannot be written to.
 * @throws (rejects with) ListenError with the reason in words: the port is taken, the address is not this machine's.
 */
export async function startServer(options: ServerOptions = {}): Promise<EmbeddedServer> {
  // Loaded with the first server: each start of a Node-RED would wait for it, also where none is built in.
  const server = require('./server') as typeof import('./server');
  return server.startServer(options);
}
