/** What users hold: one authenticated connection to a stream-sea server, shared by all who subscribe and publish. */
import {
  ClosedError,
  OfflineError,
  ProtocolError,
  ReplyError,
  reasonOf,
  SettingError,
  type StreamSeaError,
} from '../errors';
import { type Operation, operations } from '../protocol/operations';
import { type Definition, parseDefinition } from '../protocol/schema';
import type { Version } from '../protocol/versions';
import { quoted, say } from '../sentences';
import { authenticationOf, headerOf } from './authorization';
import type { Cancel } from './clock';
import { Connection, type ConnectionEvents } from './connection';
import { Emitter, type Unsubscribe } from './emitter';
import { HttpApi } from './http';
import { type Lease, Leases } from './leases';
import { type ClientOptions, parseOptions, type Settings } from './options';
import { type Publication, Publisher, type PublishOptions } from './publisher';
import { Schemas } from './schemas';
import { Session } from './session';
import type { ConnectionState } from './state';
import {
  type Delivery,
  type Subscription,
  type SubscriptionListener,
  Subscriptions,
  type Undelivered,
} from './subscriptions';
import { Transport } from './transport';

export type { Lease } from './leases';
export type { Publication, PublishOptions } from './publisher';

export interface ClientEvents {
  /** Each state, once, in order. */
  state: ConnectionState;
  /** How many messages wait to be sent, or for their answer; told at most once in a turn of the event loop. */
  queue: number;
  /** For a log: dropped connections, broken rules, listeners that threw. */
  problem: StreamSeaError;
}

/** How long a close waits for requests that are out. With a socket's own second it stays below two. */
const DRAIN_TIMEOUT = 1_000;

export class Client {
  readonly #settings: Settings;
  readonly #events: Emitter<ClientEvents>;
  readonly #transport: Transport;
  readonly #http: HttpApi;
  readonly #schemas: Schemas;
  readonly #subscriptions: Subscriptions;
  readonly #session: Session<Connection>;
  readonly #publisher: Publisher;
  readonly #leases: Leases;
  /** Disconnected by hand: stays so until `connect()`. */
  #held = false;
  #queueTold = true;
  #closing: Promise<Undelivered> | undefined;

  /** Opens nothing yet. @throws SettingError for options that make no sense. */
  constructor(options: ClientOptions) {
    const settings = parseOptions(options);
    const { clock, random, credentials, grace, requestTimeout, retry, outbox, undelivered } = settings;
    this.#settings = settings;
    this.#events = new Emitter((name, thrown) => {
      const what = say('setting.listener', { event: quoted(name), reason: reasonOf(thrown) });
      // One that hears of problems and throws would hear of its own.
      if (name !== 'problem') this.#problem(new SettingError(what, { cause: thrown }));
    });
    this.#transport = new Transport(settings);
    this.#http = new HttpApi({
      transport: this.#transport,
      authorize: headerOf(credentials),
      requestTimeout,
      clock,
    });
    this.#schemas = new Schemas((stream) => this.describe(stream));
    this.#subscriptions = new Subscriptions({
      clock,
      random,
      grace,
      undelivered,
      answerTimeout: requestTimeout,
      problem: (error) => this.#problem(error),
      heard: (stream, version) => this.#schemas.heard(stream, version),
      release: () => this.#leases.release(),
      exchange: (insist) => this.#session.exchange(insist),
      joined: (why) => this.#session.joined(why),
    });
    this.#session = new Session<Connection>({
      policy: retry,
      clock,
      random,
      open: (events) => this.#open(events),
      passengers: this.#subscriptions,
      changed: (state) => this.#changed(state),
      problem: (error) => this.#problem(error),
    });
    this.#publisher = new Publisher({
      clock,
      random,
      backoff: retry.backoff,
      batch: settings.batch,
      retry: settings.offline === 'memory',
      queueLimit: settings.queueLimit,
      outbox,
      schemas: this.#schemas,
      send: (stream, texts) => this.#http.publish(stream, texts),
      refusal: () => this.#refusal(),
      changed: () => this.#queueChanged(),
      problem: (error) => this.#problem(error),
    });
    this.#leases = new Leases({
      clock,
      grace,
      first: () => settings.autoConnect && !this.#held && this.#session.connect(),
      last: () => this.#session.disconnect(),
    });
    this.#pauseOrResume();
  }

  get state(): ConnectionState {
    return this.#session.state;
  }

  /** Messages accepted and not yet settled. */
  get queued(): number {
    return this.#publisher.queued;
  }

  /** Calls `listener` for each event of that name from now on; the result takes it away again. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (value: ClientEvents[Name]) => void,
  ): Unsubscribe {
    return this.#events.on(name, listener);
  }

  /**
   * Somebody needs the connection. The first lease opens it (unless `autoConnect` is off); the last one given back
   * closes it, after the grace time. A subscription is a lease of its own.
   *
   * @throws ClosedError
   */
  acquire(): Lease {
    this.#mustBeOpen();
    return this.#leases.acquire();
  }

  /** Connects at once: after `disconnect()`, without `autoConnect`, or instead of waiting any longer. */
  connect(): void {
    this.#held = false;
    this.#session.connect();
    this.#pauseOrResume();
  }

  /** Disconnects, and stays so until `connect()`. What is published meanwhile waits, or is refused (`offline`). */
  disconnect(): void {
    this.#held = true;
    this.#session.disconnect();
    this.#pauseOrResume();
  }

  /**
   * Subscribes now and after every reconnect. Listeners of the same stream and delivery share one server
   * subscription, and each gets its own copy of every message.
   *
   * @throws ClosedError, SettingError
   */
  subscribe(stream: string, delivery: Delivery, listener: SubscriptionListener): Subscription {
    this.#mustBeOpen();
    const subscription = this.#subscriptions.subscribe(streamName(stream), delivery, listener);
    this.#leases.take();
    return subscription;
  }

  /**
   * Publishes one message (an array is one message too). Messages of one stream are published in the order of the
   * calls. Resolves when the server has the message; until then a lost network is waited for (`offline: 'memory'`).
   *
   * @throws (rejects with) PayloadError: not JSON, or against the schema; ReplyError, CredentialsError: the server
   * refused it; QueueFullError; OfflineError, NetworkError, TimeoutError: only with `offline: 'fail'`; ClosedError.
   */
  async publish(stream: string, message: unknown, options?: PublishOptions): Promise<void> {
    await this.#publisher.publish(streamName(stream), message, options);
  }

  /**
   * As {@link publish}, for who publishes much: `ended` is told once, later than this returns. A promise for each
   * message, and what hung on it, took a quarter of publishing small ones. @throws SettingError without a stream.
   */
  offer(stream: string, message: unknown, options: PublishOptions, publication: Publication): void {
    this.#publisher.offer(streamName(stream), message, options, publication);
  }

  /** Publishes several, in order. Rejects with one error that says which were not published; the others were. */
  async publishAll(stream: string, messages: readonly unknown[], options?: PublishOptions): Promise<void> {
    await this.#publisher.publishAll(streamName(stream), messages, options);
  }

  /** The stream's schema; `null` when there is no such stream. Rejects as {@link request} does. */
  async describe(stream: string): Promise<Definition | null> {
    try {
      const definition = await this.request(operations.describe, streamName(stream));
      this.#schemas.keep(stream, definition);
      return definition;
    } catch (error) {
      if (!(error instanceof ReplyError) || error.status !== 404) throw error;
      this.#schemas.forget(stream);
      return null;
    }
  }

  /**
   * Writes a schema (P15) and resolves with what was written.
   *
   * @param stream the stream it is for, when the definition has no name of its own; else they must be equal.
   * @throws (rejects with) SchemaError that lists every mistake; else as {@link request} does.
   */
  async define(definition: unknown, stream?: string): Promise<Definition> {
    const parsed = parseDefinition(definition, stream);
    const { name, version, fields } = parsed;
    await this.request(operations.define, streamName(name), { version, fields });
    this.#schemas.keep(name, parsed);
    this.#subscriptions.retry(name);
    return parsed;
  }

  /** The versions of the streams' schemas, in the order asked; `null` for a stream that does not exist. */
  async versions(streams: readonly string[]): Promise<(Version | null)[]> {
    if (streams.length === 0) return [];
    const versions = await this.request(operations.versions, undefined, { schemaNames: streams });
    if (versions.length !== streams.length) {
      throw new ProtocolError(say('protocol.versions', { given: versions.length, asked: streams.length }));
    }
    for (const [index, version] of versions.entries()) this.#schemas.heard(streams[index] ?? '', version);
    return versions;
  }

  /**
   * Any operation of the protocol, one attempt (P4).
   *
   * @throws (rejects with) CredentialsError for status 401, ReplyError for any other than 200, NetworkError,
   * TimeoutError, ProtocolError for an answer that cannot be understood, SettingError without a client secret.
   */
  async request<Body, Reply>(
    operation: Operation<Body, Reply>,
    parameter?: string,
    body?: unknown,
  ): Promise<Reply> {
    this.#mustBeOpen();
    return this.#http.request(operation, parameter, body);
  }

  /**
   * For good, within 2 s whatever the network does. What waits to be sent rejects with ClosedError; requests that
   * are out get a second for their answer. Idempotent: all calls resolve when nothing is left running, with what the
   * server had sent and nobody was told any more.
   */
  close(): Promise<Undelivered> {
    // A tick later, so that a listener that closes while it is told of the closing finds it under way.
    this.#closing ??= Promise.resolve().then(() => this.#close());
    return this.#closing;
  }

  async #close(): Promise<Undelivered> {
    this.#leases.close();
    this.#subscriptions.mute();
    this.#publisher.stop();
    const disconnected = this.#session.close();
    await this.#within(DRAIN_TIMEOUT, this.#publisher.drained());
    this.#http.close();
    await disconnected;
    const kept = this.#settings.outbox.close().catch((error: StreamSeaError) => this.#problem(error));
    await this.#within(DRAIN_TIMEOUT / 2, kept);
    this.#transport.close();
    this.#events.clear();
    return this.#subscriptions.close();
  }

  /** Waits for what never rejects, so long and no longer. */
  async #within(ms: number, done: Promise<void>): Promise<void> {
    let cancel: Cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#settings.clock.setTimeout(resolve, ms);
    });
    await Promise.race([done, late]);
    cancel();
  }

  #open(events: ConnectionEvents): Connection {
    const { credentials, connectTimeout, authenticateTimeout, silenceTimeout, clock } = this.#settings;
    const authenticate = (): ReturnType<typeof authenticationOf> => authenticationOf(credentials);
    const timeouts = { connectTimeout, authenticateTimeout, silenceTimeout };
    return new Connection({ transport: this.#transport, authenticate, clock, ...timeouts }, events);
  }

  #changed(state: ConnectionState): void {
    this.#pauseOrResume();
    if (state.name === 'ready') this.#publisher.wake();
    if (state.name === 'waiting' || state.name === 'refused') this.#problem(state.why);
    this.#events.emit('state', state);
  }

  /** Idle because nobody leases the connection is no reason not to publish; idle because somebody said so is. */
  get #paused(): boolean {
    return this.state.name === 'idle' && (this.#held || !this.#settings.autoConnect);
  }

  #pauseOrResume(): void {
    if (this.#paused) this.#publisher.pause();
    else this.#publisher.resume();
  }

  /** Why a message cannot be accepted, with `offline: 'fail'`. */
  #refusal(): OfflineError | undefined {
    if (this.#settings.offline !== 'fail') return undefined;
    const { state } = this;
    if (state.name === 'waiting' || state.name === 'refused') {
      return new OfflineError(say('offline.because', { reason: reasonOf(state.why) }), { cause: state.why });
    }
    return this.#paused ? new OfflineError(say('offline.unasked')) : undefined;
  }

  #queueChanged(): void {
    if (!this.#queueTold || !this.#events.has('queue')) return;
    this.#queueTold = false;
    setImmediate(() => {
      this.#queueTold = true;
      this.#events.emit('queue', this.queued);
    });
  }

  #problem(error: StreamSeaError): void {
    this.#events.emit('problem', error);
  }

  #mustBeOpen(): void {
    if (this.#closing !== undefined) throw new ClosedError(say('closed.client'));
  }
}

function streamName(stream: string): string {
  if (stream === '') throw new SettingError(say('setting.noStream'));
  return stream;
}
