/**
 * A group: subscriptions that share a stream's messages, each message going to exactly one of them (P27). One with
 * a backlog keeps what is published while none of its members is connected.
 */

import type { Backlog } from './retention';

/** A subscription, as the sea sees it. */
export interface Subscriber {
  /** False while its connection is closing: what it is sent would be lost. */
  readonly isOpen: boolean;
  /** Whether it can take this message: it is open, and its token's filter lets the message through. */
  takes(message: unknown): boolean;
  /** @param sent called once the message is on its way, or its connection gone. */
  deliver(messageJson: string, sent?: () => void): void;
}

/**
 * Characters of kept messages handed over at once. A connection that dies as it catches up loses what it was
 * handed, so it gets the next slice only when the last one has left this process.
 */
const SLICE = 262_144;

export class Group {
  readonly #members: Subscriber[] = [];
  readonly #backlog: Backlog | undefined;
  /** Whose turn it is: an index into the members. */
  #turn = 0;
  /** Has got the end of a slice, which has not left yet. */
  #catchingUp: Subscriber | undefined;

  /** @param backlog absent: nothing is kept. */
  constructor(backlog?: Backlog) {
    this.#backlog = backlog;
  }

  get size(): number {
    return this.#members.length;
  }

  /** Whether it is remembered without members. */
  get isLasting(): boolean {
    return this.#backlog !== undefined;
  }

  /** Whether what has no taker now is to be kept. What members are there for, but may not see, is not. */
  get isKeeping(): boolean {
    if (this.#backlog === undefined) return false;
    return !this.#backlog.isEmpty || !this.#members.some((member) => member.isOpen);
  }

  /** What was kept for it comes with `catchUp`, once the newcomer has been told that it is in. */
  join(member: Subscriber): void {
    this.#members.push(member);
    if (this.size === 1) this.#backlog?.occupied();
  }

  leave(member: Subscriber): void {
    const index = this.#members.indexOf(member);
    if (index === -1) return;
    this.#members.splice(index, 1);
    // Those behind move up by one: without this the next in turn would be passed over.
    if (index < this.#turn) this.#turn -= 1;
    if (this.size === 0) this.#backlog?.vacated();
    // Not at once: as the server closes, the others are about to leave too, and would take a slice with them.
    if (this.#catchingUp === member) queueMicrotask(() => this.#continue(member));
  }

  /**
   * The member this message goes to, in turn; nobody while older ones wait. One that cannot take it is passed over
   * for the next: a filter says which messages its bearer may see, and must not make a message vanish that another
   * member may see.
   */
  takerOf(message: unknown): Subscriber | undefined {
    return this.#backlog === undefined || this.#backlog.isEmpty ? this.#next(message) : undefined;
  }

  keep(messageJson: string): void {
    this.#backlog?.push(messageJson);
  }

  /** Hands over what was kept, in order, as fast as it leaves. */
  catchUp(): void {
    if (this.#backlog === undefined || this.#catchingUp !== undefined) return;
    let size = 0;
    for (let text = this.#backlog.peek(); text !== undefined; text = this.#backlog.peek()) {
      if (!this.#members.some((member) => member.isOpen)) return;
      const taker = this.#next(JSON.parse(text));
      this.#backlog.shift(taker === undefined ? 'unwanted' : 'delivered');
      size += text.length;
      if (taker !== undefined && size >= SLICE) {
        this.#catchingUp = taker;
        taker.deliver(text, () => this.#continue(taker));
        return;
      }
      taker?.deliver(text);
    }
  }

  #continue(member: Subscriber): void {
    if (this.#catchingUp !== member) return;
    this.#catchingUp = undefined;
    this.catchUp();
  }

  #next(message: unknown): Subscriber | undefined {
    const count = this.#members.length;
    for (let passed = 0; passed < count; passed += 1) {
      const index = (this.#turn + passed) % count;
      const member = this.#members[index];
      if (member?.takes(message)) {
        this.#turn = index + 1;
        return member;
      }
    }
    return undefined;
  }
}
