/**
 * A path at another program's HTTP server that is kept for a stream-sea. While its server is not there, as over a deploy,
 * clients are told to come again: a 404, as that program would say, is final to whoever publishes.
 */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { ListenError } from '../../errors';
import { say } from '../../sentences';
import { JSON_TYPE, refuseSocket } from './bare-answer';
import { type Holder, type Interceptor, interceptorAt } from './interceptor';
import { ownUrl } from './own-url';

/**
 * What is at a mount.
 *
 * @internal
 */
export type Entrance = Pick<Holder, 'request' | 'upgrade'>;

const GONE = { message: 'The server is not here at the moment.' };
const BODY = JSON.stringify(GONE);

const away: Entrance = {
  request(_request, response) {
    const headers = { 'Content-Type': JSON_TYPE, 'Content-Length': BODY.length, 'Retry-After': '1' };
    response.writeHead(503, headers).end(BODY);
  },
  upgrade(_request, socket) {
    refuseSocket(socket, '503 Service Unavailable', GONE);
  },
};

/** A path at another program's HTTP server, for a server to be at. */
export class Mount {
  /** From the root, without a slash at its end. */
  readonly path: string;
  readonly #server: Server;
  readonly #interceptor: Interceptor;
  #entrance: Entrance | undefined;

  /**
   * Is kept until it is given up.
   *
   * @param server with TLS or without; it may start to listen later.
   * @param path `/flows/stream-sea`: the API is below it, at `/flows/stream-sea/api/v1`.
   */
  constructor(server: Server, path: string) {
    const ways = path.split('/').filter((way) => way !== '');
    this.path = new URL(`/${ways.join('/')}`, 'http://a').pathname.replace(/\/$/, '');
    this.#server = server;
    this.#interceptor = interceptorAt(server);
    this.#interceptor.add(this);
  }

  /** The address that the other program listens on; none while it does not, or where that is no port. */
  get host(): string | undefined {
    return this.#address?.address;
  }

  /** For a client on this machine, likewise. */
  get url(): string | undefined {
    const address = this.#address;
    if (address === undefined) return undefined;
    const isSecure = this.#server instanceof TlsServer;
    return ownUrl(isSecure, address.address, address.port) + this.path;
  }

  get #address(): AddressInfo | undefined {
    const address = this.#server.address();
    return typeof address === 'string' || address === null ? undefined : address;
  }

  /**
   * Whether a server is there.
   *
   * @internal
   */
  get isOpen(): boolean {
    return this.#entrance !== undefined;
  }

  /**
   * @throws ListenError when a server is at this path, by whichever mount.
   *
   * @internal
   */
  checkFree(): void {
    for (const { path, isOpen } of this.#interceptor.holders) {
      if (isOpen && path === this.path) throw new ListenError(say('listen.path', { path }));
    }
  }

  /**
   * @returns closes it.
   * @throws ListenError when another server is there.
   *
   * @internal
   */
  open(entrance: Entrance): () => void {
    this.checkFree();
    this.#entrance = entrance;
    return () => {
      this.#entrance = undefined;
    };
  }

  /** Nothing is kept here any more. May be called again. */
  giveUp(): void {
    this.#interceptor.remove(this);
  }

  /**
   * What the other program's server was asked.
   *
   * @internal
   */
  request(request: IncomingMessage, response: ServerResponse): void {
    (this.#entrance ?? away).request(request, response);
  }

  /**
   * The same, for a WebSocket.
   *
   * @internal
   */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    (this.#entrance ?? away).upgrade(request, socket, head);
  }
}
