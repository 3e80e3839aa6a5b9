/**
 * All that goes out over HTTP: messages on their lines and single requests, with what they know in common of the
 * server, and what they know from the socket.
 */
import { OfflineError, ProtocolError, ReplyError, StreamSeaError } from '../../errors';
import { type Operation, operations } from '../../protocol/http/operations';
import { toMessage } from '../../protocol/message/message';
import type { Definition } from '../../protocol/schema/schema';
import type { Version } from '../../protocol/schema/versions';
import { say } from '../../sentences';
import type { RetryPolicy } from '../common/backoff';
import type { Call } from '../common/call';
import type { SessionState } from '../connection/state';
import type { HttpApi, RequestOptions } from '../http/http';
import { Schemas } from '../http/schemas';
import { Gate } from './gate';
import { Health, type HealthState, type Permit, refusalOf, WELL } from './health';
import { Publisher, type PublisherOptions } from './publisher';
import { FLOWING, type SendingState, sameSending, sendingState } from './sending';

/** Of the client's own. */
export interface OutboundSettings
  extends Pick<
    PublisherOptions,
    'clock' | 'random' | 'batch' | 'queueLimit' | 'whenFull' | 'maxAge' | 'outbox'
  > {
  readonly offline: 'fail' | 'memory';
  readonly retry: Pick<RetryPolicy, 'backoff' | 'refusedFor'>;
  /** Milliseconds for which what was given back lives on for a successor. */
  readonly grace: number;
}

export interface OutboundOptions {
  readonly settings: OutboundSettings;
  readonly http: HttpApi;
  /** Requests show the same credentials as the socket: what one of them hears of these holds for the other. */
  sharesCredentials(): boolean;
  /** Somebody needs the connection, or is about to. */
  wanted(): boolean;
  /** Disconnected by hand, or not connected yet: nothing is to be published. */
  paused(): boolean;
  /** The socket need not wait any longer to be tried again. */
  retrySocket(): void;
  /** The credentials that the socket would show, too, were refused, or accepted. */
  refused(why: StreamSeaError, until: number): void;
  accepted(): void;
  /** A stream has come to be, or its schema is another. */
  defined(stream: string): void;
  /** How many messages wait has changed; told at most once in a turn of the event loop. */
  queue(queued: number): void;
  /** How publishing does has changed; told as `queue`. */
  sending(state: SendingState): void;
  problem(error: StreamSeaError): void;
}

/** How long what has waited is held for this client's own subscriptions. */
const FOLLOW_TIMEOUT = 10_000;

export class Outbound {
  readonly publisher: Publisher;
  readonly schemas: Schemas;
  readonly #options: OutboundOptions;
  readonly #health: Health;
  readonly #gate: Gate;
  /** What the socket has been told of. */
  #known: HealthState = WELL;
  #telling = false;
  /** What was told last. */
  #sending: SendingState = FLOWING;

  constructor(options: OutboundOptions) {
    this.#options = options;
    const { settings, http } = options;
    const { clock, random, grace } = settings;
    const { backoff, refusedFor } = settings.retry;
    const waits = settings.offline === 'memory';
    this.#health = new Health({
      clock,
      random,
      // Without a queue each message is a try of its own: a server that is back is not to be taken for away.
      backoff: waits ? backoff : { ...backoff, max: backoff.first },
      refusedFor,
      changed: () => this.#healthChanged(),
    });
    this.#gate = new Gate({
      clock,
      patience: () => (options.wanted() ? FOLLOW_TIMEOUT : grace),
      asked: () => options.retrySocket(),
      opened: () => this.publisher.newsForAll(),
    });
    const { problem } = options;
    this.schemas = new Schemas({ clock, fetch: (stream) => this.#describe(stream), problem });
    this.publisher = new Publisher({
      ...settings,
      backoff,
      retry: waits,
      schemas: this.schemas,
      health: this.#health,
      mayFollow: () => this.#gate.ask(),
      replays: () => this.#gate.hold(),
      send: (stream, texts, permit) => http.publish(stream, texts, permit.barred),
      refusal: () => this.#refusal(),
      changed: () => this.#tellSoon(),
      problem,
    });
  }

  get sending(): SendingState {
    const { state } = this.#health;
    const { trouble, queued } = this.publisher;
    const { settings, paused } = this.#options;
    // Disconnected by hand, nothing is tried, nor will be: that is no trouble, and there is no next try to tell.
    if (paused()) return FLOWING;
    // With nothing to send, nothing is tried: whether the server is away, the next message will tell.
    const idle = settings.offline === 'memory' && queued === 0;
    return idle && state.name === 'away' ? sendingState(WELL, trouble) : sendingState(state, trouble);
  }

  /** Whoever waits may try at once. */
  retry(): void {
    this.#health.retry();
    this.publisher.wake();
  }

  /** There are other credentials. */
  renewed(): void {
    this.#health.renewed();
    this.publisher.wake();
  }

  /** Somebody has come to need the connection, or nobody does any more. */
  awaited(): void {
    this.#gate.extend();
  }

  /** All that is subscribed to has been answered: what has waited may follow. */
  answered(): void {
    this.#gate.open();
  }

  /** The credentials that the socket has shown were refused, though it may stay as it is. */
  refused(why: StreamSeaError, until: number): void {
    if (this.#options.sharesCredentials()) this.#health.refused(why, until);
  }

  /** It may be paused now, or not any more. */
  pauseOrResume(): void {
    if (this.#options.paused()) this.publisher.pause();
    else this.publisher.resume();
  }

  /** What the socket's state tells. */
  socketIs(state: SessionState): void {
    const { name } = state;
    if (name === 'connecting' || name === 'authenticating') this.#gate.shut();
    if (name === 'waiting' || name === 'refused') this.#gate.lost();
    if (name === 'refused' && !state.elsewhere) this.refused(state.why, state.until);
    // Whoever is let in by the socket is let in by requests, and they reach the server, too.
    if (name === 'ready' && (this.#options.sharesCredentials() || this.#health.state.name === 'away')) {
      this.#health.renew();
    }
    // Behind the gate: before it, what waited over a disconnect would leave before the receivers are there again.
    this.pauseOrResume();
  }

  async request<Body, Reply>(
    operation: Operation<Body, Reply>,
    parameter?: string,
    body?: unknown,
    call?: Call,
  ): Promise<Reply> {
    const json = body === undefined ? undefined : toMessage(body).value;
    return this.#ask(() => this.#options.http.request(operation, parameter, { body: json, call }));
  }

  async describe(stream: string, call?: Call): Promise<Definition | null> {
    return this.schemas.read(stream, () => this.#ask(() => this.#describe(stream, call)));
  }

  async define(definition: Definition, call?: Call): Promise<Definition> {
    const { name, version, fields } = definition;
    await this.schemas.write(name, definition, () =>
      this.request(operations.define, name, { version, fields }, call),
    );
    this.#options.defined(name);
    return definition;
  }

  async versions(streams: readonly string[], call?: Call): Promise<(Version | null)[]> {
    if (streams.length === 0) return [];
    const body = { schemaNames: streams };
    return this.#heard(streams, await this.request(operations.versions, undefined, body, call));
  }

  /** A server may refuse no more than this: the credentials are not refused by it. */
  async lookUpVersions(streams: readonly string[], call?: Call): Promise<(Version | null)[]> {
    const body = { schemaNames: streams };
    return this.#heard(streams, await this.#lookUp(operations.versions, undefined, { body, call }));
  }

  #heard(streams: readonly string[], versions: (Version | null)[]): (Version | null)[] {
    if (versions.length !== streams.length) {
      throw new ProtocolError(say('protocol.versions', { given: versions.length, asked: streams.length }));
    }
    for (const [index, version] of versions.entries()) this.schemas.heard(streams[index] ?? '', version);
    return versions;
  }

  /** Nothing waits for the socket any more. */
  stop(): void {
    this.#gate.close();
  }

  /** No wait is left. */
  close(): void {
    this.publisher.giveUp();
    this.#health.close();
  }

  #healthChanged(): void {
    const { state } = this.#health;
    if (state !== this.#known) this.#pass(state);
    this.#known = state;
    this.publisher.newsForAll();
  }

  /** What requests have learned, to the socket. */
  #pass(state: HealthState): void {
    const { wanted, refused, accepted, retrySocket, sharesCredentials } = this.#options;
    if (state.name === 'away' && wanted()) this.#gate.hold();
    if (state.name === 'refused' && sharesCredentials()) refused(state.why, state.until);
    if (state.name === 'well') {
      // Requests reach the server again: there is no reason for the socket to wait any longer.
      retrySocket();
      if (sharesCredentials()) accepted();
    }
  }

  /** Asks the server; what comes of it is known to the lines, too. */
  async #ask<Result>(ask: (barred: Permit['barred']) => Promise<Result>): Promise<Result> {
    const permit = this.#health.admit();
    const { state } = this.#health;
    // Not even asked: showing refused credentials again and again would lock an account.
    if (permit === undefined && state.name === 'refused') throw state.why;
    try {
      const result = await ask(permit?.barred ?? (() => undefined));
      if (permit !== undefined) permit.answered();
      else if (this.#health.state.name === 'away') this.#health.renew();
      return result;
    } catch (thrown) {
      // What its caller gave up tells nothing of the server.
      if (thrown instanceof StreamSeaError && thrown.sent === undefined) permit?.failed(thrown);
      else permit?.unused();
      throw thrown;
    }
  }

  /** Only asks: whether what comes is still of interest, who asked knows. */
  #lookUp<Reply>(operation: Operation<unknown, Reply>, name?: string, options?: RequestOptions) {
    const barred = (): StreamSeaError | undefined => this.#health.resting;
    return this.#options.http.request(operation, name, { ...options, barred });
  }

  async #describe(stream: string, call?: Call): Promise<Definition | null> {
    try {
      return await this.#lookUp(operations.describe, stream, { call });
    } catch (error) {
      if (!(error instanceof ReplyError) || error.status !== 404) throw error;
      return null;
    }
  }

  /** Why a message cannot be accepted, with `offline: 'fail'`: who has one attempt is told when it would be in vain. */
  #refusal(): StreamSeaError | undefined {
    const { settings, paused } = this.#options;
    if (settings.offline !== 'fail') return undefined;
    if (paused()) return new OfflineError(say('offline.unasked'));
    return this.#health.admits ? undefined : refusalOf(this.#health.state);
  }

  #tellSoon(): void {
    // Twice for each message: were the function made in here, V8 would make room for what it holds before this returns.
    if (this.#telling) return;
    this.#telling = true;
    setImmediate(this.#tell);
  }

  readonly #tell = (): void => {
    this.#telling = false;
    const { queue, sending: tell, problem } = this.#options;
    queue(this.publisher.queued);
    const before = this.#sending;
    const { sending } = this;
    if (sameSending(before, sending)) return;
    this.#sending = sending;
    const why = sending.name === 'flowing' ? undefined : sending.why;
    if (why !== undefined && (before.name === 'flowing' || before.why !== why)) problem(why);
    tell(sending);
  };
}
