/** A queue of messages that number themselves, in constant time at both ends. */

import type { KeptMessage } from './snapshot';

/** Taken messages are let go in strides: to move all that is behind them each time would take too long. */
const STRIDE = 1_024;

export class KeptMessages {
  #messages: KeptMessage[] = [];
  #head = 0;
  #lastNumber = 0;
  #bytes = 0;

  get length(): number {
    return this.#messages.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  toArray(): readonly KeptMessage[] {
    return this.#messages.slice(this.#head);
  }

  /** @returns the message's number. */
  push(text: string): number {
    this.#lastNumber += 1;
    this.restore({ number: this.#lastNumber, text });
    return this.#lastNumber;
  }

  /** Takes a message back that has its number from an earlier process. */
  restore(message: KeptMessage): void {
    this.#lastNumber = message.number;
    this.#messages.push(message);
    this.#bytes += Buffer.byteLength(message.text);
  }

  peek(): KeptMessage | undefined {
    return this.#messages[this.#head];
  }

  shift(): KeptMessage | undefined {
    const message = this.peek();
    if (message === undefined) return undefined;
    this.#bytes -= Buffer.byteLength(message.text);
    this.#head += 1;
    if (this.#head >= STRIDE || this.length === 0) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
    return message;
  }
}
