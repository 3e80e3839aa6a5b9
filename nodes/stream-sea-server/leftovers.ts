/**
 * Messages that wait and have no server node any more: it was deleted, or leads elsewhere now. In memory, what a client
 * handed over as it retired; on disk, folders that nobody has. They wait for a node of the same target, or for somebody
 * who sends them elsewhere or throws them away.
 */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Legacy, PurgedError, readOutbox, type StoredMessage, type Unsent } from '../../src/index';
import type { LeftoverReport, QueueReport, QueueTarget } from '../shared/api.config';
import type { QueueFolder, QueueFolders } from './queue-folders';
import type { Target } from './targets';

/** Messages that are shown of each. */
export const SHOWN = 5;
/** Characters that are shown of a message. */
const MAX_TEXT = 200;

/**
 * Longer than Node-RED waits for nodes to close. Deliveries that nobody took by then are of a node that is gone; what is
 * to be sent stays.
 */
const DELIVERIES_KEPT_FOR = 20_000;

export interface Inheritance {
  readonly legacy: Legacy;
  /** The folder that `legacy.kept` is about. */
  readonly folder?: string;
}

interface Kept extends Inheritance {
  readonly key: string;
  readonly target: Target;
  readonly timer: NodeJS.Timeout;
}

export interface Leftover {
  readonly key: string;
  /** Nothing: it is not known where its messages were to go. */
  readonly targetId: string | undefined;
  readonly target: QueueTarget;
  /** What is in memory, and who is to be told of the ends. */
  readonly legacy?: Legacy;
  readonly folder?: QueueFolder;
}

export class Leftovers {
  readonly #folders: QueueFolders;
  readonly #kept = new Map<string, Kept>();
  /** Who is to be told of the ends of messages in folders, by the key of the folder. */
  readonly #heirs = new Map<string, Legacy['kept']>();
  #count = 0;
  /** What folders hold, as of when they were last written to. */
  readonly #views = new Map<string, { readonly stamp: string; readonly view: QueueReport }>();

  constructor(folders: QueueFolders) {
    this.#folders = folders;
  }

  leave(target: Target, { legacy, folder }: Inheritance): void {
    if (isEmpty(legacy)) return;
    this.#count += 1;
    const key = `memory-${this.#count}`;
    // Nothing hangs on it: a runtime that ends need not wait.
    const timer = setTimeout(() => this.#forgetDeliveries(key), DELIVERIES_KEPT_FOR).unref();
    this.#kept.set(key, { key, target, timer, legacy, ...(folder !== undefined && { folder }) });
  }

  /** Of a folder that was being emptied, and is not empty. */
  leaveHeirs({ key }: Pick<QueueFolder, 'key'>, heirs: Legacy['kept']): void {
    if (heirs.size > 0) this.#heirs.set(key, heirs);
  }

  takeHeirs({ key }: QueueFolder): Legacy['kept'] {
    const heirs = this.#heirs.get(key) ?? new Map();
    this.#heirs.delete(key);
    return heirs;
  }

  /** For a node that starts: what one of the same target has left, once. */
  take(target: Target): Inheritance | undefined {
    const kept = [...this.#kept.values()].find(({ target: { id } }) => id === target.id);
    return kept && this.#take(kept.key);
  }

  /** All of them; those of folders that are empty too. */
  async all(): Promise<Leftover[]> {
    const folders = await this.#folders.unclaimed();
    const inFolders = folders.map((folder): Leftover => {
      const legacy = this.#legacyOf(folder);
      const { key, targetId, about: target } = folder;
      return { key, targetId, target, folder, ...(legacy && { legacy }) };
    });
    const known = new Set(inFolders.map(({ key }) => key));
    const inMemory = [...this.#kept.values()]
      .filter(({ folder }) => folder === undefined || !known.has(folder))
      .map(({ key, target: { id, about }, legacy }) => ({ key, targetId: id, target: about, legacy }));
    return [...inFolders, ...inMemory];
  }

  async list(): Promise<LeftoverReport[]> {
    const reports = await Promise.all(
      (await this.all()).map(async ({ key, target, legacy, folder }): Promise<LeftoverReport> => {
        const inMemory = viewOf(legacy?.unsent ?? []);
        const onDisk = folder && (await this.#viewOf(folder));
        return { key, target, onDisk: folder !== undefined, ...(onDisk ? sum(onDisk, inMemory) : inMemory) };
      }),
    );
    return reports.filter(({ count }) => count > 0);
  }

  /** It is not one any more: somebody deals with it. */
  withdraw({ key }: Leftover): void {
    const kept = this.#kept.get(key) ?? [...this.#kept.values()].find(({ folder }) => folder === key);
    if (kept !== undefined) this.#take(kept.key);
    this.#heirs.delete(key);
  }

  /** Ends each message. Returns how many that were. */
  async purge(leftover: Leftover): Promise<number> {
    const { legacy, folder } = leftover;
    if (folder !== undefined && !this.#folders.hold(folder)) return 0;
    this.withdraw(leftover);
    const why = new PurgedError({ key: 'queue.purged', values: {} });
    for (const { publication } of legacy?.unsent ?? []) publication?.ended(why);
    for (const publication of legacy?.kept.values() ?? []) publication.ended(why);
    const inMemory = legacy?.unsent.length ?? 0;
    if (folder === undefined) return inMemory;
    try {
      const { length } = await readOutbox(folder.messages);
      await this.#folders.remove(folder);
      return inMemory + length;
    } finally {
      this.#folders.release(folder);
    }
  }

  /** Deletes folders in which nothing waits. */
  async tidy(): Promise<void> {
    for (const { folder } of await this.all()) {
      if (folder === undefined || (await this.#viewOf(folder)).count > 0 || !this.#folders.hold(folder))
        continue;
      await this.#folders.remove(folder).finally(() => this.#folders.release(folder));
    }
  }

  #legacyOf({ key }: QueueFolder): Legacy | undefined {
    const legacy = [...this.#kept.values()].find(({ folder }) => folder === key)?.legacy;
    const heirs = this.#heirs.get(key);
    if (heirs === undefined) return legacy;
    const { undelivered = new Map(), unsent = [], kept = [] } = legacy ?? {};
    return { undelivered, unsent, kept: new Map([...kept, ...heirs]) };
  }

  #take(key: string): Inheritance | undefined {
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    clearTimeout(kept?.timer);
    return kept;
  }

  #forgetDeliveries(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    const legacy = { ...kept.legacy, undelivered: new Map() };
    if (isEmpty(legacy)) this.#kept.delete(key);
    else this.#kept.set(key, { ...kept, legacy });
  }

  /** Read anew only when something has been written there. One that cannot be read now is shown as empty. */
  async #viewOf({ key, messages }: QueueFolder): Promise<QueueReport> {
    const stamp = await stampOf(messages);
    const known = this.#views.get(key);
    if (known?.stamp === stamp) return known.view;
    const view = viewOf(await readOutbox(messages).catch(() => []));
    this.#views.set(key, { stamp, view });
    return view;
  }
}

/** As it is shown: the first ones, cut. */
export function viewOf(messages: readonly (StoredMessage | Unsent)[]): QueueReport {
  // In the order of their streams, perhaps; the first one is the oldest of its own.
  const oldest = messages.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  return {
    count: messages.length,
    ...(Number.isFinite(oldest) && { oldestAt: oldest }),
    first: messages.slice(0, SHOWN).map(shown),
  };
}

/** A text is JSON of any length. When it was accepted, an older release did not write down. */
export function shown({
  stream,
  at,
  text,
}: {
  stream: string;
  at: number;
  text: string;
}): QueueReport['first'][0] {
  const isLong = text.length > MAX_TEXT;
  return {
    stream,
    ...(Number.isFinite(at) && { at }),
    text: isLong ? `${text.slice(0, MAX_TEXT)}...` : text,
  };
}

function sum(one: QueueReport, other: QueueReport): QueueReport {
  const oldest = Math.min(
    one.oldestAt ?? Number.POSITIVE_INFINITY,
    other.oldestAt ?? Number.POSITIVE_INFINITY,
  );
  return {
    count: one.count + other.count,
    ...(Number.isFinite(oldest) && { oldestAt: oldest }),
    first: [...one.first, ...other.first].slice(0, SHOWN),
  };
}

function isEmpty({ undelivered, unsent, kept }: Legacy): boolean {
  return undelivered.size + unsent.length + kept.size === 0;
}

async function stampOf(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const times = await Promise.all(
    names.sort().map((name) =>
      stat(join(folder, name)).then(
        ({ mtimeMs, size }) => [name, mtimeMs, size],
        () => [name],
      ),
    ),
  );
  return JSON.stringify(times);
}
