/** A small HTTP proxy that knows CONNECT alone, as those in front of a plant's network do. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { closeAfterwards } from '../closing';

export interface TestProxy {
  readonly url: string;
  readonly host: string;
  /** The targets that were asked for, as `host:port`. */
  readonly targets: string[];
  /** The `Proxy-Authorization` header of each. */
  readonly authorizations: (string | undefined)[];
  readonly sockets: number;
  /** What a CONNECT meets: a tunnel, a refusal with this status, or silence. */
  behaviour: 'tunnel' | 'hang' | number;
}

/** Listens on a free port of 127.0.0.1; closes after the test. Hosts of example.com are, to it, this machine. */
export async function startProxy(): Promise<TestProxy> {
  const server = createServer((_request, response) => response.writeHead(501).end());
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  };
  const inbound = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    keep(socket);
    inbound.add(socket);
    socket.on('close', () => inbound.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: TestProxy = {
    url: `http://${host}`,
    host,
    targets: [],
    authorizations: [],
    get sockets() {
      return inbound.size;
    },
    behaviour: 'tunnel',
  };
  server.on('connect', (request, socket: Socket, head: Buffer) => {
    proxy.targets.push(request.url ?? '');
    proxy.authorizations.push(request.headers['proxy-authorization']);
    if (proxy.behaviour === 'hang') {
      // Reads on, as it would otherwise never hear that the client has gone.
      socket.on('end', () => socket.destroy()).resume();
      return;
    }
    if (proxy.behaviour !== 'tunnel') {
      socket.end(`HTTP/1.1 ${proxy.behaviour} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const [hostname = '', port] = (request.url ?? '').split(':');
    const target = connect(Number(port), hostname.endsWith('.example.com') ? '127.0.0.1' : hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    keep(target);
    target.on('close', () => socket.destroy());
    socket.on('close', () => target.destroy());
  });
  closeAfterwards(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return proxy;
}
