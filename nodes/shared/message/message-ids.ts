/** Ids for messages, of the form that Node-RED gives them: 16 hexadecimal digits. */

import { randomBytes } from 'node:crypto';

/** Counted from here, all numbers have eight hexadecimal digits and are small integers to V8. */
const FIRST = 0x10000000;
const LAST = 0x7fffffff;

/**
 * Half of each id is drawn at random and kept, the other half counts. Node-RED draws eight numbers for each message
 * that comes to it without an id, a good part of what receiving one costs.
 */
export class MessageIds {
  #prefix = randomBytes(4).toString('hex');
  #next: number;

  constructor(first = FIRST) {
    this.#next = first;
  }

  next(): string {
    if (this.#next > LAST) {
      this.#next = FIRST;
      this.#prefix = randomBytes(4).toString('hex');
    }
    const id = this.#prefix + this.#next.toString(16);
    this.#next += 1;
    return id;
  }
}
