/**
 * A group: members that share a stream's messages, each message going to exactly one of them (P27). It takes from its
 * cursor only while one of them has room, and hands on by turns, so that a slow one costs the others nothing.
 */

import type { Cursor, CursorEnd, Entry, Taken } from '../../engine/log';
import { EntryInHand, type Home, type Member, Parcel } from './member';
import type { Visibility } from './visibility';

export interface GroupParts {
  readonly streamName: string;
  readonly cursor: Cursor;
  /** Bytes to be taken at once. */
  readonly takeBytes: number;
  /** What filters let members see, and how much of that is looked at in a turn of the event loop. */
  readonly visibility: Visibility;
  /** Messages that have left to members. */
  readonly onDelivered: (count: number) => void;
  /** Messages that were trimmed before the group had them. */
  readonly onMissed: (count: number) => void;
  /** Nothing more will come. */
  readonly onEnd: (why: CursorEnd) => void;
  /** The cursor failed, as it should not: nothing more will come. */
  readonly onFault: (error: unknown) => void;
}

/** Messages, and characters of them, that wait for members without room while others, who may not see them, go on. */
const MAX_ASIDE = 1_000;
const MAX_ASIDE_LENGTH = 262_144;

/** What became of a message: nobody may see it; those who may have no room; nobody has room. */
type Outcome = 'given' | 'unseen' | 'aside' | 'full';

export class Group implements Home {
  readonly #parts: GroupParts;
  readonly #members: Member[] = [];
  /** Who gets the next message: an index into the members. */
  #upNext = 0;
  #orders = 0;
  /** What members left behind, and what is set aside: in order, and before all that follows. */
  #aside: Parcel[] = [];
  #asideLength = 0;
  /** The entry that is being handed out, and how far. */
  #current: EntryInHand | undefined;
  #next = 0;
  /** Entries behind it, from a place on. More are taken only when there are none. */
  #queue: readonly Entry[] = [];
  #queueAt = 0;
  #taking = false;
  #state: 'open' | 'stopped' | 'over' = 'open';

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#members.length;
  }

  join(member: Member): void {
    this.#members.push(member);
    member.join(this);
    this.pump();
  }

  /** Its connection is gone: what it was given and has not left goes to the others. */
  leave(member: Member): void {
    const index = this.#members.indexOf(member);
    if (index === -1) return;
    this.#members.splice(index, 1);
    // Those behind move up by one: without this the next in turn would be passed over.
    if (index < this.#upNext) this.#upNext -= 1;
    const unsent = member.leave();
    if (unsent.length > 0) {
      for (const parcel of unsent) this.#asideLength += lengthOf(parcel);
      this.#aside.push(...unsent);
      this.#aside.sort((a, b) => a.entry.order - b.entry.order || a.first - b.first);
    }
    this.pump();
  }

  /** Hands out as much as members have room for; takes more when nothing is left. */
  pump(): void {
    if (this.#state !== 'open' || this.#members.length === 0) return;
    if (this.#handOut() && this.#members.some((member) => member.hasRoom)) {
      if (!this.#taking) this.#take();
      if (this.#aside.length === 0) return;
    }
    for (const member of this.#members) if (!member.hasRoom) member.awaitRoom();
  }

  delivered(entry: EntryInHand, count: number): void {
    this.#parts.onDelivered(count);
    this.#settle(entry, count);
  }

  /** Ends its members' connections. */
  end(reason: string): void {
    this.#state = 'over';
    // A copy: one whose connection is gone at once leaves.
    for (const member of [...this.#members]) member.end(reason);
  }

  /** Hands nothing more out; what was handed out may still leave. */
  stop(): void {
    if (this.#state === 'open') this.#state = 'stopped';
  }

  /** Once it has no members: what has not left goes back. Resolves when others may read on. */
  async release(): Promise<void> {
    this.#state = 'over';
    for (const entry of this.#rest()) this.#parts.cursor.giveBack(entry);
    await this.#parts.cursor.leave();
  }

  #take(): void {
    this.#taking = true;
    this.#parts.cursor.take(this.#parts.takeBytes).then(this.#taken, this.#failed);
  }

  readonly #taken = (taken: Taken): void => {
    this.#taking = false;
    // What comes to a group that has been released is given back by the cursor itself.
    if (this.#state === 'over') return;
    if ('end' in taken) {
      this.#state = 'over';
      this.#parts.onEnd(taken.end);
      return;
    }
    if (taken.missed) this.#parts.onMissed(taken.missed);
    this.#queue = taken.entries;
    this.#queueAt = 0;
    this.pump();
  };

  readonly #failed = (error: unknown): void => {
    this.#taking = false;
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#parts.onFault(error);
  };

  /** @returns whether nothing is left but what is set aside. */
  #handOut(): boolean {
    if (this.#mustWait()) return false;
    if (this.#aside.length > 0 && !this.#handOutAside()) return false;
    for (;;) {
      if (this.#current === undefined) {
        const next = this.#queue[this.#queueAt];
        if (next === undefined) return true;
        this.#queueAt += 1;
        const { number, texts } = next;
        this.#current = new EntryInHand(number, texts, this.#orders++);
        this.#next = 0;
      }
      const entry = this.#current;
      for (; this.#next < entry.texts.length; this.#next += 1) {
        if (this.#mustWait()) return false;
        const outcome = this.#pass(entry, this.#next);
        if (outcome === 'full') return false;
        if (outcome === 'aside' && !this.#setAside(entry, this.#next)) return false;
      }
      this.#current = undefined;
    }
  }

  #handOutAside(): boolean {
    let at = 0;
    for (let parcel = this.#aside[at]; parcel !== undefined; parcel = this.#aside[at]) {
      while (parcel.count > 0) {
        if (this.#mustWait()) return false;
        const outcome = this.#pass(parcel.entry, parcel.first);
        if (outcome === 'full') return false;
        if (outcome === 'aside') break;
        this.#asideLength -= parcel.entry.texts[parcel.first]?.length ?? 0;
        parcel.first += 1;
        parcel.count -= 1;
      }
      if (parcel.count === 0) this.#aside.splice(at, 1);
      else at += 1;
    }
    return true;
  }

  /** Filters take their time, and messages that nobody may see come without end. */
  #mustWait(): boolean {
    const { turn } = this.#parts.visibility;
    if (!turn.isOver || this.#members.every(({ filter }) => filter === undefined)) return false;
    turn.next(this.#goOn);
    return true;
  }

  readonly #goOn = (): void => this.pump();

  /**
   * One that may not see it is passed over for the next: a filter says which messages its bearer may see, and must not
   * make a message vanish that another member may see.
   */
  #pass(entry: EntryInHand, index: number): Outcome {
    const count = this.#members.length;
    let roomy = false;
    for (let passed = 0; passed < count; passed += 1) {
      const at = (this.#upNext + passed) % count;
      const member = this.#members[at];
      if (!member?.hasRoom) continue;
      if (this.#sees(member, entry, index)) {
        this.#upNext = at + 1;
        member.give(entry, index);
        return 'given';
      }
      roomy = true;
    }
    if (!roomy) return 'full';
    if (
      this.#members.some((member) => member.isOpen && !member.hasRoom && this.#sees(member, entry, index))
    ) {
      return 'aside';
    }
    this.#settle(entry, 1);
    return 'unseen';
  }

  #sees({ filter }: Member, entry: EntryInHand, index: number): boolean {
    const { visibility, streamName } = this.#parts;
    return filter === undefined || visibility.passes(entry.texts, index, filter, streamName);
  }

  #setAside(entry: EntryInHand, index: number): boolean {
    if (this.#aside.length >= MAX_ASIDE || this.#asideLength >= MAX_ASIDE_LENGTH) return false;
    const parcel = new Parcel(entry, index);
    this.#aside.push(parcel);
    this.#asideLength += lengthOf(parcel);
    return true;
  }

  #settle(entry: EntryInHand, count: number): void {
    entry.unsettled -= count;
    if (entry.unsettled === 0) this.#parts.cursor.done(entry.number);
  }

  /** What has not left, by entries, in order. */
  #rest(): Entry[] {
    const begun = new Map<EntryInHand, string[]>();
    const add = ({ entry, first, count }: Parcel): void => {
      begun.set(entry, [...(begun.get(entry) ?? []), ...entry.texts.slice(first, first + count)]);
    };
    for (const parcel of this.#aside) add(parcel);
    if (this.#current !== undefined) {
      add({ entry: this.#current, first: this.#next, count: this.#current.texts.length - this.#next });
    }
    return [
      ...[...begun].map(([{ number }, texts]) => ({ number, texts })),
      ...this.#queue.slice(this.#queueAt),
    ].sort((a, b) => a.number - b.number);
  }
}

function lengthOf({ entry, first, count }: Parcel): number {
  let length = 0;
  for (const text of entry.texts.slice(first, first + count)) length += text.length;
  return length;
}
