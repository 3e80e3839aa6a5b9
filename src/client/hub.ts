/** What a client is made of, put together: how its parts hear of each other, and how they all end. */
import { ClosedError, type StreamSeaError, TimeoutError } from '../errors';
import { say } from '../sentences';
import { type CallOptions, called } from './common/call';
import { dated, within } from './common/clock';
import { Brake } from './connection/brake';
import type { Connection } from './connection/connection';
import { type ConnectionState, shown } from './connection/connection-state';
import { Leases } from './connection/leases';
import { Session } from './connection/session';
import { SignIn } from './connection/sign-in';
import type { SessionState } from './connection/state';
import { HttpApi } from './http/http';
import { Transport } from './http/transport';
import { Identity } from './identity/identity';
import type { Legacy } from './legacy';
import { News } from './news';
import type { Settings } from './options';
import { Outbound } from './publish/outbound';
import type { Publisher } from './publish/publisher';
import type { Left } from './publish/unfinished';
import type { Delivery } from './receive/delivery';
import { type Messages, Reader, type ReadOptions } from './receive/messages';
import type { Slot, SubscriptionListener } from './receive/subscription';
import { Subscriptions } from './receive/subscriptions';

/** How long a close waits for requests that are out. With a socket's own second it stays below two. */
const CLOSE_TIMEOUT = 1_000;

export class Hub {
  readonly settings: Settings;
  readonly news: News;
  readonly leases: Leases;
  readonly session: Session<Connection>;
  readonly signIn: SignIn;
  readonly outbound: Outbound;
  readonly subscriptions: Subscriptions;
  readonly #transport: Transport;
  readonly #http: HttpApi;
  readonly #brake = new Brake();
  readonly #readers = new Set<Reader<unknown>>();
  /** Disconnected by hand: stays so until it is connected by hand. */
  #disconnectedByHand = false;
  #draining: Promise<void> | undefined;
  #closing: Promise<Legacy> | undefined;
  #tellClosing = (): void => {};
  /** Resolves when it is to be closed: then nothing that a drain waits for need ever come. */
  readonly #toBeClosed = new Promise<void>((resolve) => {
    this.#tellClosing = resolve;
  });

  constructor(settings: Settings) {
    const { clock, random, secrets, grace, requestTimeout, retry } = settings;
    const identity = new Identity(settings);
    this.settings = settings;
    this.news = new News(secrets);
    this.#transport = new Transport(settings);
    this.#http = new HttpApi({
      ...settings,
      transport: this.#transport,
      authorize: () => identity.header(),
      dated: (headers, asked) => identity.serverTime.heard(headers, asked),
    });
    this.subscriptions = new Subscriptions({
      clock,
      random,
      grace,
      answerTimeout: requestTimeout,
      problem: (error) => this.news.problem(error),
      fitToTell: (words) => secrets.fitToTell(words),
      release: () => this.leases.release(),
      exchange: (insist) => this.session.exchange(insist),
      joined: (why) => this.session.joined(why),
      answered: () => this.outbound.answered(),
    });
    this.signIn = new SignIn({
      settings,
      identity,
      transport: this.#transport,
      brake: this.#brake,
      exchange: () => this.session.exchange(false),
      retry: () => this.session.retry(),
      token: (token) => this.news.tell('token', token),
      problem: (error) => this.news.problem(error),
    });
    this.session = new Session<Connection>({
      policy: retry,
      clock,
      random,
      passengers: this.subscriptions,
      open: (events) => this.signIn.open(events),
      changed: (state) => this.#changed(state),
      problem: (error) => this.news.problem(error),
      refused: (why, until) => this.outbound.refused(why, until),
    });
    this.outbound = new Outbound({
      settings,
      http: this.#http,
      sharesCredentials: () => identity.isShared,
      wanted: () => this.leases.any || this.subscriptions.expecting,
      paused: () => this.#paused,
      retrySocket: () => this.session.retry(),
      refused: (why, until) => this.session.rest(why, until),
      accepted: () => this.session.lift(),
      defined: (stream) => this.subscriptions.retry(stream),
      queue: (queued) => this.news.tell('queue', queued),
      sending: (state) => this.news.tell('sending', dated(clock, state)),
      problem: (error) => this.news.problem(error),
    });
    this.leases = new Leases({
      clock,
      grace,
      first: () => {
        this.outbound.awaited();
        if (settings.autoConnect && !this.#disconnectedByHand) this.session.want();
      },
      last: () => this.session.disconnect(),
    });
    this.outbound.pauseOrResume();
  }

  get state(): ConnectionState {
    return shown(this.settings.clock, this.session.state);
  }

  /** @throws ClosedError */
  whileOpen(): Outbound {
    if (this.#closing !== undefined) throw new ClosedError(say('closed.client'));
    return this.outbound;
  }

  /** The same, for what would begin anew. @throws ClosedError */
  whileTaking(): void {
    if (this.#draining !== undefined) throw new ClosedError(say('closed.client'));
    this.whileOpen();
  }

  connect(): void {
    if (this.#draining !== undefined) return;
    this.#disconnectedByHand = false;
    this.outbound.retry();
    this.session.connect();
    this.outbound.pauseOrResume();
  }

  disconnect(): void {
    this.#disconnectedByHand = true;
    this.session.disconnect();
    this.outbound.pauseOrResume();
  }

  expect(): () => void {
    this.whileTaking();
    return this.subscriptions.expect(() => {
      // Patience was for them; nobody else needs the connection.
      if (!this.leases.any) this.outbound.awaited();
    });
  }

  subscribe(stream: string, delivery: Delivery, listener: SubscriptionListener): Slot {
    this.whileTaking();
    const slot = this.subscriptions.subscribe(stream, delivery, listener);
    this.leases.take();
    return slot;
  }

  read<Payload>(stream: string, delivery: Delivery, buffer: number, options: ReadOptions): Messages<Payload> {
    this.whileTaking();
    const reader: Reader<Payload> = new Reader({
      ...{ stream, delivery, buffer, options, clock: this.settings.clock, brake: this.#brake },
      problem: (error) => this.news.problem(error),
      ended: () => {
        stop();
        this.#readers.delete(reader);
      },
    });
    const stop = this.news.follow(
      'state',
      () => this.state,
      (state) => {
        if (state.name === 'refused') reader.error(state.why);
      },
    );
    this.#readers.add(reader);
    reader.reads(this.subscribe(stream, delivery, reader));
    return reader;
  }

  /** Resolves when it is connected. @throws (rejects with) ClosedError, CredentialsError; and as `called` does. */
  async connected(options: CallOptions): Promise<void> {
    this.whileTaking();
    const lease = this.leases.acquire();
    let stop = (): void => {};
    let why: StreamSeaError | undefined;
    const arrival = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (state: ConnectionState): void => {
          if (state.name === 'ready') resolve();
          else if (state.name === 'refused') reject(state.why);
          else if (state.name === 'waiting') why = state.why;
          else if (state.name === 'closed') reject(new ClosedError(say('closed.client')));
        };
        stop = this.news.on('state', look);
        look(this.state);
      });
    try {
      await called(this.settings.clock, options, arrival);
    } catch (thrown) {
      if (thrown instanceof TimeoutError && why !== undefined) {
        Object.defineProperty(thrown, 'cause', { value: why });
      }
      throw thrown;
    } finally {
      stop();
      lease.release();
    }
  }

  /** @throws (rejects with) what ended it before its time: it is closed then, too. */
  async drain(options: CallOptions): Promise<void> {
    this.#draining ??= this.#drain();
    const { clock } = this.settings;
    try {
      await called(clock, options, () => Promise.race([this.#draining, this.#toBeClosed]));
    } finally {
      await this.close();
    }
  }

  close(): Promise<Legacy> {
    return this.#end((publisher) => publisher.stop());
  }

  retire(): Promise<Legacy> {
    return this.#end((publisher, left) => publisher.retire(left));
  }

  async #drain(): Promise<void> {
    // A tick later, so that what is asked for meanwhile finds it under way.
    await Promise.resolve();
    this.outbound.pauseOrResume();
    // First what comes in, as who gets it may publish what comes of it.
    this.leases.close();
    await this.session.drain();
    await Promise.all([...this.#readers].map((reader) => reader.finish()));
    await this.outbound.publisher.drained();
    await this.#http.drained();
  }

  #end(stop: (publisher: Publisher, left: Left) => void): Promise<Legacy> {
    // A tick later, so that a listener that closes while it is told of the closing finds it under way.
    this.#closing ??= Promise.resolve().then(() => this.#close(stop));
    this.#tellClosing();
    return this.#closing;
  }

  async #close(stop: (publisher: Publisher, left: Left) => void): Promise<Legacy> {
    const { publisher } = this.outbound;
    const { clock, outbox } = this.settings;
    const left: Left = { unsent: [], kept: new Map() };
    this.leases.close();
    this.outbound.stop();
    for (const reader of [...this.#readers]) void reader.finish();
    this.subscriptions.mute();
    stop(publisher, left);
    const disconnected = this.session.close();
    // An answer may hold a secret that was drawn just now, and that nobody is told again.
    await within(clock, CLOSE_TIMEOUT, Promise.all([publisher.drained(), this.#http.drained()]));
    this.#http.close();
    await disconnected;
    const kept = outbox.close().catch((error: StreamSeaError) => this.news.problem(error));
    await within(clock, CLOSE_TIMEOUT / 2, Promise.all([kept, publisher.drained()]));
    this.outbound.close();
    this.#transport.close();
    this.news.close();
    return { ...left, undelivered: this.subscriptions.close() };
  }

  #changed(state: SessionState): void {
    this.signIn.connectionIs(state);
    this.outbound.socketIs(state);
    if (state.name === 'ready' && this.subscriptions.answered) this.outbound.answered();
    if (state.name === 'waiting' || state.name === 'refused') this.news.problem(state.why);
    this.news.tell('state', this.state);
  }

  /** Idle because nobody leases the connection is no reason not to publish; idle because somebody said so is. */
  get #paused(): boolean {
    const isWanted = !this.#disconnectedByHand && this.settings.autoConnect;
    return this.state.name === 'idle' && !isWanted && this.#draining === undefined;
  }
}
