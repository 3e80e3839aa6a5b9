/** What users hold: one authenticated connection to a stream-sea server, shared by all who subscribe and publish. */

import { atLeast, list } from '../protocol/values';
import * as given from './arguments';
import { type CallOptions, called } from './common/call';
import { dated } from './common/clock';
import type { Unsubscribe } from './common/emitter';
import type { ConnectionState } from './connection/connection-state';
import type { Lease } from './connection/leases';
import type { Hub } from './hub';
import { type Credentials, parseCredentials } from './identity/credentials';
import type { TokenState } from './identity/token-stage';
import type { Legacy } from './legacy';
import type { ClientEvents, ClientListener } from './news';
import { type ClientOptions, parseOptions } from './options';
import type { QueueView } from './publish/backlog';
import type { Publication, PublishOptions } from './publish/entry';
import type { SendingState } from './publish/sending';
import type { Place } from './receive/channels';
import type { Delivery } from './receive/delivery';
import type { Messages, ReadOptions } from './receive/messages';
import type { Subscription, SubscriptionListener } from './receive/subscription';
import type { OwnRemainder } from './receive/unclaimed';
import { Requests } from './requests';

const EVERY: Delivery = { type: 'every' };

/**
 * One authenticated connection to a stream-sea server, opened when somebody needs it and again when it is lost; and the way
 * out over HTTP, which keeps messages until the server has them.
 */
export class Client extends Requests {
  readonly #hub: Hub;

  /** Opens nothing yet. @throws SettingError for options that make no sense. */
  constructor(options: ClientOptions) {
    const settings = parseOptions(options);
    // Loaded with the first client: each start of a Node-RED would wait for it, also where no flow needs one.
    const { Hub } = require('./hub') as typeof import('./hub');
    const hub = new Hub(settings);
    super(async (limits, run) => {
      const outbound = hub.whileOpen();
      return called(hub.settings.clock, given.limits(limits), (call) => run(outbound, call));
    });
    this.#hub = hub;
  }

  /** Who it is to the server. */
  get clientId(): string {
    return this.#hub.settings.credentials.clientId;
  }

  /** How the connection stands; `on('state')` tells each change. */
  get state(): ConnectionState {
    return this.#hub.state;
  }

  /** Messages accepted and not yet settled. */
  get queued(): number {
    return this.#hub.outbound.publisher.queued;
  }

  /** How publishing does; `on('sending')` tells each change. */
  get sending(): SendingState {
    return dated(this.#hub.settings.clock, this.#hub.outbound.sending);
  }

  /** How a token stands that was given, and that nobody renews. Nothing for other credentials. */
  get token(): TokenState | undefined {
    return this.#hub.signIn.token;
  }

  /**
   * What waits to be sent, without what a request holds at this moment: how many, since when, and the first ones.
   *
   * @throws SettingError for an odd `first`.
   */
  queue(first = 10): QueueView {
    return this.#hub.outbound.publisher.queue(atLeast(0, 'first', first, 0));
  }

  /** Throws away what waits, on disk too: each message ends with a PurgedError. Returns how many. */
  purge(): number {
    return this.#hub.outbound.publisher.purge();
  }

  /** What waits is tried now, unless the server itself has asked to wait longer. */
  sendNow(): void {
    this.#hub.outbound.retry();
  }

  /** Calls `listener` for each event of that name; the result takes it away again. */
  on<Name extends keyof ClientEvents>(name: Name, listener: ClientListener<Name>): Unsubscribe {
    return this.#hub.news.on(name, listener);
  }

  /** The same for the next event only. */
  once<Name extends keyof ClientEvents>(name: Name, listener: ClientListener<Name>): Unsubscribe {
    return this.#hub.news.on(name, listener, { once: true });
  }

  /** Takes a listener away that `on` or `once` was given; once for each time. */
  off<Name extends keyof ClientEvents>(name: Name, listener: ClientListener<Name>): void {
    this.#hub.news.off(name, listener);
  }

  /**
   * Somebody needs the connection. The first lease opens it (unless `autoConnect` is off); the last one given back
   * closes it, after the grace time. A subscription is a lease of its own. @throws ClosedError
   */
  acquire(): Lease {
    this.#hub.whileTaking();
    return this.#hub.leases.acquire();
  }

  /** Connects at once: after `disconnect()`, without `autoConnect`, or instead of waiting any longer. */
  connect(): void {
    this.#hub.connect();
  }

  /**
   * Resolves once it is connected and let in, at once where it is. Needs the connection for as long as it waits; to keep
   * it, subscribe or {@link acquire}. Publishing does not need it.
   *
   * @throws (rejects with) CredentialsError, ClosedError; AbortedError by its options, and TimeoutError, whose `cause` is
   * what the last try failed with.
   */
  async connected(options?: CallOptions): Promise<void> {
    await this.#hub.connected(given.limits(options));
  }

  /** Disconnects, and stays so until `connect()`. What is published meanwhile waits, or is refused (`offline`). */
  disconnect(): void {
    this.#hub.disconnect();
  }

  /**
   * Other credentials of the same client, from now on: those before are not shown any more, a refusal of theirs is over,
   * and a connection is exchanged for one that shows the new ones.
   *
   * @throws SettingError, for the id of another client too: its messages would go elsewhere. ClosedError
   */
  setCredentials(credentials: Credentials): void {
    this.#hub.whileOpen();
    this.#hub.signIn.replace(parseCredentials(credentials));
    this.#hub.outbound.renewed();
    this.#hub.session.renewed();
  }

  /**
   * Subscribes now and after every reconnect. Listeners of the same stream and delivery share one server
   * subscription, and each gets its own copy of every message. @throws ClosedError, SettingError
   */
  subscribe<Payload = unknown>(
    stream: string,
    delivery: Delivery,
    listener: SubscriptionListener<Payload>,
  ): Subscription;
  /**
   * Subscribes now and after every reconnect, to be read: `for await (const message of client.subscribe('boiler_data'))`.
   * Who takes none holds back the whole connection once its buffer is full.
   *
   * What it reads throws a SubscriptionError or CredentialsError when the server refuses it (unless there is an `error`
   * to be told), and an AbortedError when its signal is aborted. A lost connection is waited for.
   *
   * @typeParam Payload what the messages are taken for; nobody checks it.
   * @param delivery who else gets them; every one of them comes here unless it says otherwise.
   * @throws ClosedError, SettingError
   */
  subscribe<Payload = unknown>(stream: string, delivery?: Delivery, options?: ReadOptions): Messages<Payload>;
  subscribe(
    stream: string,
    delivery: Delivery = EVERY,
    how: SubscriptionListener | ReadOptions = {},
  ): Subscription {
    this.#hub.whileTaking();
    const name = given.stream(stream);
    const wanted = given.delivery(delivery);
    if (given.isListener(how)) return this.#hub.subscribe(name, wanted, given.listener(how));
    return this.#hub.read(name, wanted, given.reading(how), how);
  }

  /**
   * Publishes one message (an array is one message too). Messages of one stream are published in the order of the
   * calls. Resolves when the server has the message; until then a lost network is waited for (`offline: 'memory'`).
   *
   * One that is given up, by `signal` or `timeout`, is not sent any more; the error's `sent` says whether it has been,
   * without an answer: then the server may have it.
   *
   * @throws (rejects with) PayloadError: not JSON, or against the schema; ReplyError: the server refused it; QueueFullError,
   * ExpiredError, PurgedError; StoreError: the outbox could not keep it; OfflineError, CredentialsError, NetworkError,
   * TimeoutError, ProtocolError: only with `offline: 'fail'`; ClosedError; TimeoutError, AbortedError by its options.
   */
  async publish<Payload>(stream: string, message: Payload, options?: PublishOptions): Promise<void> {
    await this.#hub.outbound.publisher.publish(given.stream(stream), message, given.options(options));
  }

  /**
   * As {@link publish}, for who publishes much: `ended` is told once, later than this returns. A promise for each
   * message, and what hangs on it, is what costs most of small ones. @throws SettingError for odd arguments.
   */
  offer(stream: string, message: unknown, publication: Publication, options?: PublishOptions): void {
    given.publication(publication);
    this.#hub.outbound.publisher.offer(given.stream(stream), message, given.options(options), publication);
  }

  /** Publishes several, in order. Rejects with one error that says which were not published; the others were. */
  async publishAll<Payload = unknown>(
    stream: string,
    messages: readonly Payload[],
    options?: PublishOptions,
  ): Promise<void> {
    list('messages', messages);
    await this.#hub.outbound.publisher.publishAll(given.stream(stream), messages, given.options(options));
  }

  /**
   * Closes once all is done: takes no new subscription, has those that there are given what the server had sent, sends all that
   * was accepted, and closes. Without options it waits for the network, and for who reads, for as long as that takes.
   * Several calls are one drain, for which each waits by its own options; a {@link close} meanwhile is the end of it.
   *
   * @throws (rejects with) TimeoutError, AbortedError by its options: it is closed all the same, as {@link close} does.
   */
  async drain(options?: CallOptions): Promise<void> {
    await this.#hub.drain(given.limits(options));
  }

  /**
   * For good, within 2 s whatever the network does. What waits to be sent rejects with ClosedError, which says whether
   * it is kept; requests that are out get a second for their answer. Idempotent: all calls resolve when nothing is left
   * running.
   */
  async close(): Promise<void> {
    await this.#hub.close();
  }

  /** `await using client = new Client(...)`: as {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * As {@link close}, but for a successor to {@link adopt}: what waits to be sent is not ended, and what the server had
   * delivered is not lost.
   *
   * @internal
   */
  retire(): Promise<Legacy> {
    return this.#hub.retire();
  }

  /**
   * Takes over what a client of the same target left: it is sent before all that was accepted here. To be called
   * before subscribing, so that the first to subscribe gets what the predecessor could not tell anybody any more.
   *
   * @throws ClosedError
   * @internal
   */
  adopt(legacy: Legacy): void {
    this.#hub.whileTaking();
    this.#hub.subscriptions.bequests.adopt(legacy.undelivered);
    this.#hub.outbound.publisher.adopt(legacy);
  }

  /**
   * An owner is about to subscribe here, and has perhaps left the same at another client of the same target: what that
   * keeps for it, and is still sent, comes here. To be called before it subscribes.
   *
   * @internal
   */
  succeed(predecessor: Client, place: Place, owner: string): void {
    const { bequests } = this.#hub.subscriptions;
    bequests.succeed(predecessor.#hub.subscriptions.bequests, place, owner);
  }

  /**
   * What an earlier client was sent for an owner that subscribes here, or is about to. Returns false when all is over here.
   *
   * @internal
   */
  inherit(place: Place, remainder: OwnRemainder): boolean {
    return this.#hub.subscriptions.bequests.inherit(place, remainder);
  }

  /**
   * Somebody is going to subscribe who cannot say yet to what: what has waited is held for that, too, until the result
   * is called, ten seconds at the most. @throws ClosedError
   *
   * @internal
   */
  expect(): () => void {
    return this.#hub.expect();
  }
}
