/**
 * The one connection of an engine: kept for ever, and what is known of how it stands. A connection alone does not
 * mean that JetStream can be used, so that it is asked before the engine is said to be back.
 */

import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection as Connection } from '@nats-io/transport-node';
import { say, type Words } from '../../sentences';
import type { EngineState } from '../engine';
import { Conflict, EngineAway, TooLarge } from '../faults';
import { atMost } from './deadline';
import { type NatsCredentials, optionsOf } from './nats-credentials';
import { isPassing, natsFaultOf, textOf } from './nats-faults';
import { loadNatsPackages, type NatsPackages } from './nats-packages';
import { OPEN_TIMEOUT } from './patience';
import { Warnings } from './warnings';

/** Milliseconds after which a request counts as not answered. */
export const REQUEST_TIMEOUT = 2_000;
/** Milliseconds before a stream that is being made is touched again. */
const TOUCH_PAUSE = 20;
/** Milliseconds between two questions whether JetStream can be used again. */
const PROBE_PAUSE = 500;
/** Milliseconds in which one server must take the connection. */
const CONNECT_TIMEOUT = 5_000;
/** Milliseconds between two pings; a connection that has not answered two is made anew. */
const PING_INTERVAL = 2_000;

export interface ConnectionSettings {
  readonly servers: readonly string[];
  readonly credentials: NatsCredentials;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly warn?: (words: Words) => void;
}

export class NatsConnection {
  readonly nc: Connection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly packages: NatsPackages;
  /** How often it was away: who remembers the number can tell whether it was since. */
  outages = 0;
  /** Milliseconds of `performance.now()`, of the last time that it was. */
  awaySince = Number.POSITIVE_INFINITY;
  /** Asks for what shows that all is well again, once more than the connection is needed for that. */
  usable: () => Promise<unknown> = () => this.jsm.getAccountInfo();
  readonly #settings: ConnectionSettings;
  readonly #warnings: Warnings;
  #state: EngineState = { name: 'ready' };
  #isConnected = true;
  #isProbing = false;
  /** What went wrong last on the wire, for the reason of being away. */
  #lastError = '';
  readonly #backListeners = new Set<() => void>();
  /** Each tells a request that its answer will not come. */
  readonly #underWay = new Set<(error: EngineAway) => void>();

  private constructor(
    settings: ConnectionSettings,
    packages: NatsPackages,
    nc: Connection,
    jsm: JetStreamManager,
  ) {
    this.#settings = settings;
    this.#warnings = new Warnings(settings.warn ?? (() => {}), () => performance.now());
    this.packages = packages;
    this.nc = nc;
    this.jsm = jsm;
    this.js = jsm.jetstream();
    void this.#follow();
  }

  /**
   * @throws (rejects with) EngineAway when no server is reached, or JetStream is not ready within 30 s; SettingError
   * when packages are missing.
   */
  static async open(settings: ConnectionSettings): Promise<NatsConnection> {
    const packages = loadNatsPackages();
    const where = settings.servers.join(', ');
    let nc: Connection;
    try {
      nc = await packages.transport.connect({
        ...optionsOf(settings.credentials, packages),
        servers: [...settings.servers],
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        reconnectJitter: 250,
        // Credentials that are refused may be given back to us later: it goes on trying.
        ignoreAuthErrorAbort: true,
        pingInterval: PING_INTERVAL,
        maxPingOut: 2,
        timeout: CONNECT_TIMEOUT,
        noAsyncTraces: true,
      });
    } catch (cause) {
      const isRefused = cause instanceof Error && cause.name === 'AuthorizationError';
      const words = isRefused
        ? say('nats.refused', { where })
        : say('nats.away', { where, reason: textOf(cause) });
      throw new EngineAway(words, { cause });
    }
    const jsm = await packages.jetstream.jetstreamManager(nc, { checkAPI: false, timeout: REQUEST_TIMEOUT });
    const connection = new NatsConnection(settings, packages, nc, jsm);
    try {
      await connection.#untilUsable(OPEN_TIMEOUT);
    } catch (cause) {
      await connection.close();
      throw new EngineAway(say('nats.unready', { where }), { cause });
    }
    return connection;
  }

  get state(): EngineState {
    return this.#state;
  }

  get isReady(): boolean {
    return this.#state.name === 'ready';
  }

  get isClosed(): boolean {
    return this.#state.name === 'closed';
  }

  get where(): string {
    return this.#settings.servers.join(', ');
  }

  /** Bytes of one message, its headers included. */
  get maxPayload(): number {
    return this.nc.info?.max_payload ?? 1_048_576;
  }

  /** Called each time that all can be used again. */
  onBack(listener: () => void): () => void {
    this.#backListeners.add(listener);
    return () => this.#backListeners.delete(listener);
  }

  /** Why nothing can be done now. */
  get away(): EngineAway | undefined {
    if (this.#state.name === 'ready') return undefined;
    return new EngineAway(this.#state.name === 'away' ? this.#state.why : say('engine.closed'));
  }

  /** Resolves with whether it is ready, at the latest after so many milliseconds. */
  whenReady(ms: number): Promise<boolean> {
    if (this.isReady || this.isClosed || ms <= 0) return Promise.resolve(this.isReady);
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        cancel();
        resolve(this.isReady);
      };
      const timer = setTimeout(end, ms);
      const cancel = this.onBack(end);
    });
  }

  /**
   * Runs one request. What means that nobody answers is EngineAway, and puts the engine away until it is found to
   * answer again; all else is passed on, to be read with `natsFaultOf`.
   */
  async run<Result>(request: () => Promise<Result>): Promise<Result> {
    if (this.away !== undefined) throw this.away;
    try {
      return await this.attempt(request);
    } catch (error) {
      if (!isPassing(error)) throw error;
      throw this.fail(error);
    }
  }

  /** Runs one request, for as long as the connection stands: the client would await an answer beyond that. */
  attempt<Result>(request: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const lost = (error: Error): void => reject(error);
      this.#underWay.add(lost);
      request()
        .then(resolve, reject)
        .finally(() => this.#underWay.delete(lost));
    });
  }

  /** Nobody has answered a request. Whether that goes for all of them is seen next. */
  fail(error: unknown): EngineAway {
    if (error instanceof EngineAway) return error;
    const { where } = this;
    const isSilent = natsFaultOf(error) === 'silent';
    const why = isSilent ? say('nats.silent', { where }) : say('nats.unready', { where });
    void this.#probe(why);
    return new EngineAway(why, { cause: error });
  }

  /** What ports say no with, of whatever NATS says no with. */
  refusal(error: unknown): Error {
    if (error instanceof EngineAway || error instanceof TooLarge || error instanceof Conflict) return error;
    if (isPassing(error)) return this.fail(error);
    const words = say('nats.failed', { where: this.where, reason: textOf(error) });
    this.#warnings.tell(words);
    return new EngineAway(words, { cause: error });
  }

  /**
   * Resolves when the stream of the subject takes messages; it is given one that it has to refuse.
   *
   * A stream that somebody else is just making is said to be there before it is: NATS 2.9 breaks down when it is asked
   * for a message of such a one.
   *
   * @throws (rejects with) what NATS says
   */
  async touch(subject: string, patience = 0): Promise<void> {
    for (const end = performance.now() + patience; ; ) {
      try {
        const expect = { lastSubjectSequence: Number.MAX_SAFE_INTEGER };
        await this.attempt(() => this.js.publish(subject, '', { timeout: REQUEST_TIMEOUT, expect }));
        return;
      } catch (error) {
        const fault = natsFaultOf(error);
        if (fault === 'conflict') return;
        if (fault !== 'away' || performance.now() >= end) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, TOUCH_PAUSE));
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    const wasReady = this.isReady;
    this.#state = { name: 'closed' };
    for (const listener of [...this.#backListeners]) listener();
    this.#giveUp(new EngineAway(say('engine.closed')));
    // What was written last, acknowledgements above all, is to arrive.
    if (wasReady) await atMost(1_000, this.nc.flush());
    await this.nc.close();
  }

  async #follow(): Promise<void> {
    for await (const status of this.nc.status()) {
      if (status.type === 'disconnect') {
        this.#isConnected = false;
        const why = say('nats.away', { where: this.where, reason: this.#lastError || 'disconnected' });
        this.#leave(why);
        this.#giveUp(new EngineAway(why));
      } else if (status.type === 'reconnect') {
        this.#isConnected = true;
        this.#lastError = '';
        void this.#probe(say('nats.unready', { where: this.where }));
      } else if (status.type === 'error') {
        this.#lastError = textOf(status.error);
      }
    }
  }

  #leave(why: Words): void {
    if (!this.isReady) return;
    this.outages += 1;
    this.awaySince = performance.now();
    this.#state = { name: 'away', since: this.#settings.now(), why };
    this.#warnings.tell(why);
  }

  #giveUp(error: EngineAway): void {
    for (const lost of this.#underWay) lost(error);
    this.#underWay.clear();
  }

  /** Away, unless it answers; until then. */
  async #probe(why: Words): Promise<void> {
    if (this.#isProbing || this.isClosed) return;
    this.#isProbing = true;
    try {
      await this.#untilUsable(Number.POSITIVE_INFINITY, () => this.#leave(why));
    } catch {
      return;
    } finally {
      this.#isProbing = false;
    }
    if (this.isClosed || !this.#isConnected || this.isReady) return;
    this.#state = { name: 'ready' };
    for (const listener of [...this.#backListeners]) listener();
  }

  /** Rejects when the connection is lost or closed meanwhile, or the time is over. */
  async #untilUsable(ms: number, failed = () => {}): Promise<void> {
    const end = performance.now() + ms;
    for (;;) {
      try {
        await this.attempt(this.usable);
        return;
      } catch (error) {
        if (this.isClosed || !this.#isConnected || performance.now() > end) throw error;
        failed();
      }
      await new Promise((resolve) => setTimeout(resolve, PROBE_PAUSE));
    }
  }
}
