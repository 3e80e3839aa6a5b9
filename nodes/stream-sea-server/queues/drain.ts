/** Empties a folder of waiting messages through a client that has another: each stays on disk until it has had its end. */

import { type Legacy, legacyOf } from '../../../src/client/legacy';
import type { Offered, Unsent } from '../../../src/client/publish/unfinished';
import { ClosedError, createDiskOutbox, type Publication, type Warn } from '../../../src/index';

type Outbox = ReturnType<typeof createDiskOutbox>;
type Offers = Legacy['kept'];

export class Drain {
  /** For a client to adopt. */
  readonly legacy: Legacy;
  /** Resolves when all have had their end, at once where nothing is; never, when it is closed before. */
  readonly emptied: Promise<void>;
  readonly #outbox: Outbox;
  readonly #keys = new Map<Publication, number>();
  /** Who offered them, where somebody is there still. */
  readonly #offers: Map<number, Offered>;
  #isEmptied: () => void = () => {};

  /**
   * @param offers who has offered some of them.
   * @throws StoreError when the folder cannot be opened now.
   */
  static async open(folder: string, offers: Offers, warn: Warn): Promise<Drain> {
    const outbox = createDiskOutbox({ folder, warn, isOurs: true });
    try {
      return new Drain(outbox, await outbox.open(() => {}), offers);
    } catch (error) {
      await outbox.close();
      throw error;
    }
  }

  private constructor(outbox: Outbox, stored: Awaited<ReturnType<Outbox['open']>>, offers: Offers) {
    this.#outbox = outbox;
    this.#offers = new Map(offers);
    this.emptied = new Promise((resolve) => {
      this.#isEmptied = resolve;
    });
    const unsent = stored.map(({ key, ...message }): Unsent => {
      const publication: Publication = { ended: (error) => this.#ended(publication, key, error) };
      this.#keys.set(publication, key);
      const offered = offers.get(key);
      const known = offered === undefined ? ({ earlierProcess: true } as const) : { since: offered.since };
      return { ...message, publication, keptElsewhere: true, ...known };
    });
    this.legacy = legacyOf({ unsent });
    if (unsent.length === 0) this.#isEmptied();
  }

  /** Resolves when the folder is free; with who has offered what is left in it. */
  async close(): Promise<Offers> {
    this.#keys.clear();
    await this.#outbox.close();
    return this.#offers;
  }

  #ended(publication: Publication, key: number, error: Parameters<Publication['ended']>[0]): void {
    const offered = this.#offers.get(key);
    this.#offers.delete(key);
    // Else the client has ended, and not the message: it is in the folder still.
    if (!(error instanceof ClosedError)) {
      this.#outbox.settle(key);
      if (this.#keys.delete(publication) && this.#keys.size === 0) this.#isEmptied();
    }
    // Last: what was sent stayed in the folder when whoever was told of it threw, and was sent again.
    offered?.publication.ended(error);
  }
}
