/**
 * The groups that have members here, by stream and key. The first member opens the group's cursor, and the last one
 * leaves it; the next group of that key waits until it has been left.
 */

import type { CursorEnd, Log, LogId } from '../../engine/log';
import { Group, type GroupParts } from './group';
import { isLasting } from './group-key';
import type { Member } from './member';

export interface GroupsParts extends Pick<GroupParts, 'takeBytes' | 'visibility' | 'onDelivered'> {
  readonly log: Log;
  /** Messages were trimmed before a group had them. */
  readonly onMissed: (logId: LogId, count: number) => void;
  readonly onError: (error: unknown) => void;
}

interface Seat {
  readonly logId: LogId;
  readonly key: string;
  readonly group: Promise<Group>;
  /** Members that wait for the group. */
  joiners: number;
}

/** What members are told when nothing more will come; nothing when the server closes, which tells them itself. */
const ENDS: Readonly<Record<CursorEnd, string | undefined>> = {
  overtaken: 'You read too slowly: what you have not read is no longer kept.',
  forgotten: 'The group is no more.',
  left: undefined,
  closed: undefined,
};

export class Groups {
  readonly #parts: GroupsParts;
  readonly #seats = new Map<string, Seat>();
  /** Cursors on their way out, by the names of their seats. */
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #open = new Set<Group>();
  #subscriptions = 0;
  readonly #ofJail = new Map<string, number>();
  #stopped = false;

  constructor(parts: GroupsParts) {
    this.#parts = parts;
  }

  /** Those that are being opened, too. */
  get subscriptions(): number {
    return this.#subscriptions;
  }

  subscriptionsOf(jailId: string): number {
    return this.#ofJail.get(jailId) ?? 0;
  }

  /**
   * The member is answered when its group is open, before anything is delivered. One whose connection ends meanwhile does
   * not join.
   *
   * @returns takes it out again; to be called when its connection is gone.
   * @throws (rejects with) EngineAway
   */
  async join(logId: LogId, key: string, member: Member): Promise<() => void> {
    const name = JSON.stringify([logId.jail, logId.stream, key]);
    const seat = this.#seats.get(name) ?? this.#sit(name, logId, key);
    seat.joiners += 1;
    // Those, too, that are still being opened: while an engine is slow they may become very many.
    this.#count(logId.jail, 1);
    let group: Group | undefined;
    let isIn = false;
    try {
      group = await seat.group;
      isIn = member.isOpen && !this.#stopped;
      if (!isIn) return () => {};
      const joined = group;
      joined.join(member);
      return () => {
        this.#count(logId.jail, -1);
        joined.leave(member);
        this.#tidy(name, seat, joined);
      };
    } finally {
      seat.joiners -= 1;
      if (!isIn) this.#count(logId.jail, -1);
      if (group !== undefined) this.#tidy(name, seat, group);
    }
  }

  /** Hands nothing more out: the server is about to close. */
  stop(): void {
    this.#stopped = true;
    for (const group of this.#open) group.stop();
  }

  /** Resolves when all that members have left behind has been given back. */
  async left(): Promise<void> {
    await Promise.all(this.#leaving.values());
  }

  #count(jailId: string, change: 1 | -1): void {
    const ofJail = this.subscriptionsOf(jailId) + change;
    this.#subscriptions += change;
    if (ofJail === 0) this.#ofJail.delete(jailId);
    else this.#ofJail.set(jailId, ofJail);
  }

  #sit(name: string, logId: LogId, key: string): Seat {
    const group = this.#openGroup(name, logId, key);
    const seat: Seat = { logId, key, group, joiners: 0 };
    this.#seats.set(name, seat);
    // Whoever waits for it hears of it; the next one tries again.
    group.catch(() => this.#stand(name, seat));
    return seat;
  }

  #stand(name: string, seat: Seat): void {
    if (this.#seats.get(name) === seat) this.#seats.delete(name);
  }

  async #openGroup(name: string, logId: LogId, key: string): Promise<Group> {
    // One caller reads a group at a time.
    const before = this.#leaving.get(name);
    if (before !== undefined) await before;
    const { log, takeBytes, visibility, onDelivered, onMissed, onError } = this.#parts;
    const cursor = await log.open(logId, key, { lasting: isLasting(key) });
    const end = (reason: string | undefined): void => {
      const seat = this.#seats.get(name);
      if (seat !== undefined) this.#stand(name, seat);
      if (reason !== undefined) group.end(reason);
    };
    const group = new Group({
      streamName: logId.stream,
      cursor,
      takeBytes,
      visibility,
      onDelivered,
      onMissed: (count) => onMissed(logId, count),
      onEnd: (why) => end(ENDS[why]),
      onFault: (error) => {
        onError(error);
        end('The server failed to read the stream.');
      },
    });
    this.#open.add(group);
    return group;
  }

  /** A group that nobody is in, nor about to join, is left. */
  #tidy(name: string, seat: Seat, group: Group): void {
    if (group.size > 0 || seat.joiners > 0 || !this.#open.delete(group)) return;
    this.#stand(name, seat);
    const before = this.#leaving.get(name);
    const left = group
      .release()
      .catch(this.#parts.onError)
      .then(() => before)
      .then(() => {
        if (this.#leaving.get(name) === left) this.#leaving.delete(name);
      });
    this.#leaving.set(name, left);
  }
}
