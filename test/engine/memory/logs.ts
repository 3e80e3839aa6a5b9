/** A log of numbered entries, and what it has counted, weighed and released. */

import { StreamLog, type Tally } from '../../../src/engine/memory/stream-log';

export class LogBench {
  readonly tally: Tally = { retained: 0, dropped: 0, forgotten: 0 };
  readonly released: number[] = [];
  readonly log: StreamLog;
  weight = 0;
  #number = 0;

  constructor(retainedMessages = 1_000, passingBytes = 1_000_000) {
    this.log = new StreamLog(
      {
        tally: this.tally,
        retainedMessages,
        passingBytes,
        weighed: (_log, change) => {
          this.weight += change;
        },
        released: ({ number }) => this.released.push(number),
      },
      0,
    );
  }

  /** Entries of so many messages each. */
  append(...messages: number[]): void {
    for (const count of messages) {
      this.#number += 1;
      const texts = Array.from({ length: count }, (_, index) => `${this.#number}.${index}`);
      this.log.append({ number: this.#number, texts }, true);
      this.log.release();
    }
  }
}
