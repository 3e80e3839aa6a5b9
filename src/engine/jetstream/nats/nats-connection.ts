/**
 * The one connection of an engine: kept for ever, and what is known of how it stands. A connection alone does not
 * mean that JetStream can be used, so that it is asked before the engine is said to be back.
 */

import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection as Connection } from '@nats-io/transport-node';
import { say, type Words } from '../../../sentences';
import { pause, within } from '../../deadline';
import type { EngineState } from '../../engine';
import { Conflict, EngineAway, TooLarge } from '../../faults';
import { Calls } from './calls';
import { absenceOf, type DialSettings, dial } from './dial';
import { isPassing, natsFaultOf, outageOf, refusalOf } from './nats-faults';
import { loadNatsPackages, type NatsPackages } from './nats-packages';
import { OPEN_TIMEOUT } from './patience';
import { Publications, type Publishing } from './publications';
import { Standing } from './standing';

/** Milliseconds after which a request counts as not answered. */
export const REQUEST_TIMEOUT = 2_000;
/** Milliseconds before a stream that is being made is touched again. */
const TOUCH_PAUSE = 20;
/** Milliseconds between two questions whether JetStream can be used again. */
const PROBE_PAUSE = 500;

export interface ConnectionSettings extends DialSettings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly warn?: (words: Words) => void;
}

export class NatsConnection {
  readonly nc: Connection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly packages: NatsPackages;
  readonly calls = new Calls();
  /** Asks for what shows that all is well, once more than the connection is needed for that. */
  usable: () => Promise<unknown> = () => this.jsm.getAccountInfo();
  readonly #settings: ConnectionSettings;
  readonly #standing: Standing;
  readonly #publications: Publications;
  readonly #closing = new AbortController();
  #isConnected = true;
  #isProbing = false;
  /** What went wrong last on the wire, for the reason of being away. */
  #lastError: unknown = 'disconnected';
  /** Each tells a request that its answer will not come. */
  readonly #underWay = new Set<(error: EngineAway) => void>();

  private constructor(
    settings: ConnectionSettings,
    packages: NatsPackages,
    nc: Connection,
    jsm: JetStreamManager,
  ) {
    this.#settings = settings;
    this.#standing = new Standing({
      where: this.where,
      now: settings.now,
      warn: settings.warn ?? (() => {}),
    });
    this.packages = packages;
    this.nc = nc;
    this.jsm = jsm;
    this.js = jsm.jetstream();
    this.#publications = new Publications(nc, packages);
    void this.#follow();
  }

  /**
   * @throws (rejects with) EngineAway when no server is reached, or JetStream is not ready within 30 s; SettingError
   * when packages are missing, or `creds` are none.
   */
  static async open(settings: ConnectionSettings): Promise<NatsConnection> {
    const packages = loadNatsPackages();
    const where = settings.servers.join(', ');
    const nc = await dial(settings, packages);
    const jsm = await packages.jetstream.jetstreamManager(nc, { checkAPI: false, timeout: REQUEST_TIMEOUT });
    const connection = new NatsConnection(settings, packages, nc, jsm);
    try {
      await connection.#untilUsable(OPEN_TIMEOUT, (error) => {
        if (natsFaultOf(error) === 'refused') throw error;
      });
    } catch (cause) {
      await connection.close();
      const isRefused = natsFaultOf(cause) === 'refused';
      throw new EngineAway(isRefused ? refusalOf(cause, where) : say('nats.unready', { where }), { cause });
    }
    return connection;
  }

  get state(): EngineState {
    return this.#standing.state;
  }

  get isReady(): boolean {
    return this.#standing.isReady;
  }

  get isClosed(): boolean {
    return this.#standing.isClosed;
  }

  /** Ends all waits. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  get outages(): number {
    return this.#standing.outages;
  }

  get awaySince(): number {
    return this.#standing.awaySince;
  }

  get where(): string {
    return this.#settings.servers.join(', ');
  }

  /** Bytes of one message, its headers included. */
  get maxPayload(): number {
    return this.nc.info?.max_payload ?? 1_048_576;
  }

  onBack(listener: () => void): () => void {
    return this.#standing.onBack(listener);
  }

  get away(): EngineAway | undefined {
    return this.#standing.away;
  }

  whenReady(ms: number): Promise<boolean> {
    return this.#standing.whenReady(ms);
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
      // Without a closure around it, which would hold the message: what a set has held may stay until a full collection.
      this.#underWay.add(reject);
      request()
        .then(resolve, reject)
        .finally(() => this.#underWay.delete(reject));
    });
  }

  /** Resolves when a stream has the message. A lost connection ends it too, by `Publications.end`. */
  publish(subject: string, body: Uint8Array, publishing: Publishing): Promise<void> {
    return this.#publications.send(subject, body, publishing);
  }

  /** Nobody has answered a request, or there is no room for it. Whether that goes for all of them is seen next. */
  fail(error: unknown): EngineAway {
    if (error instanceof EngineAway) return error;
    const why = outageOf(error, this.where);
    void this.#probe(why, natsFaultOf(error) === 'full' ? refusalOf(error, this.where) : undefined);
    return new EngineAway(why, { cause: error });
  }

  /** How NATS stands is found out, once more than the connection says it. */
  look(): void {
    void this.#probe(say('nats.unready', { where: this.where }));
  }

  /** What everything stands on is gone: it is away until there is such a thing again. */
  lose(why: Words): void {
    this.#standing.leave(why);
    void this.#probe(why);
  }

  /** What ports say no with, of whatever NATS says no with. */
  refusal(error: unknown): Error {
    if (error instanceof EngineAway || error instanceof TooLarge || error instanceof Conflict) return error;
    if (isPassing(error)) return this.fail(error);
    const words = refusalOf(error, this.where);
    this.#standing.warnings.tell(words);
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
        if (fault !== 'away' || this.isClosed || performance.now() >= end) throw error;
      }
      await pause(TOUCH_PAUSE, this.closed);
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    const wasReady = this.isReady;
    this.#standing.close();
    this.#closing.abort();
    this.#giveUp(new EngineAway(say('engine.closed')));
    // What was written last, acknowledgements above all, is to arrive.
    if (wasReady) await within(1_000, this.nc.flush()).catch(() => {});
    await this.nc.close();
    await this.calls.settled();
  }

  async #follow(): Promise<void> {
    for await (const status of this.nc.status()) {
      if (status.type === 'disconnect') {
        this.#isConnected = false;
        const why = absenceOf(this.#lastError, this.where);
        this.#standing.leave(why);
        this.#giveUp(new EngineAway(why));
      } else if (status.type === 'reconnect') {
        this.#isConnected = true;
        this.#lastError = 'disconnected';
        this.look();
      } else if (status.type === 'reconnecting') {
        this.#standing.remind();
      } else if (status.type === 'error') {
        this.#lastError = status.error;
        if (status.error instanceof this.packages.transport.PermissionViolationError) {
          this.#publications.end(status.error, status.error.subject);
        }
      }
    }
  }

  #giveUp(error: EngineAway): void {
    for (const lost of this.#underWay) lost(error);
    this.#underWay.clear();
    this.#publications.end(error);
  }

  /**
   * Out, unless it answers; until then.
   *
   * @param alone told if all is well: then what failed is the fault of that request.
   */
  async #probe(why: Words, alone?: Words): Promise<void> {
    if (this.#isProbing || this.isClosed) return;
    this.#isProbing = true;
    try {
      await this.#untilUsable(Number.POSITIVE_INFINITY, (error) => {
        if (natsFaultOf(error) === 'full') this.#standing.refuse(outageOf(error, this.where));
        else this.#standing.leave(why);
        this.#standing.remind();
      });
    } catch {
      return;
    } finally {
      this.#isProbing = false;
    }
    if (!this.#isConnected) return;
    const wasOut = this.#standing.recover();
    if (!wasOut && alone !== undefined) this.#standing.warnings.tell(alone);
  }

  /** Rejects when the connection is lost or closed meanwhile, or the time is over. */
  async #untilUsable(ms: number, failed: (error: unknown) => void): Promise<void> {
    const end = performance.now() + ms;
    for (;;) {
      try {
        await this.attempt(this.usable);
        return;
      } catch (error) {
        if (this.isClosed || !this.#isConnected || performance.now() > end) throw error;
        failed(error);
      }
      await pause(PROBE_PAUSE, this.closed);
    }
  }
}
