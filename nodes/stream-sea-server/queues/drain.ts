/** Empties a folder of waiting messages through a client that has another: each stays on disk until it has had its end. */

import { type Legacy, legacyOf } from '../../../src/client/legacy';
import type { Unsent } from '../../../src/client/publish/unfinished';
import { ClosedError, createDiskOutbox, type Publication, type Warn } from '../../../src/index';

type Outbox = ReturnType<typeof createDiskOutbox>;
type Publications = Legacy['kept'];

export class Drain {
  /** For a client to adopt. */
  readonly legacy: Legacy;
  /** Resolves when all have had their end, at once where nothing is; never, when it is closed before. */
  readonly emptied: Promise<void>;
  readonly #outbox: Outbox;
  readonly #keys = new Map<Publication, number>();
  /** Who offered them, where somebody is there still. */
  readonly #publications: Map<number, Publication>;
  #isEmptied: () => void = () => {};

  /**
   * @param publications who is to be told of the ends of some.
   * @throws StoreError when the folder cannot be opened now.
   */
  static async open(folder: string, publications: Publications, warn: Warn): Promise<Drain> {
    const outbox = createDiskOutbox({ folder, warn, isOurs: true });
    try {
      return new Drain(outbox, await outbox.open(() => {}), publications);
    } catch (error) {
      await outbox.close();
      throw error;
    }
  }

  private constructor(
    outbox: Outbox,
    stored: Awaited<ReturnType<Outbox['open']>>,
    publications: Publications,
  ) {
    this.#outbox = outbox;
    this.#publications = new Map(publications);
    this.emptied = new Promise((resolve) => {
      this.#isEmptied = resolve;
    });
    const unsent = stored.map(({ key, ...message }): Unsent => {
      const publication: Publication = { ended: (error) => this.#ended(publication, key, error) };
      this.#keys.set(publication, key);
      const orphan = !publications.has(key) && ({ earlierProcess: true } as const);
      return { ...message, publication, keptElsewhere: true, ...orphan };
    });
    this.legacy = legacyOf({ unsent });
    if (unsent.length === 0) this.#isEmptied();
  }

  /** Resolves when the folder is free; with who is to be told of the ends of what is left in it. */
  async close(): Promise<Publications> {
    this.#keys.clear();
    await this.#outbox.close();
    return this.#publications;
  }

  #ended(publication: Publication, key: number, error: Parameters<Publication['ended']>[0]): void {
    const offered = this.#publications.get(key);
    this.#publications.delete(key);
    // Else the client has ended, and not the message: it is in the folder still.
    if (!(error instanceof ClosedError)) {
      this.#outbox.settle(key);
      if (this.#keys.delete(publication) && this.#keys.size === 0) this.#isEmptied();
    }
    // Last: what was sent stayed in the folder when whoever was told of it threw, and was sent again.
    offered?.ended(error);
  }
}
