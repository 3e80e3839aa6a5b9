/**
 * How the messages of each stream usually look, as far as is known: what looks so need not be parsed. Whoever sends
 * now this and now that costs no more than before: it is not looked for a pattern again and again.
 */

import { MessagePattern } from '../../protocol/message/message-pattern';
import type { Stream } from './stream';

/** Streams with a pattern at a time: each has machine code of its own, some 20 KB, and 400 KB at the most. */
const MOST_PATTERNS = 256;

/** Bodies in a row that look otherwise, until a pattern is given up. */
const MAX_MISSES = 4;

/**
 * Bodies read in full until a pattern is made, which takes as long as to read fifty of one message each: the fewest, and
 * the most.
 */
const FIRST_WAIT = 2;
const LONGEST_WAIT = 1_024;

/** Bodies that a pattern must have saved for its stream to be as good as new when it is given up. */
const WORTHWHILE = 64;

/** Bodies of a stream that are to be read in full until a pattern is made. */
interface Wait {
  left: number;
  /** How many they will be the next time. */
  next: number;
}

/** A pattern, and of what use it is. */
interface Use {
  readonly pattern: MessagePattern;
  /** Bodies that it has taken. */
  hits: number;
  /** Whether it has taken one since it was last looked at. */
  recent: boolean;
  /** Bodies in a row that it has not taken. */
  misses: number;
}

export class Patterns {
  readonly #most: number;
  readonly #waits = new WeakMap<Stream, Wait>();
  /** By when they were last looked at. Not by their streams, which it would keep when they are defined anew. */
  readonly #uses = new Map<Wait, Use>();

  constructor(most = MOST_PATTERNS) {
    this.#most = most;
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
      use.hits += 1;
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
    if (!this.#hasRoom()) return;
    const pattern = MessagePattern.of(stream.definition.fields, messages[0]);
    if (pattern !== undefined) this.#uses.set(wait, { pattern, hits: 0, recent: false, misses: 0 });
  }

  #giveUp(wait: Wait, { hits }: Use): void {
    if (hits >= WORTHWHILE) wait.next = FIRST_WAIT;
    wait.left = wait.next;
    this.#uses.delete(wait);
  }

  /** One that was of no use since it was last looked at makes room: one look each time, so that those in use stay. */
  #hasRoom(): boolean {
    if (this.#uses.size < this.#most) return true;
    const [oldest] = this.#uses;
    if (oldest === undefined) return false;
    const [wait, use] = oldest;
    if (!use.recent) {
      this.#giveUp(wait, use);
      return true;
    }
    use.recent = false;
    this.#uses.delete(wait);
    this.#uses.set(wait, use);
    return false;
  }
}
