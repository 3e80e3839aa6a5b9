/**
 * An outbox on disk: what it has accepted is sent even if the process is killed, or the machine loses power, the
 * moment after. What was sent is deleted a little later, so that a crash may send it a second time (at least once).
 */
import { isRecord, parseJson } from '../protocol/json';
import type { CheckMode } from '../protocol/payload';
import { inEnglish, say, type Warn } from '../sentences';
import { type Change, type Entry, Store, type StoreOptions } from '../store/store';
import type { Outbox, OutboxKey, OutboxMessage, StoredMessage } from './outbox';

export interface DiskOutboxOptions extends Pick<StoreOptions, 'openDatabase'> {
  /** Of this outbox alone; made when it is not there. */
  readonly folder: string;
  /** Told when a damaged folder was set aside, or sent messages could not be deleted. */
  readonly warn: Warn;
}

/** Another form of records needs another number: an older release then sets the folder aside instead of guessing. */
const FORMAT = 'stream-sea outbox 1';

export function createDiskOutbox(options: DiskOutboxOptions): Outbox {
  return new DiskOutbox(options);
}

class DiskOutbox implements Outbox {
  readonly durable = true;
  readonly #store: Store;
  readonly #warn: Warn;
  #lastKey: OutboxKey = 0;
  #late: (messages: readonly StoredMessage[]) => void = () => {};
  /** What an earlier process left has been read. */
  #read = false;
  /** It has been, or is being. */
  #ready: Promise<void> | undefined;
  /** Not yet deleted, in the order in which they were settled. */
  #settled: OutboxKey[] = [];
  #deleting: Promise<void> | undefined;
  /** The line about the last message: those about the next ones are mostly the same. */
  #about: { stream?: string; batch?: boolean; check?: CheckMode | undefined; line: string } = { line: '' };

  constructor(options: DiskOutboxOptions) {
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

  accept(message: OutboxMessage): Promise<OutboxKey> {
    return this.#read ? this.#put(message) : this.#whenReady(this.#late).then(() => this.#put(message));
  }

  settle(key: OutboxKey): void {
    this.#settled.push(key);
    this.#delete();
  }

  async close(): Promise<void> {
    await this.#deleting;
    this.#delete();
    await this.#deleting;
    await this.#store.close();
    if (this.#settled.length > 0) {
      const sentence = say('queue.undeleted', { messages: this.#settled.length });
      this.#warn(inEnglish(sentence), sentence);
    }
  }

  /** A start that fails is tried again with the next message: a full disk must not need a restart. */
  #whenReady(take: (messages: readonly StoredMessage[]) => void): Promise<void> {
    this.#ready ??= this.#load().then(
      (messages) => {
        take(messages);
        this.#read = true;
      },
      (thrown) => {
        this.#ready = undefined;
        throw thrown;
      },
    );
    return this.#ready;
  }

  /** What an earlier process left. A record that is no message costs itself alone. */
  async #load(): Promise<readonly StoredMessage[]> {
    const entries = await this.#store.open();
    const messages = entries.flatMap((entry) => parseEntry(entry) ?? []);
    if (messages.length < entries.length) {
      const broken = entries.length - messages.length;
      await this.#store.setAside(say('store.noMessages', { broken, total: entries.length }));
      await this.#store.write(
        messages.map(
          (message): Change => ({ type: 'put', key: nameOf(message.key), value: this.#recordOf(message) }),
        ),
      );
    }
    this.#lastKey = Math.max(this.#lastKey, messages.at(-1)?.key ?? 0);
    return messages;
  }

  #put(message: OutboxMessage): Promise<OutboxKey> {
    this.#lastKey += 1;
    const key = this.#lastKey;
    return this.#store.write([{ type: 'put', key: nameOf(key), value: this.#recordOf(message) }]).then(
      () => {
        this.#delete();
        return key;
      },
      (thrown) => {
        // The disk may have it nevertheless. It was refused, so it must not be sent by the next process.
        this.#settled.push(key);
        throw thrown;
      },
    );
  }

  /** A line of JSON about the message, then its text as it is: escaping that once more would double its cost. */
  #recordOf({ stream, batch, check, text }: OutboxMessage): string {
    const last = this.#about;
    if (stream !== last.stream || batch !== last.batch || check !== last.check) {
      this.#about = { stream, batch, check, line: `${JSON.stringify({ stream, batch, check })}\n` };
    }
    return this.#about.line + text;
  }

  #delete(): void {
    if (this.#settled.length === 0) return;
    this.#deleting ??= this.#deleteAll();
  }

  /** Unflushed: what a power cut brings back is sent a second time, which is cheaper than a flush for each. */
  async #deleteAll(): Promise<void> {
    // A whole batch is settled in one go: begun with the first, the others would need a write of their own.
    await undefined;
    while (this.#settled.length > 0) {
      const keys = this.#settled.splice(0);
      const changes = keys.map((key): Change => ({ type: 'del', key: nameOf(key) }));
      try {
        await this.#store.write(changes, { flush: false });
      } catch {
        // They stay on the list: tried again with the next message, or as we close.
        this.#settled.unshift(...keys);
        break;
      }
    }
    this.#deleting = undefined;
  }
}

const ZEROS = Array.from({ length: 17 }, (_, digits) => '0'.repeat(16 - digits));

/** As wide as the largest safe integer, so that the order of the texts is that of the numbers. */
function nameOf(key: OutboxKey): string {
  const digits = String(key);
  return `${ZEROS[digits.length]}${digits}`;
}

function parseEntry([name, record]: Entry): StoredMessage | undefined {
  const key = Number(name);
  const end = record.indexOf('\n');
  if (!/^\d{16}$/.test(name) || !Number.isSafeInteger(key) || end === -1) return undefined;
  const about = parseAbout(record.slice(0, end));
  return about && { ...about, key, text: record.slice(end + 1) };
}

function parseAbout(json: string): Omit<OutboxMessage, 'text'> | undefined {
  let about: unknown;
  try {
    about = parseJson(json);
  } catch {
    return undefined;
  }
  if (!isRecord(about) || typeof about.stream !== 'string' || typeof about.batch !== 'boolean')
    return undefined;
  const { stream, batch, check } = about;
  if (check === undefined) return { stream, batch };
  return isCheckMode(check) ? { stream, batch, check } : undefined;
}

function isCheckMode(value: unknown): value is CheckMode {
  return value === 'types' || value === 'strict';
}
