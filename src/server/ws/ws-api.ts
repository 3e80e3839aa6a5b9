/** The WebSocket side: upgrades taken or refused, and a heartbeat that finds connections whose peer is gone. */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type ServerOptions, WebSocketServer } from 'ws';
import { LONGEST_TIMEOUT } from '../../engine/deadline';
import { STREAMS_SOCKET_PATH } from '../../protocol/constants';
import { refuseSocket } from '../listening/bare-answer';
import { isSocketPath } from '../listening/incoming';
import { WsConnection, type WsConnectionParts } from './ws-connection';

export type WsApiParts = Omit<WsConnectionParts, 'ws' | 'socket'>;

export class WsApi {
  readonly #parts: WsApiParts;
  readonly #connections = new Set<WsConnection>();
  readonly #acceptor: WebSocketServer;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(parts: WsApiParts) {
    this.#parts = parts;
    const options: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      maxPayload: parts.limits.maxFrameBytes,
      // Ours are bounded by the connection, and those of clients by the heartbeat: what was sent to a client before it
      // closed counts as delivered, so a slow one has the time to read it.
      closeTimeout: LONGEST_TIMEOUT,
      // Compressed, receiving is many times slower, and each connection has buffers of its own for it.
      perMessageDeflate: false,
    };
    this.#acceptor = new WebSocketServer(options);
    this.#acceptor.on('wsClientError', ({ message }, socket: Socket) => {
      refuseSocket(socket, '400 Bad Request', { message });
    });
    // As on every other answer: who makes tokens is to know when they end by this clock (P31).
    this.#acceptor.on('headers', (headers) => headers.push(`Date: ${new Date(parts.now()).toUTCString()}`));
    this.#heartbeat = setInterval(() => {
      // A process that was busy finds pongs that have come meanwhile: it reads them first.
      setImmediate(() => {
        for (const connection of this.#connections) connection.beat();
      });
    }, parts.pingInterval);
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** @param socket heard for errors already. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    if (!isSocketPath(request)) {
      refuseSocket(socket, '404 Not Found', { message: `The WebSocket is at ${STREAMS_SOCKET_PATH}.` });
      return;
    }
    if (this.#parts.isDraining()) {
      refuseSocket(socket, '503 Service Unavailable', { message: 'The server is closing.' });
      return;
    }
    if (this.#parts.lobby.isFull) {
      refuseSocket(socket, '503 Service Unavailable', { message: 'The server has too many connections.' });
      return;
    }
    this.#acceptor.handleUpgrade(request, socket, head, (ws) => {
      const connection = new WsConnection({ ...this.#parts, ws, socket });
      this.#connections.add(connection);
      ws.once('close', () => this.#connections.delete(connection));
    });
  }

  /** Ends every connection at once, whatever its client does. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    await Promise.all([...this.#connections].map((connection) => connection.destroy()));
  }
}
