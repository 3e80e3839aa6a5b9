/** One client's WebSocket: its frames in order, its authentication, its heartbeat, its end. */

import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { ProtocolError } from '../../errors';
import {
  AUTHENTICATION_ID,
  type AuthenticateFrame,
  type ClientFrame,
  encodeAuthenticateReply,
  failedAuthenticationId,
  parseClientFrame,
} from '../../protocol/frames';
import type { LoginAttempts } from '../auth/login-attempts';
import { engineRefusal } from '../engine-refusal';
import type { ServerEvent } from '../event';
import type { Waiter } from '../groups/member';
import type { ServerLimits } from '../limits';
import type { Lobby } from '../listening/lobby';
import { Refusal } from '../refusal';
import type { Sea } from '../sea';
import { type Proof, proveBySecret, proveByToken } from './login';
import { Outlet } from './outlet';
import { Pulse } from './pulse';
import { Session } from './session';

/** Close codes (RFC 6455, 7.4.1, and its registry). */
const GOING_AWAY = 1001;
const PROTOCOL_BROKEN = 1002;
const POLICY_BROKEN = 1008;
const SERVER_FAILED = 1011;
const TRY_AGAIN_LATER = 1013;

export interface WsConnectionParts {
  readonly ws: WebSocket;
  /** The same connection, one storey down. */
  readonly socket: Socket;
  readonly sea: Sea;
  readonly lobby: Lobby;
  readonly logins: LoginAttempts;
  readonly limits: Readonly<ServerLimits>;
  /** Milliseconds between pings. */
  readonly pingInterval: number;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
  readonly onEvent: (event: ServerEvent) => void;
  /** Once it is so, nobody subscribes any more. */
  readonly isDraining: () => boolean;
}

type State =
  | { readonly name: 'new' }
  /** A token takes a moment to verify; frames that come meanwhile are held, in order. */
  | { readonly name: 'authenticating'; readonly held: string[] }
  | { readonly name: 'authenticated'; readonly session: Session }
  /** A session stays until the connection is gone: what it was sent may still arrive. */
  | { readonly name: 'ended'; readonly session: Session | undefined };

export class WsConnection implements Waiter {
  readonly #parts: WsConnectionParts;
  readonly #ws: WebSocket;
  readonly #outlet: Outlet;
  readonly #pulse: Pulse;
  readonly #address: string;
  #state: State = { name: 'new' };
  #lastId = 0;

  constructor(parts: WsConnectionParts) {
    const { ws, socket, lobby, limits } = parts;
    this.#parts = parts;
    this.#ws = ws;
    this.#address = socket.remoteAddress ?? '';
    this.#pulse = new Pulse(socket, parts.pingInterval);
    this.#outlet = new Outlet({
      ws,
      socket,
      highWater: limits.maxBufferedBytes,
      end: (reason) => this.#end(POLICY_BROKEN, reason),
      onPing: (behind) => this.#pulse.ping(behind),
    });
    lobby.evictBy(socket, (reason) => {
      this.#end(POLICY_BROKEN, reason);
      // Waiting for the client's answer would let a crowd hold ten times the sockets that the lobby has room for.
      ws.terminate();
    });
    ws.on('message', (data, isBinary) => this.#receive(data, isBinary));
    ws.on('pong', (content) => this.#pulse.answered(content));
    // ws has begun to close by itself then, with the code that fits: 1009 for a frame too large.
    ws.on('error', () => {
      this.#stop();
      this.#endSoon();
    });
    ws.on('close', () => this.#leave());
  }

  /** To be called at every ping interval. */
  beat(): void {
    if (!this.#pulse.beat()) this.#ws.terminate();
    else if (this.#outlet.isOpen) this.#ws.ping(this.#pulse.ping());
  }

  /** Ends at once: the reason is sent, but nobody waits for the client to answer it. Resolves when it is gone. */
  destroy(): Promise<void> {
    return new Promise((resolve) => {
      this.#ws.once('close', () => resolve());
      this.#end(GOING_AWAY, 'The server is closing.');
      this.#ws.terminate();
    });
  }

  /** The client reads its answers again: so are its frames. */
  roomy(): void {
    this.#ws.resume();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (isBinary || !Buffer.isBuffer(data)) {
      this.#reject(Buffer.isBuffer(data) ? data.toString() : '', 'A frame should be text.');
      return;
    }
    this.#take(data.toString());
    if (this.#outlet.hasRoom || this.#state.name !== 'authenticated') return;
    // Else a client that asks and never reads could make this server hold all the answers.
    this.#ws.pause();
    this.#outlet.awaitRoom(this);
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
    if (id !== undefined) this.#outlet.send(encodeAuthenticateReply(id, { error: why }));
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
        if (this.#parts.isDraining()) this.#end(GOING_AWAY, 'The server is closing.');
        else this.#state.session.subscribe(frame);
        return;
      default:
    }
  }

  #authenticate({ id, payload }: AuthenticateFrame): void {
    const refused = (error: unknown): void => {
      if (error instanceof Refusal) this.#refuse(id, payload.clientId, error.message);
      else this.#fail(error);
    };
    if (payload.type === 'basic') {
      try {
        this.#accept(id, proveBySecret(payload, this.#parts));
      } catch (error) {
        refused(error);
      }
      return;
    }
    const held: string[] = [];
    this.#state = { name: 'authenticating', held };
    // Else a client could make this server hold whatever it sends meanwhile.
    this.#ws.pause();
    proveByToken(payload, this.#parts)
      .then((proof) => this.#accept(id, proof))
      .catch(refused)
      .finally(() => {
        // Its refusal takes a while: see below.
        if (this.#state.name === 'authenticating') return;
        this.#ws.resume();
        for (const text of held) this.#take(text);
      });
  }

  #accept(id: number, { client, grant }: Proof): void {
    if (this.#state.name === 'ended') return;
    const { sea, limits, now, lobby, logins, socket, onEvent } = this.#parts;
    const refusal = lobby.admit(socket, client.jail.id);
    if (refusal !== undefined) {
      this.#outlet.send(encodeAuthenticateReply(id, { error: refusal.message }));
      this.#end(TRY_AGAIN_LATER, refusal.message);
      return;
    }
    logins.succeeded(client.id, this.#address);
    this.#outlet.send(encodeAuthenticateReply(id, { jailId: client.jail.id }));
    const onFault = (error: unknown): void => this.#fail(error);
    const session = new Session({ sea, client, grant, limits, now, outlet: this.#outlet, onFault });
    this.#state = { name: 'authenticated', session };
    onEvent({
      kind: 'client connected',
      clientId: client.id,
      jailId: client.jail.id,
      method: session.method,
      address: this.#address,
    });
  }

  #refuse(id: number, clientId: string, why: string): void {
    if (this.#state.name === 'ended') return;
    // Nothing more is read of it until it is answered.
    this.#state = { name: 'authenticating', held: [] };
    this.#ws.pause();
    const attempt = { clientId, address: this.#address, over: 'websocket' } as const;
    this.#parts.logins.failed(attempt, this.#ws, () => {
      if (this.#state.name === 'ended') return;
      this.#ws.resume();
      this.#outlet.send(encodeAuthenticateReply(id, { error: why }));
      this.#end(POLICY_BROKEN, why);
    });
  }

  /** A fault of ours costs this connection, and no other. */
  #fail(error: unknown): void {
    const refusal = engineRefusal(error);
    if (refusal === undefined) this.#parts.onError(error);
    const why = refusal?.message ?? 'The server failed at this frame.';
    if (this.#state.name === 'new' || this.#state.name === 'authenticating') {
      this.#outlet.send(encodeAuthenticateReply(AUTHENTICATION_ID, { error: why }));
    }
    this.#end(refusal === undefined ? SERVER_FAILED : TRY_AGAIN_LATER, why);
  }

  #end(code: number, reason: string): void {
    if (this.#state.name === 'ended') return;
    // What was sent before the end comes before it.
    this.#outlet.flush();
    this.#stop();
    this.#ws.close(code, closeReason(reason));
    this.#endSoon();
  }

  /**
   * Whether or not the client answers the close. One that has yet to read what came before it is left to its pulse, for as
   * long as that takes: a byte read now and then would keep it, and its place in its groups, for ever.
   */
  #endSoon(): void {
    const { closeTimeout } = this.#parts.limits;
    let left = this.#pulse.timeToRead;
    const timer = setInterval(() => {
      left -= closeTimeout;
      if (left <= 0 || !this.#pulse.isBehind(closeTimeout)) this.#ws.terminate();
    }, closeTimeout);
    this.#ws.once('close', () => clearInterval(timer));
  }

  #stop(): void {
    if (this.#state.name === 'ended') return;
    const session = this.#state.name === 'authenticated' ? this.#state.session : undefined;
    session?.stop();
    this.#state = { name: 'ended', session };
    // Its pongs, and its answer to the close, are wanted; nothing else that it sends is heeded.
    this.#ws.resume();
  }

  #leave(): void {
    this.#stop();
    if (this.#state.name !== 'ended' || this.#state.session === undefined) return;
    const { session } = this.#state;
    this.#state = { name: 'ended', session: undefined };
    session.leave();
    this.#parts.onEvent({
      kind: 'client disconnected',
      clientId: session.clientId,
      address: this.#address,
    });
  }
}

/** A close frame has room for 123 bytes of reason; a letter cut in two is dropped. */
function closeReason(text: string): string {
  return Buffer.from(text)
    .subarray(0, 123)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}
