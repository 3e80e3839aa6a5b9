/** Speaks TLS before a server that does not, as a reverse proxy would. */
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { closeAfterwards } from '../closing';
import { certificate, key } from './tls';

/** The `https` address that leads to a port of 127.0.0.1; closes after the test. */
export async function startTlsFront(port: number): Promise<string> {
  const sockets = new Set<Socket>();
  const front = createServer({ cert: certificate, key }, (socket) => {
    const target = connect(port, '127.0.0.1');
    for (const each of [socket, target]) {
      each.setNoDelay();
      sockets.add(each);
      each.on('error', () => {});
      each.on('close', () => {
        socket.destroy();
        target.destroy();
      });
    }
    socket.pipe(target).pipe(socket);
  });
  // Those too whose handshake never ends: the callback above does not hear of them, and the close waits for them.
  front.on('connection', (socket: Socket) => sockets.add(socket));
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  closeAfterwards(async () => {
    for (const socket of sockets) socket.destroy();
    front.close();
    await once(front, 'close');
  });
  return `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
}
