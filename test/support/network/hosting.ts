/** Another program's HTTP server, which answers all that it gets with its path; closed after the test. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { closeAfterwards } from '../closing';
import { certificate, key } from './tls';

export interface Hosting {
  readonly server: Server;
  readonly port: number;
  /** Without a slash at its end. */
  readonly url: string;
}

export async function startHosting(scheme: 'http' | 'https' = 'http'): Promise<Hosting> {
  const server =
    scheme === 'http'
      ? createServer()
      : createTlsServer({ cert: certificate, key }).on('tlsClientError', () => {});
  server.on('request', (request, response) => response.end(`theirs: ${request.url}`));
  closeAfterwards(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, port, url: `${scheme}://127.0.0.1:${port}` };
}
