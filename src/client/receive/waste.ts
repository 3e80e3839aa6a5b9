/** What subscriptions to every message that nobody wants any more have cost, on a connection that is kept in spite of them. */

/** What an exchange costs, in messages that are received for nothing; and in each subscription made anew. */
const EXCHANGE_COST = 1_000;
const SUBSCRIBE_COST = 2;
/** A subscription that nobody wants is held at both ends, though nothing may ever come for it. */
const DROPPED_COST = 16;

export class Waste {
  #cost = 0;

  /** Another connection, which has none of them. */
  reset(): void {
    this.#cost = 0;
  }

  dropped(): void {
    this.#cost += DROPPED_COST;
  }

  revived(): void {
    this.#cost -= DROPPED_COST;
  }

  received(): void {
    this.#cost += 1;
  }

  /** Whether an exchange would have cost no more. @param size the subscriptions to be made anew. */
  outweighsExchange(size: number): boolean {
    return this.#cost >= EXCHANGE_COST + SUBSCRIBE_COST * size;
  }
}
