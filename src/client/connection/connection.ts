/**
 * One socket's life: open, authenticate, subscribe, deliver, close. It never reconnects; that is the session's.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { WebSocket } from 'ws';
import { CredentialsError, ProtocolError, type StreamSeaError, TimeoutError } from '../../errors';
import {
  AUTHENTICATION_ID,
  type AuthenticateReply,
  type Authentication,
  encodeClientFrame,
  parseServerFrame,
} from '../../protocol/frames';
import { say } from '../../sentences';
import type { Cancel, Clock } from '../common/clock';
import { closeError, networkError, socketError, upgradeError } from '../common/network-errors';
import type { Secrets } from '../identity/secrets';
import { Brake } from './brake';
import { IgnoredFrames } from './ignored-frames';
import { Pace } from './pace';
import { type ServerSubscription, ServerSubscriptions } from './server-subscriptions';
import { watch } from './watchdog';

/** What opens sockets; a {@link Transport} does. */
export interface SocketSource {
  readonly where: string;
  openSocket(): WebSocket;
}

export type Proof = Authentication | (() => Promise<Authentication>);

export interface ConnectionOptions {
  readonly transport: SocketSource;
  /**
   * The credentials to show; asked anew for each connection, as a token may have to be renewed. A function: what gives
   * them once the socket is open, and the server has perhaps said what time it is.
   */
  readonly authenticate: () => Proof | Promise<Proof>;
  /** What the answer to the upgrade says of the time; and when it was asked for, by `Clock.elapsed`. */
  dated?(headers: IncomingHttpHeaders, asked: number): void;
  /** Milliseconds, each. */
  readonly connectTimeout: number;
  readonly authenticateTimeout: number;
  readonly silenceTimeout: number;
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** While it is held, no more messages are read. */
  readonly brake?: Brake;
  /** Told of frames that are no use and are ignored: once of each kind, as who sends one mostly sends many. */
  problem(error: ProtocolError): void;
}

export interface ConnectionEvents {
  opened(): void;
  authenticated(jailId: string | undefined): void;
  /**
   * The connection is of no more use. Called once, unless it was closed by us: then only when the credentials are
   * refused, which whoever comes next is to know.
   */
  ended(why: StreamSeaError): void;
}

/** How long a closing handshake may take. A wedged peer never answers one. */
const CLOSE_TIMEOUT = 1_000;

/** The same where nobody waits for it: how long nothing at all may arrive. */
const DRAIN_SILENCE = 5_000;

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  readonly #subscriptions: ServerSubscriptions;
  /** `closing`: by us, what still comes is delivered. `over`: it failed, nothing is listened to any more. */
  #phase: 'connecting' | 'authenticating' | 'ready' | 'closing' | 'over' = 'connecting';
  #socket: WebSocket | undefined;
  /** Ends the deadline or the watchdog of this phase. */
  #stopTimer: Cancel;
  /** The credentials have been shown, and there is no answer yet. */
  #shown = false;
  readonly #pace: Pace;
  readonly #ignored: IgnoredFrames;

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
    this.#pace = new Pace(options.brake ?? new Brake());
    const { clock, connectTimeout, transport, secrets, problem } = options;
    this.#subscriptions = new ServerSubscriptions(secrets);
    this.#ignored = new IgnoredFrames({ where: transport.where, secrets, problem });
    this.#stopTimer = clock.setTimeout(() => {
      const seconds = connectTimeout / 1000;
      this.#end(new TimeoutError(say('timeout.connect', { where: transport.where, seconds })));
    }, connectTimeout);
    void this.#open();
  }

  /** Subscribes on the wire (P24). Without `groupId`: in the client's own default group (P27). Returns its id. */
  subscribe(subscription: ServerSubscription, groupId?: string): number {
    const id = this.#subscriptions.add(subscription);
    const { stream } = subscription;
    const group = groupId === undefined ? {} : { groupId };
    this.#socket?.send(encodeClientFrame({ id, action: 'subscribe', payload: stream, ...group }));
    return id;
  }

  /**
   * Ends the connection from our side and resolves when its socket is gone, within {@link CLOSE_TIMEOUT}. What the
   * server sent before it heard of it is still delivered: for a shared group nobody else will get it.
   */
  close(): Promise<void> {
    this.#pace.end();
    return this.#leave((give) => this.#options.clock.setTimeout(give, CLOSE_TIMEOUT));
  }

  /** As {@link close}, but for as long as anything still arrives: nobody waits for it. */
  drain(): Promise<void> {
    const { clock } = this.#options;
    const progress = (): number => this.#pace.progress();
    return this.#leave((silent) => watch({ clock, timeout: DRAIN_SILENCE, progress, silent }));
  }

  /** @param patience calls when the other side has had its time. */
  async #leave(patience: (over: () => void) => Cancel): Promise<void> {
    if (this.#phase !== 'over') this.#phase = 'closing';
    this.#stopTimer();
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === socket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const cancel = patience(() => socket.terminate());
      socket.once('close', () => {
        cancel();
        resolve();
      });
      if (socket.readyState === socket.CONNECTING) socket.terminate();
      else socket.close(1000);
    });
  }

  /** Never throws: what goes wrong ends the connection. */
  async #open(): Promise<void> {
    const { transport, authenticate, secrets, clock, dated } = this.#options;
    const { where } = transport;
    let proof: Proof;
    try {
      // A tick later whatever it does, so that no event comes before the constructor has returned.
      proof = await Promise.resolve().then(authenticate);
      if (this.#phase !== 'connecting') return;
      this.#socket = transport.openSocket();
    } catch (thrown) {
      this.#end(networkError(thrown, where, secrets));
      return;
    }
    const socket = this.#socket;
    this.#pace.start(socket);
    const asked = clock.elapsed();
    socket.on('upgrade', ({ socket: raw, headers }) => {
      this.#pace.counts(() => raw.bytesRead);
      // Both have said that they close, and all that came before that was read: one that stays is not waited for.
      raw.once('finish', () => {
        socket.once(
          'close',
          clock.setTimeout(() => socket.terminate(), CLOSE_TIMEOUT),
        );
      });
      dated?.(headers, asked);
    });
    socket.on('open', () => this.#authenticate(proof));
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      dated?.(response.headers, asked);
      this.#end(upgradeError(response, where, clock.now()));
    });
    socket.on('error', (thrown) => this.#end(socketError(thrown, where, secrets)));
    socket.on('close', (code, reason) =>
      this.#end(closeError(code, secrets.fitToTell(reason.toString()), where)),
    );
  }

  #authenticate(proof: Proof): void {
    if (this.#phase !== 'connecting') return;
    const { clock, authenticateTimeout, transport, secrets } = this.#options;
    const { where } = transport;
    this.#phase = 'authenticating';
    this.#stopTimer();
    this.#stopTimer = clock.setTimeout(() => {
      const seconds = authenticateTimeout / 1000;
      this.#end(
        this.#ignored.unsaid === undefined
          ? new TimeoutError(say('timeout.authenticate', { where, seconds }))
          : new ProtocolError(say('protocol.broken', { where, reason: this.#ignored.unsaid })),
      );
    }, authenticateTimeout);
    this.#events.opened();
    if (typeof proof !== 'function') this.#show(proof);
    else
      proof().then(
        (authentication) => this.#show(authentication),
        (thrown: unknown) => this.#end(networkError(thrown, where, secrets)),
      );
  }

  #show(payload: Authentication): void {
    if (this.#phase !== 'authenticating') return;
    this.#shown = true;
    if (payload.type === 'jwt') this.#options.secrets.learn(payload.jwt);
    this.#socket?.send(encodeClientFrame({ id: AUTHENTICATION_ID, action: 'authenticate', payload }));
  }

  #receive(data: { toString(): string }, isBinary: boolean): void {
    if (this.#phase === 'over') return;
    this.#pace.read();
    let text: string | undefined;
    try {
      if (isBinary) throw new ProtocolError(say('protocol.binary'));
      text = data.toString();
      const frame = parseServerFrame(text);
      if (frame.action !== 'subscription') this.#authenticated(frame);
      else if (this.#subscriptions.route(frame, this)) this.#pace.delivered();
    } catch (thrown) {
      if (this.#phase !== 'closing') this.#ignored.add(thrown, text, this.#phase === 'authenticating');
    }
  }

  #authenticated({ id, success, jailId, error }: AuthenticateReply): void {
    if (id !== AUTHENTICATION_ID || !this.#shown) {
      throw new ProtocolError(say('protocol.strayReply', { id }));
    }
    this.#shown = false;
    if (success && this.#phase === 'closing') return;
    this.#stopTimer();
    if (!success) {
      const { transport, secrets } = this.#options;
      const { where } = transport;
      this.#end(
        new CredentialsError(
          error === undefined
            ? say('credentials.refused', { where })
            : say('credentials.refusedWith', { where, reason: secrets.fitToTell(error) }),
        ),
      );
      return;
    }
    this.#phase = 'ready';
    const { clock, silenceTimeout: timeout, transport } = this.#options;
    this.#stopTimer = watch({
      clock,
      timeout,
      progress: () => this.#pace.progress(),
      silent: () => {
        this.#end(
          new TimeoutError(say('timeout.silence', { where: transport.where, seconds: timeout / 1000 })),
        );
      },
    });
    this.#events.authenticated(jailId);
    this.#ignored.tellUnsaid();
  }

  #end(why: StreamSeaError): void {
    const wanted = this.#phase !== 'over' && (this.#phase !== 'closing' || why instanceof CredentialsError);
    this.#phase = 'over';
    this.#pace.end();
    this.#stopTimer();
    // Not a closing handshake: a peer that has just broken the rules, or says nothing, would not take part in it.
    this.#socket?.terminate();
    if (wanted) this.#events.ended(why);
  }
}
