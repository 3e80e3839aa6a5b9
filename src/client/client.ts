/** What users hold: one authenticated connection to a stream-sea server, shared by all who subscribe and publish. */
import { ClosedError, type StreamSeaError } from '../errors';
import type { Operation } from '../protocol/operations';
import type { Definition } from '../protocol/schema';
import type { Version } from '../protocol/versions';
import { say } from '../sentences';
import { Administration } from './administration';
import * as given from './arguments';
import type { QueueView } from './backlog';
import { dated, within } from './clock';
import type { Connection } from './connection';
import { type Credentials, parseCredentials } from './credentials';
import type { Unsubscribe } from './emitter';
import type { Publication } from './entry';
import { HttpApi } from './http';
import { Identity } from './identity';
import { type Lease, Leases } from './leases';
import type { Left, Legacy } from './legacy';
import { type ClientEvents, News } from './news';
import { type ClientOptions, parseOptions, type Settings } from './options';
import { Outbound } from './outbound';
import type { Publisher, PublishOptions } from './publisher';
import type { SendingState } from './sending';
import { Session } from './session';
import { SignIn } from './sign-in';
import type { ConnectionState } from './state';
import { type Delivery, type Subscription, type SubscriptionListener, Subscriptions } from './subscriptions';
import type { TokenState } from './token-stage';
import { Transport } from './transport';

/** How long a close waits for requests that are out. With a socket's own second it stays below two. */
const DRAIN_TIMEOUT = 1_000;

export class Client {
  /** The server's clients and jails. */
  readonly administration = new Administration(this);
  readonly #settings: Settings;
  readonly #news: News;
  readonly #transport: Transport;
  readonly #http: HttpApi;
  readonly #subscriptions: Subscriptions;
  readonly #signIn: SignIn;
  readonly #session: Session<Connection>;
  readonly #outbound: Outbound;
  readonly #leases: Leases;
  /** Disconnected by hand: stays so until `connect()`. */
  #held = false;
  #closing: Promise<Legacy> | undefined;

  /** Opens nothing yet. @throws SettingError for options that make no sense. */
  constructor(options: ClientOptions) {
    const settings = parseOptions(options);
    const { clock, random, secrets, grace, requestTimeout, retry } = settings;
    const identity = new Identity(settings);
    this.#settings = settings;
    this.#news = new News(secrets);
    this.#transport = new Transport(settings);
    this.#http = new HttpApi({
      ...settings,
      transport: this.#transport,
      authorize: () => identity.header(),
      dated: (headers, asked) => identity.serverTime.heard(headers, asked),
    });
    this.#subscriptions = new Subscriptions({
      clock,
      random,
      grace,
      answerTimeout: requestTimeout,
      problem: (error) => this.#news.problem(error),
      tell: (words) => secrets.tell(words),
      release: () => this.#leases.release(),
      exchange: (insist) => this.#session.exchange(insist),
      joined: (why) => this.#session.joined(why),
      answered: () => this.#outbound.answered(),
    });
    this.#signIn = new SignIn({
      settings,
      identity,
      transport: this.#transport,
      exchange: () => this.#session.exchange(false),
      retry: () => this.#session.retry(),
      token: (token) => this.#news.tell('token', token),
      problem: (error) => this.#news.problem(error),
    });
    this.#session = new Session<Connection>({
      policy: retry,
      clock,
      random,
      passengers: this.#subscriptions,
      open: (events) => this.#signIn.open(events),
      changed: (state) => this.#changed(state),
      problem: (error) => this.#news.problem(error),
      refused: (why, until) => this.#outbound.refused(why, until),
    });
    this.#outbound = new Outbound({
      settings,
      http: this.#http,
      sharesCredentials: () => identity.isShared,
      wanted: () => this.#leases.any,
      paused: () => this.#paused,
      retrySocket: () => this.#session.retry(),
      refused: (why, until) => this.#session.rest(why, until),
      accepted: () => this.#session.lift(),
      defined: (stream) => this.#subscriptions.retry(stream),
      queue: (queued) => this.#news.tell('queue', queued),
      sending: (state) => this.#news.tell('sending', dated(clock, state)),
      problem: (error) => this.#news.problem(error),
    });
    this.#leases = new Leases({
      clock,
      grace,
      first: () => {
        this.#outbound.awaited();
        if (settings.autoConnect && !this.#held) this.#session.want();
      },
      last: () => this.#session.disconnect(),
    });
    this.#outbound.pauseOrResume();
  }

  /** Who it is to the server. */
  get clientId(): string {
    return this.#settings.credentials.clientId;
  }

  get state(): ConnectionState {
    return dated(this.#settings.clock, this.#session.state);
  }

  /** Messages accepted and not yet settled. */
  get queued(): number {
    return this.#outbound.publisher.queued;
  }

  get sending(): SendingState {
    return dated(this.#settings.clock, this.#outbound.sending);
  }

  /** How a token stands that was given, and that nobody renews. Nothing for other credentials. */
  get token(): TokenState | undefined {
    return this.#signIn.token;
  }

  /** What waits to be sent, without what a request holds at this moment: how many, since when, and the first ones. */
  queue(first = 10): QueueView {
    return this.#outbound.publisher.queue(first);
  }

  /** Throws away what waits, on disk too: each message ends with a PurgedError. Returns how many. */
  purge(): number {
    return this.#outbound.publisher.purge();
  }

  /** What waits is tried now, unless the server itself has asked to wait longer. */
  sendNow(): void {
    this.#outbound.retry();
  }

  /** Calls `listener` for each event of that name from now on; the result takes it away again. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (value: ClientEvents[Name]) => void,
  ): Unsubscribe {
    return this.#news.on(name, listener);
  }

  /**
   * Somebody needs the connection. The first lease opens it (unless `autoConnect` is off); the last one given back
   * closes it, after the grace time. A subscription is a lease of its own. @throws ClosedError
   */
  acquire(): Lease {
    this.#whileOpen();
    return this.#leases.acquire();
  }

  /** Connects at once: after `disconnect()`, without `autoConnect`, or instead of waiting any longer. */
  connect(): void {
    this.#held = false;
    this.#outbound.retry();
    this.#session.connect();
    this.#outbound.pauseOrResume();
  }

  /** Disconnects, and stays so until `connect()`. What is published meanwhile waits, or is refused (`offline`). */
  disconnect(): void {
    this.#held = true;
    this.#session.disconnect();
    this.#outbound.pauseOrResume();
  }

  /**
   * Other credentials of the same client, from now on: those before are not shown any more, a refusal of theirs is over,
   * and a connection is exchanged for one that shows the new ones.
   *
   * @throws SettingError, for the id of another client too: its messages would go elsewhere. ClosedError
   */
  setCredentials(credentials: Credentials): void {
    this.#whileOpen();
    this.#signIn.replace(parseCredentials(credentials));
    this.#outbound.renewed();
    this.#session.renewed();
  }

  /**
   * Subscribes now and after every reconnect. Listeners of the same stream and delivery share one server
   * subscription, and each gets its own copy of every message. @throws ClosedError, SettingError
   */
  subscribe(stream: string, delivery: Delivery, listener: SubscriptionListener): Subscription {
    this.#whileOpen();
    const wanted = given.delivery(delivery);
    const share = this.#subscriptions.subscribe(given.stream(stream), wanted, given.listener(listener));
    this.#leases.take();
    return share;
  }

  /**
   * Publishes one message (an array is one message too). Messages of one stream are published in the order of the
   * calls. Resolves when the server has the message; until then a lost network is waited for (`offline: 'memory'`).
   *
   * @throws (rejects with) PayloadError: not JSON, or against the schema; ReplyError, CredentialsError: the server
   * refused it; QueueFullError; OfflineError, NetworkError, TimeoutError: only with `offline: 'fail'`; ClosedError.
   */
  async publish(stream: string, message: unknown, options?: PublishOptions): Promise<void> {
    await this.#outbound.publisher.publish(given.stream(stream), message, given.options(options));
  }

  /**
   * As {@link publish}, for who publishes much: `ended` is told once, later than this returns. A promise for each
   * message, and what hung on it, took a quarter of publishing small ones. @throws SettingError for odd arguments.
   */
  offer(stream: string, message: unknown, options: PublishOptions, publication: Publication): void {
    given.publication(publication);
    this.#outbound.publisher.offer(given.stream(stream), message, given.options(options), publication);
  }

  /** Publishes several, in order. Rejects with one error that says which were not published; the others were. */
  async publishAll(stream: string, messages: readonly unknown[], options?: PublishOptions): Promise<void> {
    given.list('messages', messages);
    await this.#outbound.publisher.publishAll(given.stream(stream), messages, given.options(options));
  }

  /** The stream's schema; `null` when there is no such stream. Rejects as {@link request} does. */
  async describe(stream: string): Promise<Definition | null> {
    return this.#whileOpen().describe(stream);
  }

  /**
   * Writes a schema (P15) and resolves with what was written.
   *
   * @param stream the stream it is for, when the definition has no name of its own; else they must be equal.
   * @throws (rejects with) SchemaError that lists every mistake; else as {@link request} does.
   */
  async define(definition: unknown, stream?: string): Promise<Definition> {
    return this.#whileOpen().define(definition, stream);
  }

  /** The versions of the streams' schemas, in the order asked; `null` for a stream that does not exist. */
  async versions(streams: readonly string[]): Promise<(Version | null)[]> {
    return this.#whileOpen().versions(streams);
  }

  /**
   * Any operation of the protocol, one attempt (P4).
   *
   * @throws (rejects with) CredentialsError for status 401, ReplyError for any other than 200, NetworkError,
   * TimeoutError, ProtocolError for an answer that cannot be understood, SettingError without a client secret, ClosedError.
   */
  async request<Body, Reply>(
    operation: Operation<Body, Reply>,
    parameter?: string,
    body?: unknown,
  ): Promise<Reply> {
    return this.#whileOpen().request(operation, parameter, body);
  }

  /**
   * For good, within 2 s whatever the network does. What waits to be sent rejects with ClosedError, which says whether
   * it is kept; requests that are out get a second for their answer. Idempotent: all calls resolve when nothing is left
   * running.
   */
  async close(): Promise<void> {
    await this.#end((publisher) => publisher.stop());
  }

  /**
   * As {@link close}, but for a successor to {@link adopt}: what waits to be sent is not ended, and what the server had
   * delivered is not lost.
   */
  retire(): Promise<Legacy> {
    return this.#end((publisher, left) => publisher.retire(left));
  }

  /**
   * Takes over what a client of the same target left: it is sent before all that was accepted here. To be called
   * before subscribing, so that the first to subscribe gets what the predecessor could not tell anybody any more.
   *
   * @throws ClosedError
   */
  adopt(legacy: Legacy): void {
    this.#whileOpen();
    this.#subscriptions.adopt(legacy.undelivered);
    this.#outbound.publisher.adopt(legacy);
  }

  #end(stop: (publisher: Publisher, left: Left) => void): Promise<Legacy> {
    // A tick later, so that a listener that closes while it is told of the closing finds it under way.
    this.#closing ??= Promise.resolve().then(() => this.#close(stop));
    return this.#closing;
  }

  async #close(stop: (publisher: Publisher, left: Left) => void): Promise<Legacy> {
    const { publisher } = this.#outbound;
    const { clock, outbox } = this.#settings;
    const left: Left = { unsent: [], kept: new Map() };
    this.#leases.close();
    this.#outbound.stop();
    this.#subscriptions.mute();
    stop(publisher, left);
    const disconnected = this.#session.close();
    // An answer may hold a secret that was drawn just now, and that nobody is told again.
    await within(clock, DRAIN_TIMEOUT, Promise.all([publisher.drained(), this.#http.drained()]));
    this.#http.close();
    await disconnected;
    const kept = outbox.close().catch((error: StreamSeaError) => this.#news.problem(error));
    await within(clock, DRAIN_TIMEOUT / 2, Promise.all([kept, publisher.drained()]));
    this.#outbound.close();
    this.#transport.close();
    this.#news.close();
    return { ...left, undelivered: this.#subscriptions.close() };
  }

  #changed(state: ConnectionState): void {
    this.#signIn.connectionIs(state);
    this.#outbound.socketIs(state);
    if (state.name === 'ready' && this.#subscriptions.answered) this.#outbound.answered();
    if (state.name === 'waiting' || state.name === 'refused') this.#news.problem(state.why);
    this.#news.tell('state', this.state);
  }

  /** Idle because nobody leases the connection is no reason not to publish; idle because somebody said so is. */
  get #paused(): boolean {
    return this.state.name === 'idle' && (this.#held || !this.#settings.autoConnect);
  }

  /** @throws ClosedError */
  #whileOpen(): Outbound {
    if (this.#closing !== undefined) throw new ClosedError(say('closed.client'));
    return this.#outbound;
  }
}
