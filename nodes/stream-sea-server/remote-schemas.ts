/**
 * Which streams have a schema at a server elsewhere. It tells nobody, so it is asked: with the one request that takes many
 * names, for what nodes show, and again each minute for those that have none.
 */

import { type Client, ProtocolError, ReplyError, StreamSeaError } from '../../src/index';
import { MAX_NAME_LENGTH } from '../../src/protocol/constants';
import type { KnownSchemas, SchemaListener } from '../shared/server-node';
import { tellAll } from '../shared/tell-all';

/** Milliseconds that a name waits for others that come with it: messages may name thousands. */
const MOMENT = 500;

/** Milliseconds. */
const MINUTE = 60_000;

/** A server's clock may be wrong by years, and with it the date until which it wants to be left alone. */
const LONGEST_REST = 60 * MINUTE;

/** In one request. */
const MAX_NAMES = 500;

/** Of more than these nobody can say. */
const MAX_STREAMS = 10_000;

/** What is known of a stream: another object where what is being asked is overtaken, so that its answer is none. */
interface Known {
  has: boolean | undefined;
  /** It is to be asked for. */
  isDue: boolean;
}

export class RemoteSchemas implements KnownSchemas {
  readonly #client: Pick<Client, 'lookUpVersions'>;
  readonly #fault: (error: unknown) => void;
  /** With what each of them uses. */
  readonly #listeners = new Map<SchemaListener, () => Iterable<string>>();
  readonly #known = new Map<string, Known>();
  /** While there is somebody to be asked. */
  #asking: AbortController | undefined;
  /** One request at a time: of a server that is slow, names that came one by one took all sockets, and nothing was published. */
  #isUnderWay = false;
  #soon: NodeJS.Timeout | undefined;
  #minute: NodeJS.Timeout | undefined;
  /** The last request was in vain: none is made until it is over. */
  #rest: NodeJS.Timeout | undefined;
  /** The server has asked for it: another connection does not end it. */
  #isAskedRest = false;

  /**
   * Asks for as long as the client is connected, and ends what is under way with the connection.
   *
   * @param fault told of a listener that throws.
   */
  constructor(client: Pick<Client, 'lookUpVersions' | 'on'>, fault: (error: unknown) => void) {
    this.#client = client;
    this.#fault = fault;
    client.on('state', ({ name }) => {
      this.#stop();
      if (name === 'closed') this.#endRest();
      if (name !== 'ready') return;
      this.#asking = new AbortController();
      for (const known of this.#known.values()) known.isDue = true;
      this.#ask();
    });
  }

  /** One that nobody has asked for yet is, a moment later. */
  hasSchema(stream: string): boolean | undefined {
    const known = this.#known.get(stream);
    if (known === undefined && this.#asking !== undefined) {
      this.#soon ??= later(MOMENT, () => {
        this.#soon = undefined;
        this.#ask();
      });
    }
    return known?.has;
  }

  onSchema(listener: SchemaListener, used: () => Iterable<string>): () => void {
    this.#listeners.set(listener, used);
    return () => this.#listeners.delete(listener);
  }

  defined(stream: string): void {
    if (!this.#known.has(stream)) return;
    this.#known.set(stream, { has: true, isDue: false });
    this.#tell(stream);
  }

  /** For what is due, and for what nobody has asked for yet. */
  #ask(): void {
    const asking = this.#asking;
    if (asking === undefined) return;
    for (const stream of this.#used()) {
      if (!this.#known.has(stream)) this.#known.set(stream, { has: undefined, isDue: true });
    }
    if (this.#isUnderWay || this.#rest !== undefined) return;
    this.#isUnderWay = true;
    this.#askAll(asking).catch(this.#fault);
  }

  /** Until nothing is due: more may come to be meanwhile. */
  async #askAll(asking: AbortController): Promise<void> {
    try {
      for (let asked = this.#due(); asked.length > 0; asked = this.#due()) {
        const names = asked.map(([stream]) => stream);
        const versions = await this.#client.lookUpVersions(names, { signal: asking.signal });
        if (this.#asking !== asking) return;
        this.#answered(asked, versions);
      }
    } catch (error) {
      if (!(error instanceof StreamSeaError)) throw error;
      if (this.#asking === asking) this.#failed(error);
    } finally {
      if (this.#asking === asking) {
        this.#isUnderWay = false;
        this.#askInAMinute();
      }
    }
  }

  #answered(asked: readonly [string, Known][], versions: readonly unknown[]): void {
    let isNews = false;
    for (const [index, [stream, known]] of asked.entries()) {
      const has = versions[index] !== null;
      isNews ||= known.has !== has && this.#known.get(stream) === known;
      known.has = has;
      known.isDue = false;
    }
    if (isNews) this.#tell();
  }

  #failed(error: StreamSeaError): void {
    if (error.retryable && !(error instanceof ProtocolError)) {
      const asked = error instanceof ReplyError ? (error.retryAfter ?? 0) : 0;
      this.#isAskedRest = asked > 0;
      this.#rest = later(Math.min(Math.max(asked, MINUTE), LONGEST_REST), () => {
        this.#rest = undefined;
        this.#askAgain();
      });
      return;
    }
    // Who refuses, or is no server of ours, would do so again.
    const isShown = [...this.#known.values()].some(({ has }) => has === false);
    this.#known.clear();
    this.#stop();
    if (isShown) this.#tell();
  }

  /** While any has none. */
  #askInAMinute(): void {
    if (this.#minute !== undefined || [...this.#known.values()].every(({ has }) => has)) return;
    this.#minute = later(MINUTE, () => {
      this.#minute = undefined;
      this.#askAgain();
    });
  }

  #askAgain(): void {
    for (const known of this.#known.values()) known.isDue ||= !known.has;
    this.#ask();
  }

  /** As many as one request asks for. */
  #due(): [string, Known][] {
    this.#used();
    const due = [];
    for (const entry of this.#known) {
      if (entry[1].isDue && due.push(entry) === MAX_NAMES) break;
    }
    return due;
  }

  /** The streams that are used now; of others nothing is kept. */
  #used(): string[] {
    const used = new Set<string>();
    for (const names of this.#listeners.values()) {
      for (const name of names()) {
        if (used.size < MAX_STREAMS && isAskable(name)) used.add(name);
      }
    }
    for (const stream of this.#known.keys()) if (!used.has(stream)) this.#known.delete(stream);
    return [...used];
  }

  #stop(): void {
    this.#asking?.abort();
    this.#asking = undefined;
    this.#isUnderWay = false;
    clearTimeout(this.#soon);
    clearTimeout(this.#minute);
    this.#soon = undefined;
    this.#minute = undefined;
    if (!this.#isAskedRest) this.#endRest();
  }

  #endRest(): void {
    clearTimeout(this.#rest);
    this.#rest = undefined;
  }

  #tell(stream?: string): void {
    try {
      tellAll(this.#listeners.keys(), (listener) => listener(stream));
    } catch (error) {
      this.#fault(error);
    }
  }
}

/** Of one name that no request may hold, a node that has it would take the answers of all others. */
function isAskable(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && name.isWellFormed();
}

/** Nobody waits for it: a process may end meanwhile. */
function later(ms: number, run: () => void): NodeJS.Timeout {
  return setTimeout(run, ms).unref();
}
