/**
 * An outbox on disk: what it has accepted is sent even if the process is killed, or the machine loses power, the
 * moment after. What was sent is deleted a little later, so that a crash may send it a second time (at least once).
 */
import type { StoreError } from '../../errors';
import { callable, flag, record, wrong } from '../../protocol/values';
import { say, tell, type Warn } from '../../sentences';
import { Store, type StoreOptions } from '../../store/store';
import type { OnKept, Outbox, OutboxKey, StoredMessage, Unkept } from './outbox';
import { OutboxRecord, parseRecords } from './outbox-record';
import { RecordIndex } from './record-index';

/** Where waiting messages are kept on disk. */
export interface DiskOutboxOptions {
  /** @internal For tests. */
  readonly openDatabase?: NonNullable<StoreOptions['openDatabase']>;
  /** @internal Nobody else has business in the folder: what is not ours there is set aside. */
  readonly isOurs?: boolean | undefined;
  /** Of this outbox alone; made when it is not there. */
  readonly folder: string;
  /** True: only what is there already is sent; nothing new is kept. Default: false. */
  readonly drain?: boolean | undefined;
  /** Told when a damaged folder was set aside, or sent messages could not be deleted. */
  readonly warn: Warn;
}

/** Another form of records needs another number: an older release then sets the folder aside instead of guessing. */
export const FORMAT = 'stream-sea outbox 2';

/** For a client's `outbox`: what is accepted is on the disk, and sent after a restart, too. @throws SettingError */
export function createDiskOutbox(options: DiskOutboxOptions): Outbox {
  const { folder, warn, drain } = record('options', options) as unknown as DiskOutboxOptions;
  if (typeof folder !== 'string' || folder === '') throw wrong('folder', say('expected.someString'), folder);
  callable('warn', warn);
  flag('drain', drain);
  return new DiskOutbox(options);
}

/** Messages of one turn of the event loop, and who is to be told that they are kept: one for all of a draft. */
interface Draft {
  readonly record: OutboxRecord;
  readonly messages: Unkept[];
  readonly onKept: OnKept;
}

class DiskOutbox implements Outbox {
  readonly durable: boolean;
  readonly replays = true;
  readonly #store: Store;
  readonly #warn: Warn;
  #lastKey: OutboxKey = 0;
  #late: (messages: readonly StoredMessage[]) => void = () => {};
  /** What an earlier process left has been read. */
  #read = false;
  /** It has been, or is being. */
  #ready: Promise<void> | undefined;
  /** Those that hold a message that is kept and not settled. */
  readonly #records = new RecordIndex();
  #drafts: Draft[] = [];
  /** Settled more than the disk has been told. */
  #settled = new Set<OutboxRecord>();
  #writesSoon = false;
  #sweepsSoon = false;
  /** Resolves, and never rejects, when the last write has succeeded or failed. */
  #written: Promise<void> = Promise.resolve();

  constructor(options: DiskOutboxOptions) {
    this.durable = options.drain !== true;
    this.#store = new Store({ ...options, format: FORMAT });
    this.#warn = options.warn;
  }

  async open(late: (messages: readonly StoredMessage[]) => void): Promise<readonly StoredMessage[]> {
    this.#late = late;
    let messages: readonly StoredMessage[] = [];
    await this.#whenReady((found) => {
      messages = found;
    });
    return messages;
  }

  accept<Message extends Unkept>(message: Message, at: number, onKept: OnKept<Message>, late?: true): void {
    // It is told of what it was given, and of nothing else.
    const told = onKept as OnKept;
    if (this.#read) this.#put(message, at, told, late);
    else this.#putOnceReady(message, at, told, late);
  }

  settle(key: OutboxKey): void {
    const record = this.#records.find(key);
    if (record === undefined) return;
    record.settle(key);
    if (record.isOver) this.#records.delete(record);
    this.#settled.add(record);
    this.#sweepSoon();
  }

  async close(): Promise<void> {
    // What was accepted before the database had opened is written when it has.
    await this.#ready?.catch(() => {});
    await this.#written;
    this.#write();
    await this.#written;
    // What was ended before it was kept, and is to go as it is: thrown away, it was sent by the next process.
    this.#write();
    await this.#written;
    await this.#store.close();
    if (this.#settled.size > 0) {
      const messages = [...this.#settled].reduce((sum, record) => sum + record.settled, 0);
      tell(this.#warn, say('queue.undeleted', { messages }));
    }
  }

  /** A start that fails is tried again with the next message: a full disk must not need a restart. */
  #whenReady(take: (messages: readonly StoredMessage[]) => void): Promise<void> {
    this.#ready ??= this.#load().then(
      (messages) => {
        try {
          take(messages);
        } finally {
          // Also where whoever was given them throws: all that came later was refused, for ever.
          this.#read = true;
          this.#ready = Promise.resolve();
        }
      },
      (thrown) => {
        this.#ready = undefined;
        throw thrown;
      },
    );
    return this.#ready;
  }

  /** What an earlier process left. An entry that is no record costs itself alone. */
  async #load(): Promise<readonly StoredMessage[]> {
    const entries = await this.#store.open();
    const found = parseRecords(entries);
    const messages = found.flatMap((record) => record.messages);
    const whole = found.flatMap((record) => record.entries);
    const broken = entries.length - whole.length;
    if (broken > 0) {
      await this.#store.setAside(say('store.noMessages', { broken, total: messages.length + broken }), whole);
    }
    for (const { record } of found) {
      this.#records.add(record);
      this.#lastKey = Math.max(this.#lastKey, record.lastKey);
    }
    return messages;
  }

  /** By itself, as functions that are made here would cost each message, also once the outbox is open. */
  #putOnceReady(message: Unkept, at: number, onKept: OnKept, late: true | undefined): void {
    this.#whenReady(this.#late).then(
      () => this.#put(message, at, onKept, late),
      (error: StoreError) => onKept(message, error),
    );
  }

  #put(message: Unkept, at: number, onKept: OnKept, late: true | undefined): void {
    this.#lastKey += 1;
    let draft = this.#drafts.at(-1);
    if (draft === undefined || draft.record.isFull || draft.onKept !== onKept) {
      draft = { record: new OutboxRecord(this.#lastKey), messages: [], onKept };
      this.#drafts.push(draft);
    }
    draft.record.add(message, at, late);
    draft.messages.push(message);
    this.#writeSoon();
  }

  /**
   * Whoever hears that messages have left mostly hands over the next ones a turn later: what those need written takes
   * this along. Alone it was a second trip to another thread, for which they waited.
   */
  #sweepSoon(): void {
    if (this.#sweepsSoon) return;
    this.#sweepsSoon = true;
    setImmediate(this.#sweep);
  }

  readonly #sweep = (): void => {
    this.#sweepsSoon = false;
    this.#writeSoon();
  };

  /** Flows hand messages over one by one in one turn of the event loop: written at once, each had a record alone. */
  #writeSoon(): void {
    if (this.#writesSoon) return;
    this.#writesSoon = true;
    setImmediate(this.#write);
  }

  readonly #write = (): void => {
    this.#writesSoon = false;
    const [drafts, settled] = [this.#drafts, this.#settled];
    this.#drafts = [];
    this.#settled = new Set();
    if (settled.size > 0) this.#delete([...settled]);
    for (const draft of drafts) {
      this.#written = this.#store.write([draft.record.write()]).then(
        () => this.#kept(draft),
        (error: StoreError) => this.#lost(draft, error),
      );
    }
  };

  /** Unflushed: what a power cut brings back is sent a second time, which is cheaper than a flush for each. */
  #delete(records: readonly OutboxRecord[]): void {
    const changes = records.flatMap((record) => record.writeSettled());
    this.#written = this.#store.write(changes, { flush: false }).catch(() => {
      // They stay on the list: tried again with the next message, or as we close.
      for (const record of records) this.#settled.add(record);
    });
  }

  #kept({ record, messages, onKept }: Draft): void {
    this.#records.add(record);
    let key = record.first;
    for (const message of messages) {
      onKept(message, key);
      key += 1;
    }
  }

  #lost({ record, messages, onKept }: Draft, error: StoreError): void {
    // The disk may have it nevertheless. It was refused, so it must not be sent by the next process.
    for (const offset of messages.keys()) record.settle(record.first + offset);
    this.#settled.add(record);
    for (const message of messages) onKept(message, error);
  }
}
