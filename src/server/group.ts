/** A group: subscriptions that share a stream's messages, each message going to exactly one of them (P27). */

/** A subscription, as the sea sees it. */
export interface Subscriber {
  /** Whether it can take this message: its connection is open and its token's filter lets the message through. */
  takes(message: unknown): boolean;
  deliver(messageJson: string): void;
}

export class Group {
  readonly #members: Subscriber[] = [];
  /** Whose turn it is: an index into the members. */
  #turn = 0;

  get size(): number {
    return this.#members.length;
  }

  join(member: Subscriber): void {
    this.#members.push(member);
  }

  leave(member: Subscriber): void {
    const index = this.#members.indexOf(member);
    if (index === -1) return;
    this.#members.splice(index, 1);
    // Those behind move up by one: without this the next in turn would be passed over.
    if (index < this.#turn) this.#turn -= 1;
  }

  /**
   * The member this message goes to, in turn. One that cannot take it is passed over for the next: a filter says
   * which messages its bearer may see, and must not make a message vanish that another member may see.
   */
  takerOf(message: unknown): Subscriber | undefined {
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
