/**
 * What one jail's groups have not yet received, kept while none of their members is connected: for which groups,
 * how much of it, and for how long. Pure state: the journal writes it down.
 */

import type { Journal } from './journal';
import { KeptMessages } from './kept-messages';
import type { ServerLimits } from './limits';
import type { GroupSnapshot, KeptMessage } from './snapshot';

/** Counted since the start, over all jails. */
export interface Tally {
  published: number;
  delivered: number;
  /** Kept, and then given up for a limit. */
  dropped: number;
}

export interface RetentionParts {
  readonly jailId: string;
  readonly limits: Readonly<ServerLimits>;
  readonly journal: Journal;
  readonly tally: Tally;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Nothing is kept for this group any more. */
  readonly forget: (streamName: string, groupKey: string) => void;
}

export class Retention {
  readonly #parts: RetentionParts;
  readonly #backlogs = new Set<Backlog>();
  /** Those of groups without a member, since when; the longest vacant first. */
  readonly #vacant = new Map<Backlog, number>();
  #bytes = 0;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Messages kept, all groups together. */
  get size(): number {
    let size = 0;
    for (const { messages } of this.#backlogs) size += messages.length;
    return size;
  }

  snapshot(): GroupSnapshot[] {
    return [...this.#backlogs].map((backlog) => ({
      stream: backlog.stream,
      key: backlog.group,
      vacantSince: this.#vacant.get(backlog) ?? null,
      messages: backlog.messages.toArray(),
    }));
  }

  open(stream: string, group: string): Backlog {
    const backlog = new Backlog(stream, group, this);
    this.#backlogs.add(backlog);
    return backlog;
  }

  /** Takes back what an earlier process kept. */
  restore(backlog: Backlog, { vacantSince, messages }: GroupSnapshot): void {
    const { limits, now } = this.#parts;
    for (const message of messages) {
      backlog.messages.restore(message);
      this.#bytes += Buffer.byteLength(message.text);
    }
    // A limit may be lower now.
    while (backlog.messages.length > limits.retainedMessages) this.#dropOldest(backlog);
    while (this.#bytes > limits.retainedBytes) this.#dropOldest(this.#largest());
    this.vacated(backlog, vacantSince ?? now());
  }

  occupied(backlog: Backlog): void {
    if (!this.#backlogs.has(backlog)) return;
    this.#vacant.delete(backlog);
    this.#write(backlog, null);
  }

  vacated(backlog: Backlog, since: number = this.#parts.now()): void {
    if (!this.#backlogs.has(backlog)) return;
    this.#vacant.delete(backlog);
    this.#vacant.set(backlog, since);
    this.#write(backlog, since);
    this.#giveUpOldest();
  }

  /** The oldest gives way to the newest: of the group itself, or, in a jail that is full, of the one with most. */
  push(backlog: Backlog, text: string): void {
    const { limits, journal, tally } = this.#parts;
    this.#giveUpOldest();
    if (!this.#backlogs.has(backlog)) return;
    const bytes = Buffer.byteLength(text);
    if (bytes > limits.retainedBytes) {
      tally.dropped += 1;
      return;
    }
    if (backlog.messages.length >= limits.retainedMessages) this.#dropOldest(backlog);
    while (this.#bytes + bytes > limits.retainedBytes) this.#dropOldest(this.#largest());
    this.#bytes += bytes;
    journal.keep(this.#keyOf(backlog, backlog.messages.push(text)), text);
  }

  shift(backlog: Backlog): KeptMessage | undefined {
    const message = backlog.messages.shift();
    if (message === undefined) return undefined;
    this.#bytes -= Buffer.byteLength(message.text);
    this.#parts.journal.drop(this.#keyOf(backlog, message.number));
    return message;
  }

  delivered(): void {
    this.#parts.tally.delivered += 1;
  }

  /** All groups, or those of this key on every stream. */
  giveUp(group?: string): void {
    for (const backlog of [...this.#backlogs]) {
      if (group === undefined || backlog.group === group) this.#giveUp(backlog);
    }
  }

  /** Too many groups that nobody is in, or vacant for too long. */
  #giveUpOldest(): void {
    const { limits, now } = this.#parts;
    const oldest = now() - limits.retainedAge;
    for (const [backlog, since] of this.#vacant) {
      if (this.#vacant.size <= limits.retainedGroups && since >= oldest) return;
      this.#giveUp(backlog);
    }
  }

  #giveUp(backlog: Backlog): void {
    const { journal, jailId, forget } = this.#parts;
    while (backlog.messages.length > 0) this.#dropOldest(backlog);
    this.#backlogs.delete(backlog);
    this.#vacant.delete(backlog);
    journal.drop(['group', jailId, backlog.stream, backlog.group]);
    forget(backlog.stream, backlog.group);
  }

  #dropOldest(backlog: Backlog): void {
    this.shift(backlog);
    this.#parts.tally.dropped += 1;
  }

  #largest(): Backlog {
    const [first, ...others] = this.#backlogs;
    if (first === undefined) throw new TypeError('Nothing is kept, and yet it is too much.');
    return others.reduce((most, other) => (other.messages.bytes > most.messages.bytes ? other : most), first);
  }

  #write(backlog: Backlog, vacantSince: number | null): void {
    const { journal, jailId } = this.#parts;
    journal.keep(['group', jailId, backlog.stream, backlog.group], JSON.stringify({ vacantSince }));
  }

  #keyOf(backlog: Backlog, number: number) {
    return ['message', this.#parts.jailId, backlog.stream, backlog.group, number] as const;
  }
}

/** What one group has not yet received. */
export class Backlog {
  readonly stream: string;
  readonly group: string;
  /** For the retention alone, which knows their bounds. */
  readonly messages = new KeptMessages();
  readonly #retention: Retention;

  constructor(stream: string, group: string, retention: Retention) {
    this.stream = stream;
    this.group = group;
    this.#retention = retention;
  }

  get isEmpty(): boolean {
    return this.messages.length === 0;
  }

  /** The oldest message, as JSON text. */
  peek(): string | undefined {
    return this.messages.peek()?.text;
  }

  push(text: string): void {
    this.#retention.push(this, text);
  }

  /** Takes the oldest out: it was handed to a member, or no member may see it. */
  shift(outcome: 'delivered' | 'unwanted'): void {
    this.#retention.shift(this);
    if (outcome === 'delivered') this.#retention.delivered();
  }

  /** The group has its first member. */
  occupied(): void {
    this.#retention.occupied(this);
  }

  /** The group has lost its last member. */
  vacated(): void {
    this.#retention.vacated(this);
  }
}
