/**
 * How the messages of each stream usually look, as far as is known: what looks so need not be parsed. Whoever sends
 * now this and now that costs no more than before: it is not looked for a pattern again and again.
 */

import { MessagePattern } from '../../protocol/message/message-pattern';
import type { Stream } from './stream';

/** Characters of all patterns at a time: of some 500 streams, whose machine code takes 10 MB, and 20 MB at the most. */
const MAX_LENGTH = 200_000;

/** Bodies in a row that look otherwise, until a pattern is given up. */
const MAX_MISSES = 4;

/** Bodies read in full until a pattern is made, which takes 200 us: the fewest, and the most. */
const FIRST_WAIT = 2;
const LONGEST_WAIT = 1_024;

/** Messages that save as much, not being parsed: a stream whose pattern has taken them is as good as new when it is given up. */
const WORTHWHILE = 256;

/** Bodies of a stream that are to be read in full until a pattern is made. */
interface Wait {
  left: number;
  /** How many they will be the next time. */
  next: number;
}

/** A pattern, and of what use it is. */
interface Use {
  readonly pattern: MessagePattern;
  /** Messages that it has taken. */
  taken: number;
  /** Whether it has taken one since it was last looked at. */
  recent: boolean;
  /** Bodies in a row that it has not taken. */
  misses: number;
}

export class Patterns {
  /** Characters that there is room for. */
  #room: number;
  readonly #waits = new WeakMap<Stream, Wait>();
  /** By when they were last looked at. Not by their streams, which it would keep when they are defined anew. */
  readonly #uses = new Map<Wait, Use>();

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
    const wait = this.#waits.get(stream);
    const use = wait && this.#uses.get(wait);
    if (wait === undefined || use === undefined) return undefined;
    const texts = use.pattern.textsOf(body, most);
    if (texts !== undefined) {
      use.taken += texts.length;
      use.recent = true;
      use.misses = 0;
      return texts;
    }
    use.misses += 1;
    if (use.misses === MAX_MISSES) this.#giveUp(wait, use);
    return undefined;
  }

  /** A body was read in full, and its messages follow the schema. */
  saw(stream: Stream, messages: readonly unknown[]): void {
    let wait = this.#waits.get(stream);
    if (wait === undefined) {
      wait = { left: FIRST_WAIT, next: FIRST_WAIT };
      this.#waits.set(stream, wait);
    }
    if (this.#uses.has(wait)) return;
    wait.left -= 1;
    if (wait.left > 0) return;
    wait.next = Math.min(wait.next * 2, LONGEST_WAIT);
    wait.left = wait.next;
    const pattern = MessagePattern.of(stream.definition.fields, messages[0]);
    if (pattern === undefined || !this.#hasRoom(pattern.length)) return;
    this.#room -= pattern.length;
    this.#uses.set(wait, { pattern, taken: 0, recent: false, misses: 0 });
  }

  #giveUp(wait: Wait, { pattern, taken }: Use): void {
    if (taken >= WORTHWHILE) wait.next = FIRST_WAIT;
    wait.left = wait.next;
    this.#room += pattern.length;
    this.#uses.delete(wait);
  }

  /** Those that were of no use since they were last looked at make room: one that was stays, and it is not looked further. */
  #hasRoom(length: number): boolean {
    for (const [wait, use] of this.#uses) {
      if (this.#room >= length) break;
      if (use.recent) {
        use.recent = false;
        this.#uses.delete(wait);
        this.#uses.set(wait, use);
        break;
      }
      this.#giveUp(wait, use);
    }
    return this.#room >= length;
  }
}
