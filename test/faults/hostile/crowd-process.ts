/**
 * A process that opens connections to a server and never authenticates: every other one upgrades to a WebSocket
 * first. Arguments: port, how many. Says `all` once each of them was open, and ends when its parent lets go of it.
 */
import { connect, type Socket } from 'node:net';

const [, , port = '0', count = '0'] = process.argv;

const UPGRADE =
  'GET /api/v1/streams HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** A listening socket keeps 511 waiting; of those beyond, the kernel drops the first packet, which costs a second. */
const AT_ONCE = 200;

let opened = 0;
let started = 0;

/** A silent one, then one that upgrades: its answer tells that the server has seen both. */
function openTwo(): void {
  if (started >= Number(count)) return;
  started += 2;
  open(() => {});
  const socket = open(() => socket.write(UPGRADE));
  let next = (): void => {
    next = () => {};
    openTwo();
  };
  socket.once('data', () => next());
  socket.once('close', () => next());
}

function open(onOpen: () => void): Socket {
  const socket = connect(Number(port), '127.0.0.1', () => {
    opened += 1;
    onOpen();
    if (opened === Number(count)) process.send?.('all');
  });
  // The server drives out most of them: that is what this is about.
  socket.on('error', () => {});
  return socket.resume();
}

process.once('disconnect', () => process.exit(0));
for (let lane = 0; lane < AT_ONCE; lane += 1) openTwo();
