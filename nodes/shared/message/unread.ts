/** Messages whose values are being read, oldest first; and which values do not come, as a context store may never answer. */

import type { Value } from './value';

/** Milliseconds that a value may take before anybody is told. */
const PATIENCE = 2_000;

export class Unread<Item extends object> {
  readonly #items = new Map<Item, readonly Value[]>();
  readonly #told: (awaited: string | undefined) => void;
  #timer: NodeJS.Timeout | undefined;
  #isTold = false;

  /** @param told what the first of them has waited for too long: `flow.limit`. Nothing: it has come. */
  constructor(told: (awaited: string | undefined) => void) {
    this.#told = told;
  }

  get size(): number {
    return this.#items.size;
  }

  has(item: Item): boolean {
    return this.#items.has(item);
  }

  add(item: Item, values: readonly Value[]): void {
    this.#items.set(item, values);
    // One for all of them: thousands may come in a second.
    this.#timer ??= this.#look();
  }

  delete(item: Item): boolean {
    if (this.#isTold) this.#tell(undefined);
    return this.#items.delete(item);
  }

  /** Nobody is told any more. Returns those that are left. */
  close(): Item[] {
    clearTimeout(this.#timer);
    const left = [...this.#items.keys()];
    this.#items.clear();
    return left;
  }

  #look(): NodeJS.Timeout {
    const [before] = this.#items.keys();
    return setTimeout(() => {
      const [first] = this.#items.keys();
      this.#timer = first && this.#look();
      if (first !== undefined && first === before && !this.#isTold)
        this.#tell(sourcesOf(this.#items.get(first) ?? []));
    }, PATIENCE);
  }

  #tell(awaited: string | undefined): void {
    this.#isTold = awaited !== undefined;
    this.#told(awaited);
  }
}

function sourcesOf(values: readonly Value[]): string {
  const awaited = values.filter(({ atOnce }) => !atOnce);
  return awaited.map(({ source }) => source).join(', ');
}
