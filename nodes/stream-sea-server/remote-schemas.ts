/**
 * Which streams have a schema at a server elsewhere. It tells nobody, so it is asked: with the one request that takes many
 * names, for what nodes show, and again each minute for those that have none.
 */

import { type Client, ProtocolError, StreamSeaError } from '../../src/index';
import { MAX_NAME_LENGTH } from '../../src/protocol/constants';
import type { KnownSchemas, SchemaListener } from '../shared/server-node';
import { tellAll } from '../shared/tell-all';

/** Milliseconds that a name waits for others that come with it: messages may name thousands. */
const MOMENT = 500;

/** Milliseconds. */
const MINUTE = 60_000;

/** In one request. */
const MAX_NAMES = 500;

/** Of more than these nobody can say. */
const MAX_STREAMS = 10_000;

/** What is known of a stream: another object each time it is asked for, so that an answer that is overtaken is none. */
interface Known {
  has: boolean | undefined;
  /** It has been answered since the connection came to be. */
  isCurrent: boolean;
}

export class RemoteSchemas implements KnownSchemas {
  readonly #client: Pick<Client, 'lookUpVersions'>;
  readonly #fault: (error: unknown) => void;
  /** With what each of them uses. */
  readonly #listeners = new Map<SchemaListener, () => Iterable<string>>();
  readonly #known = new Map<string, Known>();
  /** While there is somebody to be asked. */
  #asking: AbortController | undefined;
  #soon: NodeJS.Timeout | undefined;
  #minute: NodeJS.Timeout | undefined;

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
      if (name !== 'ready') return;
      this.#asking = new AbortController();
      this.#ask(() => true);
    });
  }

  /** One that nobody has asked for yet is, a moment later. */
  hasSchema(stream: string): boolean | undefined {
    const known = this.#known.get(stream);
    if (known === undefined && this.#asking !== undefined) {
      this.#soon ??= later(MOMENT, () => {
        this.#soon = undefined;
        this.#ask((each) => each === undefined);
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
    this.#known.set(stream, { has: true, isCurrent: true });
    this.#tell(stream);
  }

  /** @param isDue whether a stream is to be asked for, by what is known of it. */
  #ask(isDue: (known: Known | undefined) => boolean): void {
    const asking = this.#asking;
    if (asking === undefined) return;
    const asked = new Map<string, Known>();
    for (const stream of this.#used()) {
      const known = this.#known.get(stream);
      if (isDue(known)) asked.set(stream, { has: known?.has, isCurrent: false });
    }
    for (const [stream, known] of asked) this.#known.set(stream, known);
    this.#answered(asked, asking).catch(this.#fault);
  }

  async #answered(asked: ReadonlyMap<string, Known>, asking: AbortController): Promise<void> {
    let isNews = false;
    try {
      const all = [...asked];
      for (let at = 0; at < all.length; at += MAX_NAMES) {
        const some = all.slice(at, at + MAX_NAMES);
        const names = some.map(([stream]) => stream);
        const versions = await this.#client.lookUpVersions(names, { signal: asking.signal });
        if (this.#asking !== asking) return;
        for (const [index, [, known]] of some.entries()) {
          const has = versions[index] !== null;
          isNews ||= known.has !== has;
          // Nothing to anybody where another has taken its place meanwhile.
          known.has = has;
          known.isCurrent = true;
        }
      }
    } catch (error) {
      if (!(error instanceof StreamSeaError)) throw error;
      if (this.#asking !== asking) return;
      if (!error.retryable || error instanceof ProtocolError) {
        // Who refuses, or is no server of ours, would do so again.
        isNews = [...this.#known.values()].some(({ has }) => has === false);
        this.#known.clear();
        this.#stop();
      }
    }
    if (this.#asking !== undefined) this.#askInAMinute();
    if (isNews) this.#tell();
  }

  /** While any has none, or could not be asked for. */
  #askInAMinute(): void {
    const isDue = (known: Known | undefined): boolean => !(known?.has && known.isCurrent);
    if (this.#minute !== undefined || ![...this.#known.values()].some(isDue)) return;
    this.#minute = later(MINUTE, () => {
      this.#minute = undefined;
      this.#ask(isDue);
    });
  }

  /** The streams that are used now; of others nothing is kept. */
  #used(): string[] {
    const used = new Set<string>();
    for (const names of this.#listeners.values()) {
      for (const name of names()) {
        if (used.size < MAX_STREAMS && name.length <= MAX_NAME_LENGTH) used.add(name);
      }
    }
    for (const stream of this.#known.keys()) if (!used.has(stream)) this.#known.delete(stream);
    return [...used];
  }

  #stop(): void {
    this.#asking?.abort();
    this.#asking = undefined;
    clearTimeout(this.#soon);
    clearTimeout(this.#minute);
    this.#soon = undefined;
    this.#minute = undefined;
  }

  #tell(stream?: string): void {
    try {
      tellAll(this.#listeners.keys(), (listener) => listener(stream));
    } catch (error) {
      this.#fault(error);
    }
  }
}

/** Nobody waits for it: a process may end meanwhile. */
function later(ms: number, run: () => void): NodeJS.Timeout {
  return setTimeout(run, ms).unref();
}
