/**
 * The folders that messages wait in on disk, named after where these are to go. Each has a file beside the messages
 * that says so in words. Several server nodes of one target have one each: `ab12...`, `ab12...-2`.
 */

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasStore, removeStore } from '../../../src/store/folder';
import type { QueueTarget } from '../../shared/wire/api';
import type { Target } from './targets';

const MESSAGES = 'messages';
const ABOUT = 'about.json';

const NONE: ReadonlySet<string> = new Set();

export interface QueueFolder {
  readonly key: string;
  /** Where the messages are. */
  readonly messages: string;
  /** Nothing: it is from a release that named folders after nodes. */
  readonly targetId?: string;
  readonly about: QueueTarget;
}

export class QueueFolders {
  /** Nothing: there is no user directory to keep anything in. */
  readonly #root: string | undefined;
  readonly #claimed = new Set<string>();

  constructor(userDir: string | undefined) {
    this.#root = userDir === undefined ? undefined : join(userDir, 'stream-sea');
  }

  /**
   * One of the target's that nobody in this process has: preferably the given one, or one that is there. From now on,
   * until it is released.
   *
   * @param awaited those that somebody is about to come for.
   * @returns nothing where nothing can be kept.
   */
  claim(target: Target, preferred?: string, awaited: ReadonlySet<string> = NONE): QueueFolder | undefined {
    if (this.#root === undefined) return undefined;
    const there = this.claimThere(target, preferred, awaited);
    if (there !== undefined) return there;
    const isTaken = (key: string): boolean => this.#claimed.has(key) || awaited.has(key);
    let index = 1;
    while (isTaken(keyOf(target, index))) index += 1;
    const folder = this.#take(target, keyOf(target, index));
    try {
      mkdirSync(dirname(folder.messages), { recursive: true });
      const about = { ...target.about, when: new Date().toISOString() };
      writeFileSync(join(dirname(folder.messages), ABOUT), `${JSON.stringify(about, undefined, 2)}\n`);
    } catch {
      // Whoever writes messages there will hear the same of the disk.
    }
    return folder;
  }

  /** The same, but only one that is there already. */
  claimThere(
    target: Target,
    preferred?: string,
    awaited: ReadonlySet<string> = NONE,
  ): QueueFolder | undefined {
    const keys = this.#keysThere().filter((key) => targetOf(key) === target.id && !this.#claimed.has(key));
    const isPreferred = preferred !== undefined && keys.includes(preferred);
    const key = isPreferred ? preferred : keys.find((each) => !awaited.has(each));
    return key === undefined ? undefined : this.#take(target, key);
  }

  release({ key }: QueueFolder): void {
    this.#claimed.delete(key);
  }

  /** For the time that something is done to it. @returns false when somebody has it. */
  hold({ key }: QueueFolder): boolean {
    if (this.#claimed.has(key)) return false;
    this.#claimed.add(key);
    return true;
  }

  /** All that nobody has, those of earlier releases too. */
  async unclaimed(): Promise<QueueFolder[]> {
    const root = this.#root;
    if (root === undefined) return [];
    const own = this.#keysThere().map((key) => this.#folder(key));
    const nodes = await readdir(root).catch(() => []);
    const old = nodes
      .filter((id) => id !== 'queues' && hasStore(join(root, id, 'outbox')))
      .map((id) => ({ key: `node-${id}`, messages: join(root, id, 'outbox'), about: {} }));
    const free = [...own, ...old].filter(({ key }) => !this.#claimed.has(key));
    return Promise.all(free.map(async (folder) => ({ ...folder, about: await aboutOf(folder) })));
  }

  /** Deletes the messages. What was set aside beside them stays. */
  async remove({ messages, targetId }: QueueFolder): Promise<void> {
    await removeStore(messages);
    if (targetId === undefined) return;
    const names = await readdir(dirname(messages)).catch(() => []);
    if (names.some((name) => name !== ABOUT)) return;
    await rm(join(dirname(messages), ABOUT), { force: true });
    await rmdir(dirname(messages)).catch(() => {});
  }

  #take({ about }: Target, key: string): QueueFolder {
    this.#claimed.add(key);
    return { ...this.#folder(key), about };
  }

  #folder(key: string): QueueFolder {
    const messages = join(this.#root ?? '', 'queues', key, MESSAGES);
    return { key, messages, targetId: targetOf(key), about: {} };
  }

  #keysThere(): string[] {
    if (this.#root === undefined) return [];
    const queues = join(this.#root, 'queues');
    try {
      return readdirSync(queues)
        .filter((key) => /^[0-9a-f]{16}(-\d+)?$/.test(key) && hasStore(join(queues, key, MESSAGES)))
        .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    } catch {
      return [];
    }
  }
}

function keyOf({ id }: Target, index: number): string {
  return index === 1 ? id : `${id}-${index}`;
}

function targetOf(key: string): string {
  return key.slice(0, 16);
}

/** Somebody may have edited it, or deleted it. */
async function aboutOf({ messages, targetId }: QueueFolder): Promise<QueueTarget> {
  if (targetId === undefined) return {};
  try {
    const about: unknown = JSON.parse(await readFile(join(dirname(messages), ABOUT), 'utf8'));
    const text = (name: keyof QueueTarget): QueueTarget => {
      const value: unknown = about instanceof Object ? Reflect.get(about, name) : undefined;
      return typeof value === 'string' ? { [name]: value } : {};
    };
    return { ...text('address'), ...text('server'), ...text('clientId') };
  } catch {
    return {};
  }
}
