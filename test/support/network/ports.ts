/** Ports of the loopback interface that the system gives: held, or free a moment ago. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Whoever else wants it is refused until the holder is closed. */
export async function takePort(): Promise<{ readonly holder: Server; readonly port: number }> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  return { holder, port: (holder.address() as AddressInfo).port };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const { holder, port } = await takePort();
  holder.close();
  await once(holder, 'close');
  return port;
}
