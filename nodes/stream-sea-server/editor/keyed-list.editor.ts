/** Children of an element that follow a list of things: kept while their thing stays, so that focus and place stay too. */

export interface Part<Item> {
  readonly element: HTMLElement;
  update(item: Item): void;
  /** Its thing is gone. */
  close?(): void;
}

export class KeyedList<Item> {
  readonly #parent: Element;
  readonly #keyOf: (item: Item) => string;
  readonly #make: (item: Item) => Part<Item>;
  #parts = new Map<string, Part<Item>>();

  constructor(parent: Element, keyOf: (item: Item) => string, make: (item: Item) => Part<Item>) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#make = make;
  }

  show(items: readonly Item[]): void {
    const parts = new Map<string, Part<Item>>();
    for (const item of items) {
      const key = this.#keyOf(item);
      const part = this.#parts.get(key) ?? this.#make(item);
      part.update(item);
      parts.set(key, part);
    }
    for (const [key, part] of this.#parts) {
      if (parts.has(key)) continue;
      part.close?.();
      part.element.remove();
    }
    this.#parts = parts;
    for (const [index, { element }] of [...parts.values()].entries()) {
      const there = this.#parent.children[index];
      if (there !== element) this.#parent.insertBefore(element, there ?? null);
    }
  }
}
