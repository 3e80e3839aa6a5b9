/** Ids for messages, of the form that Node-RED gives them: 16 hexadecimal digits. */

import { randomBytes } from 'node:crypto';

/** Counted from here, all numbers have eight hexadecimal digits. */
const FIRST = 0x10000000;
const LAST = 0x7fffffff;

/** The last two digits of a number: to write all eight for each message is felt. */
const DIGITS = Array.from({ length: 256 }, (_, digits) => digits.toString(16).padStart(2, '0'));

/**
 * Half of each id is drawn at random and kept, the other half counts. Node-RED draws eight numbers for each message
 * that comes to it without an id, a good part of what receiving one costs.
 */
export class MessageIds {
  #drawn = draw();
  /** Of the number, all but its last two digits, and those. */
  #high: number;
  #low: number;
  /** All of the id but its last two digits. */
  #head: string;

  constructor(first = FIRST) {
    this.#high = first >>> 8;
    this.#low = first & 0xff;
    this.#head = this.#drawn + this.#high.toString(16);
  }

  next(): string {
    if (this.#low === DIGITS.length) this.#carry();
    const id = this.#head + DIGITS[this.#low];
    this.#low += 1;
    return id;
  }

  #carry(): void {
    this.#low = 0;
    this.#high += 1;
    if (this.#high > LAST >>> 8) {
      this.#high = FIRST >>> 8;
      this.#drawn = draw();
    }
    this.#head = this.#drawn + this.#high.toString(16);
  }
}

function draw(): string {
  return randomBytes(4).toString('hex');
}
