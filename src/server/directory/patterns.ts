/**
 * How the messages of each stream usually look, as far as is known: what looks so need not be parsed. To make a pattern
 * takes as long as to parse some hundreds of messages, so one is made only of a stream that has sent as many.
 */

import { MessagePattern } from '../../protocol/message/message-pattern';
import type { Stream } from './stream';

/** Characters of all patterns at a time: of some 400 streams, whose machine code takes 10 MB, and 20 MB at the most. */
const MAX_LENGTH = 100_000;

/** Bodies in a row that look otherwise, until a pattern is given up. */
const MAX_MISSES = 4;

/** Characters of bodies that are read in full while one character of a pattern is made. */
const COST = 256;

/** Characters of bodies that are read in full before it is asked how long a pattern would be. */
const FIRST = 10_000;

/** Times the cost of a pattern that a stream whose messages change has to wait for the next one, at the most. */
const MOST_PATIENCE = 1_024;

/** Bodies for each pattern, from one look at all of them to the next. */
const LOOK_AFTER = 10;

/** Of a stream that has no pattern. One is made when that has cost as much as to make it: so it at most doubles the cost. */
interface Wait {
  /** Characters of bodies read in full. */
  read: number;
  /** Characters to read until a pattern is made. */
  needed: number;
  patience: number;
}

/** A pattern, and of what use it is. */
interface Use {
  readonly pattern: MessagePattern;
  /** Characters of the bodies that it has taken. */
  taken: number;
  /** Whether it has taken one since it was last looked at. */
  recent: boolean;
  /** Bodies in a row that it has not taken. */
  misses: number;
}

/** Characters of bodies. */
function costOf(pattern: MessagePattern): number {
  return pattern.length * COST;
}

export class Patterns {
  readonly #waits = new WeakMap<Stream, Wait>();
  /** Not by their streams, which it would keep when they are defined anew. */
  readonly #uses = new Map<Wait, Use>();
  /** Characters that there is room for. */
  #room: number;
  /** Since all were last looked at. */
  #bodies = 0;

  /** @param room for so many characters of patterns */
  constructor(room = MAX_LENGTH) {
    this.#room = room;
  }

  /** Streams with a pattern. */
  get size(): number {
    return this.#uses.size;
  }

  /** As {@link MessagePattern.textsOf}. */
  textsOf(stream: Stream, body: string, most: number): readonly string[] | undefined {
    this.#bodies += 1;
    const wait = this.#waits.get(stream);
    const use = wait && this.#uses.get(wait);
    if (wait === undefined || use === undefined) return undefined;
    const texts = use.pattern.textsOf(body, most);
    if (texts !== undefined) {
      use.taken += body.length;
      use.recent = true;
      use.misses = 0;
      return texts;
    }
    use.misses += 1;
    if (use.misses === MAX_MISSES) this.#giveUp(wait, use);
    return undefined;
  }

  /** A body was read in full, and its messages follow the schema. */
  saw(stream: Stream, body: string, messages: readonly unknown[]): void {
    let wait = this.#waits.get(stream);
    if (wait === undefined) {
      wait = { read: 0, needed: FIRST, patience: 1 };
      this.#waits.set(stream, wait);
    }
    if (this.#uses.has(wait)) return;
    wait.read += body.length;
    if (wait.read < wait.needed) return;
    const pattern = MessagePattern.of(stream.definition.fields, messages[0]);
    if (pattern === undefined) {
      this.#waitLonger(wait);
      wait.needed = FIRST * wait.patience;
      return;
    }
    wait.needed = costOf(pattern) * wait.patience;
    if (wait.read < wait.needed) return;
    wait.read = 0;
    if (!this.#hasRoom(pattern.length)) return;
    this.#room -= pattern.length;
    this.#uses.set(wait, { pattern, taken: 0, recent: false, misses: 0 });
  }

  #giveUp(wait: Wait, { pattern, taken }: Use): void {
    this.#waitLonger(wait);
    if (taken >= costOf(pattern)) wait.patience = 1;
    this.#room += pattern.length;
    this.#uses.delete(wait);
  }

  #waitLonger(wait: Wait): void {
    wait.read = 0;
    wait.needed = FIRST;
    wait.patience = Math.min(wait.patience * 2, MOST_PATIENCE);
  }

  /** Those that were of no use since they were last looked at make room. */
  #hasRoom(length: number): boolean {
    if (this.#room < length && this.#bodies >= LOOK_AFTER * this.#uses.size) {
      this.#bodies = 0;
      for (const [wait, use] of this.#uses) {
        if (use.recent) use.recent = false;
        else this.#giveUp(wait, use);
      }
    }
    return this.#room >= length;
  }
}
