/** Answers on a bare socket, where there is no ServerResponse. */

import type { Socket } from 'node:net';
import type { ErrorBody } from '../../protocol/http/reply-error';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** And ends it. */
export function refuseSocket(socket: Socket, statusLine: string, body: ErrorBody): void {
  const json = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${statusLine}\r\nConnection: close\r\nContent-Type: ${JSON_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
    () => socket.destroy(),
  );
}
