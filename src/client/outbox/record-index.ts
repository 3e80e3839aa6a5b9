/**
 * Which record holds a message. Keys count on within a record, so that it is found among the records, of which there is
 * one for hundreds of messages: an entry for each message took a twentieth of what publishing by way of the disk takes.
 */
import type { OutboxKey } from './outbox';
import type { OutboxRecord } from './outbox-record';

export class RecordIndex {
  /** By their keys, which never overlap. */
  readonly #records: OutboxRecord[] = [];
  /** Found last: what leaves together was mostly kept together. */
  #last: OutboxRecord | undefined;

  /** One that has all its messages. */
  add(record: OutboxRecord): void {
    this.#records.splice(this.#placeOf(record.first), 0, record);
  }

  /** Nothing when none has it any more. */
  find(key: OutboxKey): OutboxRecord | undefined {
    if (this.#last === undefined || !this.#last.holds(key))
      this.#last = this.#records[this.#placeOf(key) - 1];
    return this.#last?.holds(key) ? this.#last : undefined;
  }

  delete(record: OutboxRecord): void {
    const place = this.#placeOf(record.first) - 1;
    if (this.#records[place] === record) this.#records.splice(place, 1);
    if (this.#last === record) this.#last = undefined;
  }

  /** Behind all records that begin with this key or one before it. */
  #placeOf(key: OutboxKey): number {
    let low = 0;
    let high = this.#records.length;
    // Mostly the last one, or the first.
    if ((this.#records.at(-1)?.first ?? 0) <= key) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#records[middle]?.first ?? 0) <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
