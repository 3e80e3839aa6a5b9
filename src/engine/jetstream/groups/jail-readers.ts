/**
 * What passing groups are served from: one reader for each jail that has any, which fills logs in the memory of this
 * process. NATS is asked once, however many groups there are.
 */

import type { StreamInfo } from '@nats-io/jetstream';
import type { Cursor, LogId, LogLimits } from '../../log';
import { MemoryLog } from '../../memory/memory-log';
import { decodeEntry } from '../entry-message';
import type { JailStreams } from '../jail-streams';
import type { NatsConnection } from '../nats/nats-connection';
import { natsFaultOf } from '../nats/nats-faults';
import type { Subjects } from '../subjects';
import { OrderedReader } from './ordered-reader';

/** Of a jail in the memory of this process, however much of it NATS may keep on its disks. */
const MOST_BYTES = 64 * 1_048_576;

/** A group's place in the logs of this process. */
export interface Tail {
  readonly cursor: Cursor;
  /** Entries before this one were there when it was opened: it may be given some, which are not for it. */
  readonly from: number;
  /** To be called when it is not read any more. */
  readonly close: () => void;
}

interface JailReader {
  readonly reader: OrderedReader;
  readonly started: Promise<void>;
  /** Those who read, each with what to do when what they read is no more. */
  readonly tails: Set<(why: 'overtaken' | 'forgotten') => void>;
  /** The last entry that has been read. */
  last: number;
  /** Of the stream that it reads. */
  readonly birth: string;
}

interface State {
  /** Number of its last entry. */
  readonly last: number;
  /** What tells it from an earlier stream of its name. */
  readonly birth: string;
}

export class JailReaders {
  readonly #connection: NatsConnection;
  readonly #streams: JailStreams;
  readonly #subjects: Subjects;
  readonly #logs: MemoryLog;
  readonly #readers = new Map<string, JailReader>();

  constructor(connection: NatsConnection, streams: JailStreams, subjects: Subjects, limits: LogLimits) {
    this.#connection = connection;
    this.#streams = streams;
    this.#subjects = subjects;
    const retainedBytes = Math.min(limits.retainedBytes, MOST_BYTES);
    this.#logs = new MemoryLog({ limits: { ...limits, retainedBytes }, now: () => performance.now() });
  }

  /**
   * From here on, nothing is missed.
   *
   * @param ended called when there is a hole in what it reads, or the jail is no more.
   * @throws (rejects with) EngineAway
   */
  async open(logId: LogId, group: string, ended: (why: 'overtaken' | 'forgotten') => void): Promise<Tail> {
    const log = { jail: logId.jail, stream: this.#subjects.subjectOf(logId) };
    const cursor = await this.#logs.open(log, group, { lasting: false });
    const close = (): void => {
      void cursor.leave();
      this.#close(logId.jail, ended);
    };
    try {
      const { last, birth } = await this.#stateOf(logId.jail);
      const known = this.#readers.get(logId.jail);
      const reader = known ?? this.#read(logId.jail, last, birth);
      reader.tails.add(ended);
      await reader.started;
      return { cursor, from: last + 1, close };
    } catch (error) {
      close();
      throw error;
    }
  }

  close(): void {
    for (const { reader } of this.#readers.values()) reader.stop();
    this.#readers.clear();
    this.#logs.close();
  }

  async #stateOf(jail: string): Promise<State> {
    const { jsm } = this.#connection;
    return this.#connection.run(async () => {
      for (;;) {
        const stream = await this.#streams.ensure(jail);
        try {
          return stateOf(await jsm.streams.info(stream));
        } catch (error) {
          if (natsFaultOf(error) !== 'missing stream') throw error;
          this.#streams.forget(jail);
        }
      }
    });
  }

  #read(jail: string, last: number, birth: string): JailReader {
    const end = (why: 'overtaken' | 'forgotten'): void => {
      for (const tail of [...own.tails]) tail(why);
    };
    const reader = new OrderedReader(this.#connection, {
      stream: this.#streams.nameOf(jail),
      start: () => ({
        deliver_policy: 'by_start_sequence',
        opt_start_seq: own.last + 1,
        filter_subject: this.#subjects.allOf(jail),
      }),
      begun: () => void this.#check(jail, own),
      message: ({ subject, data }, { number }) => {
        // NATS has trimmed what was not read yet, and nobody can tell of which log.
        if (number > own.last + 1) end('overtaken');
        own.last = number;
        const content = decodeEntry(data);
        if (content !== undefined) {
          this.#logs.accept({ jail, stream: subject }, content.texts, number, false);
        }
      },
      missing: () => end('forgotten'),
    });
    const own: JailReader = {
      reader,
      tails: new Set(),
      last,
      birth,
      started: Promise.resolve().then(() => reader.start()),
    };
    own.started.catch(() => {
      reader.stop();
      if (this.#readers.get(jail) === own) this.#readers.delete(jail);
    });
    this.#readers.set(jail, own);
    return own;
  }

  /** When reading begins again, the stream may be another one, or shorter: what is waited for would not come. */
  async #check(jail: string, own: JailReader): Promise<void> {
    const { jsm } = this.#connection;
    const { last } = own;
    const info = await jsm.streams.info(this.#streams.nameOf(jail)).catch(() => undefined);
    if (info === undefined) return;
    const state = stateOf(info);
    if (state.birth !== own.birth || state.last < last) for (const end of [...own.tails]) end('forgotten');
  }

  #close(jail: string, ended: (why: 'overtaken' | 'forgotten') => void): void {
    const own = this.#readers.get(jail);
    if (own === undefined) return;
    own.tails.delete(ended);
    if (own.tails.size > 0) return;
    this.#readers.delete(jail);
    own.reader.stop();
  }
}

function stateOf({ state, created }: StreamInfo): State {
  return { last: state.last_seq, birth: String(created) };
}
