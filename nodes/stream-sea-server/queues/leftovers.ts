/**
 * Messages that wait and have no server node any more: it was deleted, or leads elsewhere now. In memory, what a client
 * handed over as it retired; on disk, folders that nobody has. They wait for a node of the same target, or for somebody
 * who sends them elsewhere or throws them away.
 */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  endAll,
  type Legacy,
  legacyOf,
  type OpenLegacy,
  opened,
  takeUndelivered,
  together,
} from '../../../src/client/legacy';
import { type OutboxContent, readOutbox } from '../../../src/client/outbox/outbox-reader';
import type { Unsent } from '../../../src/client/publish/unfinished';
import { PurgedError, type StreamSeaError } from '../../../src/index';
import type { Place } from '../../shared/server-node';
import type { LeftoverReport, QueueReport, QueueTarget } from '../../shared/wire/api';
import { saidOf } from '../../shared/wire/sentence';
import type { QueueFolder, QueueFolders } from './queue-folders';
import { sum, viewOf } from './queue-view';
import type { Target } from './targets';

/**
 * Longer than Node-RED waits for nodes to close, if it does not end. Deliveries that nobody took by then are of a node
 * that is gone; what is to be sent stays.
 */
const DELIVERIES_KEPT_FOR = 20_000;

export interface Inheritance {
  /** The node that leaves it. */
  readonly node: string;
  readonly legacy: Legacy;
  /** The folder that `legacy.kept` is about. */
  readonly folder?: string;
}

interface Kept extends Inheritance {
  readonly key: string;
  readonly target: Target;
  readonly timer: NodeJS.Timeout;
  readonly legacy: OpenLegacy;
}

export interface Leftover {
  readonly key: string;
  /** Nothing: it is not known where its messages were to go. */
  readonly targetId: string | undefined;
  readonly target: QueueTarget;
  /** What is in memory. */
  readonly unsent: readonly Unsent[];
  readonly folder?: QueueFolder;
}

/** What is not left over any more, as somebody deals with it. */
export interface Withdrawn extends Omit<Inheritance, 'node'> {
  /** It is left over again: nothing came of it. */
  putBack(): void;
}

export class Leftovers {
  readonly #folders: QueueFolders;
  readonly #problem: (error: StreamSeaError) => void;
  readonly #kept = new Map<string, Kept>();
  /** Who is to be told of the ends of messages in folders, by the key of the folder. */
  readonly #publications = new Map<string, Legacy['kept']>();
  #count = 0;
  /** What folders hold, as of when they were last written to. */
  readonly #views = new Map<string, { readonly stamp: string; readonly view: QueueReport }>();

  /** @param problem told that whoever heard of an end threw. */
  constructor(folders: QueueFolders, problem: (error: StreamSeaError) => void) {
    this.#folders = folders;
    this.#problem = problem;
  }

  leave(target: Target, { legacy, folder, node }: Inheritance): void {
    // Of a folder, its place too: what is in there may have nobody who is to be told.
    if (isEmpty(legacy) && folder === undefined) return;
    this.#count += 1;
    const key = `memory-${this.#count}`;
    const timer = setTimeout(() => this.#forgetDeliveries(key), DELIVERIES_KEPT_FOR).unref();
    const kept = { key, target, timer, node, legacy: opened(legacy) };
    this.#kept.set(key, { ...kept, ...(folder !== undefined && { folder }) });
  }

  /** Of a folder that was being emptied, and is not empty. */
  leavePublications({ key }: Pick<QueueFolder, 'key'>, publications: Legacy['kept']): void {
    if (publications.size > 0)
      this.#publications.set(key, new Map([...(this.#publications.get(key) ?? []), ...publications]));
  }

  /** Whatever is about the folder, for whoever has it: what another node of the same target left, too. */
  takeIn({ key }: QueueFolder): Withdrawn {
    const taken = [...this.#kept.values()].filter(({ folder }) => folder === key);
    const legacy = together(taken.map((each) => each.legacy));
    for (const each of taken) this.#take(each.key);
    const publications = this.#publications.get(key) ?? new Map();
    this.#publications.delete(key);
    return {
      folder: key,
      legacy: { ...legacy, kept: new Map([...legacy.kept, ...publications]) },
      putBack: () => {
        for (const { target, ...inheritance } of taken) this.leave(target, inheritance);
        this.leavePublications({ key }, publications);
      },
    };
  }

  /**
   * For a node that starts: what it has left itself, or else one of the same target, once.
   *
   * @param comes whether a node that left something is going to start, too: to take it before would put messages out of
   *   their order, and give deliveries to whom nobody subscribes with.
   */
  take(target: Target, node: string, comes: (node: string) => boolean): Inheritance | undefined {
    const those = [...this.#kept.values()].filter(({ target: { id } }) => id === target.id);
    const kept = those.find((each) => each.node === node) ?? those.find((each) => !comes(each.node));
    return kept && this.#take(kept.key);
  }

  /**
   * What was delivered for a node that subscribes by another server node now, oldest first; whoever takes the rest is not
   * to have it.
   */
  claim({ id }: Target, place: Place, owner: string): readonly unknown[] {
    return [...this.#kept.values()].flatMap(({ target, legacy }) => {
      return target.id === id ? takeUndelivered(legacy, place, owner) : [];
    });
  }

  /** Of nodes that are going to start: `comes` as in {@link take}. */
  foldersAwaited(comes: (node: string) => boolean): ReadonlySet<string> {
    const theirs = [...this.#kept.values()].filter(({ node }) => comes(node));
    return new Set(theirs.flatMap(({ folder }) => folder ?? []));
  }

  /** All of them; those of folders that are empty too. */
  async all(): Promise<Leftover[]> {
    const folders = await this.#folders.unclaimed();
    const inFolders = folders.map((folder): Leftover => {
      const { key, targetId, about: target } = folder;
      const unsent = [...this.#kept.values()].flatMap((kept) => {
        return kept.folder === key ? kept.legacy.unsent : [];
      });
      return { key, targetId, target, folder, unsent };
    });
    const known = new Set(inFolders.map(({ key }) => key));
    const inMemory = [...this.#kept.values()]
      .filter(({ folder }) => folder === undefined || !known.has(folder))
      .map(({ key, target: { id, about }, legacy: { unsent } }) => {
        return { key, targetId: id, target: about, unsent };
      });
    return [...inFolders, ...inMemory];
  }

  async list(): Promise<LeftoverReport[]> {
    const reports = await Promise.all(
      (await this.all()).map(async ({ key, target, unsent, folder }): Promise<LeftoverReport> => {
        const inMemory = viewOf(unsent);
        const onDisk = folder && (await this.#viewOf(folder));
        return { key, target, onDisk: folder !== undefined, ...(onDisk ? sum(onDisk, inMemory) : inMemory) };
      }),
    );
    return reports.filter(({ count, unread }) => count > 0 || unread !== undefined);
  }

  /**
   * It is not one any more: somebody deals with it, and holds its folder. Only what is given back is theirs: since it
   * was listed, a node that starts may have taken all of it, or some.
   *
   * @returns nothing when there is nothing left, or somebody has the folder.
   */
  withdraw({ key, folder }: Leftover): Withdrawn | undefined {
    if (folder === undefined) {
      const kept = this.#take(key);
      return kept && { ...kept, putBack: () => this.leave(kept.target, kept) };
    }
    if (!this.#folders.hold(folder)) return undefined;
    const taken = this.takeIn(folder);
    return {
      ...taken,
      putBack: () => {
        this.#folders.release(folder);
        taken.putBack();
      },
    };
  }

  /**
   * Ends each message. Returns how many that were; nothing when it is no leftover any more.
   *
   * @throws (rejects) when a folder cannot be read, or deleted: then all is as it was, but for what of it is gone.
   */
  async purge(leftover: Leftover): Promise<number | undefined> {
    const withdrawn = this.withdraw(leftover);
    if (withdrawn === undefined) return undefined;
    const { folder } = leftover;
    const { legacy, putBack } = withdrawn;
    let count = legacy.unsent.length;
    if (folder !== undefined) {
      try {
        count += (await readOutbox(folder.messages)).messages.length;
        await this.#folders.remove(folder);
      } catch (thrown) {
        putBack();
        throw thrown;
      }
      this.#folders.release(folder);
    }
    const why = new PurgedError({ key: 'queue.purged', values: {} });
    const { unsent, kept } = legacy;
    const isOurs = withdrawn.folder === folder?.key;
    endAll(legacyOf({ unsent, ...(isOurs && { kept }) }), why, this.#problem);
    // In another folder they are still, if at all.
    if (!isOurs && withdrawn.folder !== undefined) this.leavePublications({ key: withdrawn.folder }, kept);
    return count;
  }

  /** Deletes folders in which nothing is at all. What cannot be read may be something. */
  async tidy(): Promise<void> {
    for (const folder of await this.#folders.unclaimed()) {
      if (!this.#folders.hold(folder)) continue;
      try {
        if ((await readOutbox(folder.messages)).isEmpty) await this.#folders.remove(folder);
      } catch {
        // Listed, with the reason.
      } finally {
        this.#folders.release(folder);
      }
    }
  }

  #take(key: string): Kept | undefined {
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

  /** Read anew only when something has been written there, or it could not be read. */
  async #viewOf({ key, messages }: QueueFolder): Promise<QueueReport> {
    const stamp = await stampOf(messages);
    const known = this.#views.get(key);
    if (known?.stamp === stamp) return known.view;
    const content: OutboxContent = await readOutbox(messages).catch((unread) => {
      return { messages: [], unread, isEmpty: false };
    });
    const { unread } = content;
    const view = { ...viewOf(content.messages), ...(unread && { unread: saidOf(unread) }) };
    if (unread === undefined) this.#views.set(key, { stamp, view });
    return view;
  }
}

function isEmpty({ undelivered, unsent, kept }: Legacy): boolean {
  return undelivered.size + unsent.length + kept.size === 0;
}

async function stampOf(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const stamps = names.sort().map(async (name) => {
    const { mtimeMs, size } = (await stat(join(folder, name)).catch(() => undefined)) ?? {};
    return [name, mtimeMs, size];
  });
  const times = await Promise.all(stamps);
  return JSON.stringify(times);
}
