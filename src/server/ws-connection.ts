/** One client's WebSocket: its frames in order, its authentication, its heartbeat, its end. */

import type { Socket } from 'node:net';
import { type RawData, WebSocket } from 'ws';
import { ProtocolError } from '../errors';
import {
  type AuthenticateFrame,
  type ClientFrame,
  encodeAuthenticateReply,
  failedAuthenticationId,
  parseClientFrame,
} from '../protocol/frames';
import { type Grant, invalidCredentials, secretMatches, verifyJwt } from './auth';
import type { Client } from './jail';
import type { ServerLimits } from './limits';
import type { Lobby } from './lobby';
import { Refusal } from './refusal';
import type { Sea } from './sea';
import { Session } from './session';

/** Close codes (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001;
const PROTOCOL_BROKEN = 1002;
const POLICY_BROKEN = 1008;
const SERVER_FAILED = 1011;

export interface WsConnectionParts {
  readonly ws: WebSocket;
  /** The same connection, one storey down. */
  readonly socket: Socket;
  readonly sea: Sea;
  readonly lobby: Lobby;
  readonly limits: Readonly<ServerLimits>;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

type State =
  | { readonly name: 'new' }
  /** A token takes a moment to verify; frames that come meanwhile are held, in order. */
  | { readonly name: 'authenticating'; readonly held: string[] }
  | { readonly name: 'authenticated'; readonly session: Session }
  | { readonly name: 'ended' };

export class WsConnection {
  readonly #parts: WsConnectionParts;
  readonly #ws: WebSocket;
  #state: State = { name: 'new' };
  #lastId = 0;
  /** Whether the last ping was answered. */
  #ponged = true;
  #corked = false;

  constructor(parts: WsConnectionParts) {
    this.#parts = parts;
    this.#ws = parts.ws;
    parts.lobby.evictBy(parts.socket, (reason) => {
      this.#end(POLICY_BROKEN, reason);
      // Waiting for the client's answer would let a crowd hold ten times the sockets that the lobby has room for.
      this.#ws.terminate();
    });
    parts.ws.on('message', (data, isBinary) => this.#receive(data, isBinary));
    parts.ws.on('pong', () => {
      this.#ponged = true;
    });
    // ws has begun to close by itself then, with the code that fits: 1009 for a frame too large.
    parts.ws.on('error', () => {
      this.#leave();
      this.#endSoon();
    });
    parts.ws.on('close', () => this.#leave());
  }

  /** To be called at every ping interval. */
  beat(): void {
    if (!this.#ponged) {
      this.#ws.terminate();
      return;
    }
    this.#ponged = false;
    this.#ws.ping();
  }

  /** Ends at once: the reason is sent, but nobody waits for the client to answer it. Resolves when it is gone. */
  destroy(): Promise<void> {
    return new Promise((resolve) => {
      this.#ws.once('close', () => resolve());
      this.#end(GOING_AWAY, 'The server is closing.');
      this.#ws.terminate();
    });
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (isBinary || !Buffer.isBuffer(data)) {
      this.#end(PROTOCOL_BROKEN, 'A frame should be text.');
      return;
    }
    this.#take(data.toString());
  }

  #take(text: string): void {
    if (this.#state.name === 'ended') return;
    if (this.#state.name === 'authenticating') {
      this.#state.held.push(text);
      return;
    }
    try {
      this.#act(parseClientFrame(text));
    } catch (error) {
      if (error instanceof ProtocolError) this.#reject(text, error.message);
      else this.#fail(error);
    }
  }

  /** A client that waits for the answer to its authentication gets one, however little was to be made of it (P22). */
  #reject(text: string, why: string): void {
    const id = this.#state.name === 'new' ? failedAuthenticationId(text) : undefined;
    if (id !== undefined) this.#ws.send(encodeAuthenticateReply(id, { error: why }));
    this.#end(PROTOCOL_BROKEN, why);
  }

  /** @throws ProtocolError for a frame out of order. */
  #act(frame: ClientFrame): void {
    const expectedId = this.#lastId + 1;
    if (frame.id !== expectedId) throw new ProtocolError(`id should be ${expectedId}, but is ${frame.id}`);
    this.#lastId = expectedId;
    switch (this.#state.name) {
      case 'new':
        if (frame.action !== 'authenticate') throw new ProtocolError('the first frame should authenticate');
        this.#authenticate(frame);
        return;
      case 'authenticated':
        if (frame.action === 'authenticate') throw new ProtocolError('authenticate is sent only once');
        this.#state.session.subscribe(frame);
        return;
      default:
    }
  }

  #authenticate({ id, payload }: AuthenticateFrame): void {
    const client = this.#parts.sea.findClient(payload.clientId);
    if (payload.type === 'basic') {
      // An unknown client takes the same path, and the same time, as a wrong secret.
      const matches = secretMatches(payload.clientSecret, client?.secret);
      if (client !== undefined && matches) this.#accept(id, client, undefined);
      else this.#refuse(id, invalidCredentials().message);
      return;
    }
    const held: string[] = [];
    this.#state = { name: 'authenticating', held };
    // Else a client could make this server hold whatever it sends meanwhile.
    this.#ws.pause();
    this.#verify(client, payload.jwt)
      .then(
        (grant) => {
          if (client !== undefined) this.#accept(id, client, grant);
        },
        (error: unknown) => {
          if (error instanceof Refusal) this.#refuse(id, error.message);
          else this.#fail(error);
        },
      )
      .finally(() => {
        this.#ws.resume();
        for (const text of held) this.#take(text);
      });
  }

  /** @throws Refusal (401) */
  async #verify(client: Client | undefined, jwt: string): Promise<Grant> {
    const publicKey = client?.jwtPublicKey ?? null;
    const grant = await verifyJwt(jwt, publicKey, this.#parts.now());
    // Deleted, or given another key, while the token was being verified.
    if (client === undefined || client.jwtPublicKey !== publicKey) throw invalidCredentials();
    this.#parts.sea.requirePresent(client);
    return grant;
  }

  #accept(id: number, client: Client, grant: Grant | undefined): void {
    if (this.#state.name === 'ended') return;
    const { limits, now, lobby, socket } = this.#parts;
    lobby.leave(socket);
    this.#ws.send(encodeAuthenticateReply(id, { jailId: client.jail.id }));
    this.#state = {
      name: 'authenticated',
      session: new Session({ client, grant, limits, now, outlet: this.#outlet() }),
    };
  }

  #refuse(id: number, why: string): void {
    if (this.#state.name === 'ended') return;
    this.#ws.send(encodeAuthenticateReply(id, { error: why }));
    this.#end(POLICY_BROKEN, why);
  }

  #outlet() {
    const { ws, socket, limits } = this.#parts;
    return {
      get isOpen() {
        return ws.readyState === WebSocket.OPEN;
      },
      send: (text: string, sent?: () => void) => {
        this.#cork(socket);
        ws.send(text, sent);
        // terminate, not close: a close frame would wait behind all that the client does not read.
        if (ws.bufferedAmount > limits.maxBufferedBytes) ws.terminate();
      },
      end: (reason: string) => this.#end(POLICY_BROKEN, reason),
    };
  }

  /** All that a batch delivers here goes to the kernel in one write, instead of one for each message. */
  #cork(socket: Socket): void {
    if (this.#corked) return;
    this.#corked = true;
    socket.cork();
    process.nextTick(() => {
      this.#corked = false;
      socket.uncork();
    });
  }

  #fail(error: unknown): void {
    this.#parts.onError(error);
    this.#end(SERVER_FAILED, 'The server failed at this frame.');
  }

  #end(code: number, reason: string): void {
    if (this.#state.name === 'ended') return;
    this.#leave();
    this.#ws.close(code, closeReason(reason));
    this.#endSoon();
  }

  /** Whether or not the client answers the close. */
  #endSoon(): void {
    const timer = setTimeout(() => this.#ws.terminate(), this.#parts.limits.closeTimeout);
    this.#ws.once('close', () => clearTimeout(timer));
  }

  #leave(): void {
    if (this.#state.name === 'authenticated') this.#state.session.leave();
    this.#state = { name: 'ended' };
  }
}

/** A close frame has room for 123 bytes of reason; a letter cut in two is dropped. */
function closeReason(text: string): string {
  return Buffer.from(text)
    .subarray(0, 123)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}
