/** Requests as they come, before anybody looks at them: their targets, and whether they are for the WebSocket. */

import type { IncomingMessage, Server } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { STREAMS_SOCKET_PATH } from '../../protocol/constants';

/** As a proxy writes it, and any server has to take it (RFC 9112, 3.2.2). */
const ABSOLUTE = /^https?:\/\/[^/?#]*/i;

/** What an offer of another protocol consists of. */
const OFFER = new Set(['upgrade', 'http2-settings']);

/** The target of a request, without the address of this server if it has one. */
export function pathOf(target = ''): string {
  if (target.startsWith('/')) return target;
  const path = target.replace(ABSOLUTE, '');
  return path.startsWith('/') || path === '*' ? path : `/${path}`;
}

export function isSocketPath(request: IncomingMessage): boolean {
  return pathOf(request.url).split('?', 1)[0] === STREAMS_SOCKET_PATH;
}

export function isForWebSocket({ headers }: IncomingMessage): boolean {
  return listOf(headers.upgrade).includes('websocket');
}

/**
 * The head of a request that offers another protocol (Java's client does, HTTP/2), as if it had not: that is how a server
 * that does not know the protocol has to take it (RFC 9110, 7.8).
 */
export function headWithoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const key = name.toLowerCase();
    if (OFFER.has(key)) continue;
    const left = key === 'connection' ? listOf(value).filter((option) => !OFFER.has(option)) : [value];
    if (left.length > 0) lines.push(`${name}: ${left.join(', ')}`);
  }
  // Header bytes are letters of Latin-1, in both directions.
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** To its server, which takes it for one that has just come, whose request offers nothing. */
export function giveBack(server: Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
  socket.off('error', destroyed);
  if (!socket.writable) return;
  socket.unshift(Buffer.concat([headWithoutOffer(request), head]));
  server.emit(server instanceof TlsServer ? 'secureConnection' : 'connection', socket);
}

/** A listener for a socket's errors. */
export function destroyed(this: Socket): void {
  this.destroy();
}

function listOf(header = ''): string[] {
  return header
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');
}
