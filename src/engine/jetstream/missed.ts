/** What was trimmed before a group had it, as far as can be told: by what publishers have counted. */

import type { Delivery } from './delivery';
import type { EntryMessage } from './entry-message';

/** How many publishers are remembered: engines come and go. */
const MOST = 256;

export class Missed {
  /** Messages that are next expected of each publisher: as many as it had published before. */
  readonly #expected = new Map<string, number>();
  #count = 0;

  /**
   * @param count of deliveries to the group, wherever it is read: when another engine has read in between, what is
   * missing here came there.
   * @param isAgain it was delivered before: it says nothing of what comes after.
   * @returns messages that came before this entry from its publisher, and not here
   */
  see(
    { publisher, before, texts }: EntryMessage,
    { count, isAgain }: Pick<Delivery, 'count' | 'isAgain'>,
  ): number {
    if (count !== this.#count + 1) this.#expected.clear();
    this.#count = count;
    const expected = this.#expected.get(publisher);
    if (isAgain || (expected !== undefined && before < expected)) return 0;
    this.#expected.delete(publisher);
    this.#expected.set(publisher, before + texts.length);
    for (const oldest of this.#expected.keys()) {
      if (this.#expected.size <= MOST) break;
      this.#expected.delete(oldest);
    }
    return expected === undefined ? 0 : before - expected;
  }
}
