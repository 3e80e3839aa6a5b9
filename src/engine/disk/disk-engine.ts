/** An engine that keeps all in a folder on disk, which this process alone holds, and reads it from memory. */

import type { StoreError } from '../../errors';
import { say, tell, type Warn } from '../../sentences';
import { Store, type StoreOptions } from '../../store/store';
import type { Engine, EngineState } from '../engine';
import type { LogLimits } from '../log';
import { DiskCatalogue } from './disk-catalogue';
import { DiskLog } from './disk-log';
import { TIME_KEY } from './disk-record';
import { Journal } from './journal';
import { contentOf } from './restore';

export interface DiskEngineOptions extends Pick<StoreOptions, 'openDatabase'> {
  /** Of this engine alone; made when it is not there. */
  readonly folder: string;
  /** As a {@link StoreOptions} has it. */
  readonly isOurs?: boolean | undefined;
  readonly limits: LogLimits;
  /**
   * What an accepted entry outlives: with `written` the end of the process, with `flushed` that of the machine, which
   * costs a flush of the disk for each that nobody else comes along with. Records are always flushed.
   */
  readonly durability?: 'written' | 'flushed' | undefined;
  /** Milliseconds since some moment before; never set by anybody. */
  readonly now?: () => number;
  /** Told when a damaged folder was repaired, or set aside, or records in it were left out; when the disk takes again. */
  readonly warn: Warn;
  /** Told when the disk refuses, once until it does no more. */
  readonly onError: (error: StoreError) => void;
}

/** The name of what is in the folder: since the first release, whose records are taken over. */
const FORMAT = 'stream-sea server 1';

/** Most of what is published is deleted soon. With less, it would be copied to tables, and these flushed, in vain. */
const BUFFER_SIZE = 8 * 1_048_576;

/** Milliseconds of service that a process that dies forgets, at most. */
const TIME_INTERVAL = 60_000;

export class DiskEngine implements Engine {
  readonly name = 'disk';
  readonly promises = { outlivesProcess: true, isShared: false };
  readonly log: DiskLog;
  readonly catalogue: DiskCatalogue;
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #writeTime: () => void;
  readonly #timer: NodeJS.Timeout;
  #closing: Promise<void> | undefined;

  private constructor(store: Store, stored: Awaited<ReturnType<Store['open']>>, options: DiskEngineOptions) {
    const { folder, limits, durability, now = () => performance.now(), warn, onError } = options;
    const { time, unreadable, records, ...content } = contentOf(stored);
    const start = now();
    const served = (): number => time + now() - start;
    const probe = { key: TIME_KEY, latest: () => String(Math.round(served())) };
    this.#store = store;
    const onBack = (): void => tell(warn, say('engine.diskTakes'));
    this.#journal = new Journal({ store, flush: durability === 'flushed', onError, onBack, probe });
    this.#writeTime = () => this.#journal.behind(probe.key, probe.latest);
    this.catalogue = new DiskCatalogue(this.#journal, records);
    this.log = new DiskLog({ limits, journal: this.#journal, now: served }, content);
    // Where nothing ages, a disk may sleep.
    this.#timer = setInterval(() => {
      if (this.log.isRemembering) this.#writeTime();
    }, TIME_INTERVAL).unref();
    if (unreadable > 0) tell(warn, say('store.leftOut', { folder, records: unreadable }));
  }

  /** @throws StoreError when another process holds the folder, or the disk is full or read-only. */
  static async open(options: DiskEngineOptions): Promise<DiskEngine> {
    const store = new Store({ ...options, format: FORMAT, bufferSize: BUFFER_SIZE });
    try {
      return new DiskEngine(store, await store.open(), options);
    } catch (thrown) {
      await store.close();
      throw thrown;
    }
  }

  get state(): EngineState {
    return this.#closing === undefined ? this.#journal.state : { name: 'closed' };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.log.close(), this.catalogue.close()]);
    this.#writeTime();
    await this.#journal.close();
    await this.#store.close();
  }
}
