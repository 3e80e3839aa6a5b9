/**
 * First in, first out, in constant time on average: `Array.shift` moves everything behind the head, each time. By hand, as
 * a line needs no more than this of a queue, and walks it while it waits.
 */
export class Fifo<Item> {
  #items: Item[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  peek(): Item | undefined {
    return this.#items[this.#head];
  }

  shift(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#head += 1;
    // Taken items are let go once they are half of all, so that a line that never empties does not hold on to them; in
    // fixed strides, the rest of a long line would be moved again and again.
    if (this.#head === this.#items.length || (this.#head >= STRIDE && this.#head * 2 >= this.#items.length)) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let at = this.#head; at < this.#items.length; at += 1) yield this.#items[at] as Item;
  }

  drain(): Item[] {
    const items = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return items;
  }
}

const STRIDE = 1_024;
