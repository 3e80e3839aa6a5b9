/** Logs by weight, the heaviest at hand: a heap that knows where each of them is. */

interface Weighty {
  readonly weight: number;
}

export class Heaviest<Item extends Weighty> {
  readonly #items: Item[] = [];
  readonly #places = new Map<Item, number>();

  get top(): Item | undefined {
    return this.#items[0];
  }

  /** To be called whenever its weight has changed. What weighs nothing is not kept. */
  weighed(item: Item): void {
    if (item.weight === 0) {
      this.#delete(item);
      return;
    }
    let place = this.#places.get(item);
    if (place === undefined) {
      place = this.#items.length;
      this.#put(item, place);
    }
    this.#sink(item, this.#rise(item, place));
  }

  #delete(item: Item): void {
    const place = this.#places.get(item);
    if (place === undefined) return;
    this.#places.delete(item);
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#put(last, place);
    this.#sink(last, this.#rise(last, place));
  }

  #rise(item: Item, from: number): number {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = this.#items[above];
      if (other === undefined || other.weight >= item.weight) break;
      this.#put(other, place);
      this.#put(item, above);
      place = above;
    }
    return place;
  }

  #sink(item: Item, from: number): void {
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      let other = this.#items[below];
      const right = this.#items[below + 1];
      if (other !== undefined && right !== undefined && right.weight > other.weight) {
        below += 1;
        other = right;
      }
      if (other === undefined || other.weight <= item.weight) return;
      this.#put(other, place);
      this.#put(item, below);
      place = below;
    }
  }

  #put(item: Item, place: number): void {
    this.#items[place] = item;
    this.#places.set(item, place);
  }
}
