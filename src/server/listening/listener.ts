/** A port to listen on, with TLS or without: what can be wrong with it in words, and who is on it. */

import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { ListenError, messageOf, SettingError } from '../../errors';
import { type Sentence, say } from '../../sentences';
import type { ServerLimits } from '../limits';
import { refuseSocket } from './bare-answer';
import { destroyed, giveBack, isForWebSocket, pathOf } from './incoming';
import { LatestAnswers } from './latest-answers';
import { ownUrl } from './own-url';

/** In PEM. */
export interface Certificate {
  /** And those between it and one that is trusted. */
  readonly cert: string;
  readonly key: string;
}

export interface ListenerParts {
  readonly host: string;
  readonly port: number;
  readonly tls: Certificate | undefined;
  readonly limits: Readonly<ServerLimits>;
  /** A socket has come. */
  readonly enter: (socket: Socket) => void;
  /** It speaks TLS now: what is in it is another one. */
  readonly secured: (bare: Socket, socket: Socket) => void;
  /** A request for a WebSocket. The socket is heard for errors. */
  readonly upgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
}

export class Listener {
  readonly server: Server;
  readonly #parts: ListenerParts;
  readonly #sockets = new Set<Socket>();
  /** Sockets that do not speak TLS yet, by their other end. */
  readonly #handshakes = new Map<string, Socket>();
  readonly #answers = new LatestAnswers();
  /** Those on which something came that is no HTTP. */
  readonly #broken = new WeakSet<Socket>();

  /** @throws SettingError for a certificate that is none. */
  constructor(parts: ListenerParts) {
    const { limits, tls, enter, secured, upgrade } = parts;
    this.#parts = parts;
    const options = {
      headersTimeout: limits.headersTimeout,
      requestTimeout: Math.max(limits.requestTimeout, limits.headersTimeout),
      keepAliveTimeout: limits.keepAliveTimeout,
      connectionsCheckingInterval: 1_000,
    };
    this.server =
      tls === undefined
        ? createServer(options)
        : attempt(() =>
            createTlsServer({ ...options, ...tls, handshakeTimeout: limits.authenticateTimeout }),
          );
    // Else whoever ends his side behind his requests is answered to none of those that are still under way.
    Object.assign(this.server, { httpAllowHalfOpen: true });
    this.server.on('connection', (socket) => {
      if (this.#sockets.has(socket)) return;
      this.#sockets.add(socket);
      if (tls !== undefined) this.#handshakes.set(endOf(socket), socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        this.#handshakes.delete(endOf(socket));
      });
      enter(socket);
    });
    this.server.on('secureConnection', (socket: Socket) => {
      // Likewise, where Node ends the other side by itself. Not sooner: nobody would notice who leaves in his handshake.
      socket.allowHalfOpen = true;
      const bare = this.#handshakes.get(endOf(socket));
      this.#handshakes.delete(endOf(socket));
      if (bare !== undefined) secured(bare, socket);
    });
    this.server.on('request', (request, response) => {
      request.url = pathOf(request.url);
      this.#answers.note(response);
    });
    this.server.on('upgrade', (request, socket: Socket, head) => {
      // Nobody else listens now: an unheard error would end the process.
      socket.on('error', destroyed);
      if (isForWebSocket(request)) {
        request.url = pathOf(request.url);
        upgrade(request, socket, head);
        return;
      }
      // The parser has let go of the socket, and takes it up again as one that has just come.
      this.#answers.after(socket, () => giveBack(this.server, request, socket, head));
    });
    this.server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      // Each piece of it is an error of its own, and there may be no end of them while the answer is on its way.
      if (this.#broken.has(socket)) return;
      this.#broken.add(socket);
      // What came before it in good order is answered first; what it broke off itself is not.
      this.#answers.after(socket, () => answerMalformed(error, socket));
    });
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string')
      throw new TypeError('The server listens on no port.');
    return address.port;
  }

  /** For a client on this machine. */
  get url(): string {
    const { host, tls } = this.#parts;
    return ownUrl(tls !== undefined, host, this.port);
  }

  /** @throws (rejects with) SettingError, ListenError */
  async listen(): Promise<void> {
    const { host, port } = this.#parts;
    const { server } = this;
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new SettingError(say('listen.port', { port: String(port) }));
    }
    await new Promise<void>((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException): void => {
        reject(new ListenError(listenFault(error, host, port), { cause: error }));
      };
      server.once('error', fail);
      server.listen({ host, port }, () => {
        server.off('error', fail);
        resolve();
      });
    });
  }

  /** For connections from now on. @throws SettingError; then the old one stays. */
  renewTls(tls: Certificate): void {
    const { server } = this;
    if (server instanceof TlsServer) attempt(() => server.setSecureContext({ ...tls }));
  }

  /** Frees the port; resolves when nobody is on it any more. */
  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  /** Ends all that are on it. */
  destroySockets(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function attempt<Result>(use: () => Result): Result {
  try {
    return use();
  } catch (error) {
    throw new SettingError(say('listen.tls', { reason: messageOf(error) }), { cause: error });
  }
}

function listenFault(error: NodeJS.ErrnoException, host: string, port: number): Sentence {
  switch (error.code) {
    case 'EADDRINUSE':
      return say('listen.taken', { port, host });
    case 'EADDRNOTAVAIL':
      return say('listen.elsewhere', { host });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say('listen.unknown', { host });
    case 'EACCES':
      return say('listen.forbidden', { port });
    default:
      return say('listen.failed', { port, host, reason: messageOf(error) });
  }
}

/** Bytes that are no HTTP, headers that are too large, requests that take too long. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      refuseSocket(socket, '431 Request Header Fields Too Large', { message: 'The headers are too large.' });
      return;
    case 'HPE_INVALID_URL':
      refuseSocket(socket, '400 Bad Request', {
        message: 'Letters beyond ASCII in a path must be percent-encoded.',
      });
      return;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      refuseSocket(socket, '408 Request Timeout', { message: 'The request took too long to come.' });
      return;
    default:
      refuseSocket(socket, '400 Bad Request', { message: 'This is not an HTTP request.' });
  }
}
