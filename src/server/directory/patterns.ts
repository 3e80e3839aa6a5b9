/**
 * How the messages of each stream usually look, as far as is known: what looks so need not be parsed. Whoever sends
 * now this and now that costs no more than before: it is not looked for a pattern again and again.
 */

import { MessagePattern } from '../../protocol/message/message-pattern';
import type { Stream } from './stream';

/** Streams with a pattern at a time: each has machine code of its own, some 20 KB. */
const MOST_PATTERNS = 256;

/** Bodies in a row that look otherwise, until a pattern is given up. */
const MAX_MISSES = 4;

/** Bodies read in full until a pattern is made, which takes as long as to parse fifty messages: the fewest, and the most. */
const FIRST_WAIT = 2;
const LONGEST_WAIT = 1_024;

/** Bodies that a pattern must have saved for its stream to be as good as new when it is given up. */
const WORTHWHILE = 64;

/** What is known of one stream. */
interface Habit {
  pattern: MessagePattern | undefined;
  /** Bodies that the pattern has taken, and since it was last asked whether it is of use. */
  hits: number;
  recentHits: number;
  misses: number;
  /** Bodies to be read in full until the next pattern, and how many that were. */
  left: number;
  wait: number;
}

export class Patterns {
  readonly #most: number;
  readonly #habits = new WeakMap<Stream, Habit>();
  /** Those with a pattern, by when they were last looked at. */
  readonly #patterned = new Set<Habit>();

  constructor(most = MOST_PATTERNS) {
    this.#most = most;
  }

  /** Streams with a pattern. */
  get size(): number {
    return this.#patterned.size;
  }

  /** As {@link MessagePattern.textsOf}. */
  textsOf(stream: Stream, body: string, most: number): readonly string[] | undefined {
    const habit = this.#habits.get(stream);
    if (habit?.pattern === undefined) return undefined;
    const texts = habit.pattern.textsOf(body, most);
    if (texts !== undefined) {
      habit.misses = 0;
      habit.hits += 1;
      habit.recentHits += 1;
      return texts;
    }
    habit.misses += 1;
    if (habit.misses === MAX_MISSES) this.#giveUp(habit);
    return undefined;
  }

  /** A body was read in full, and its messages follow the schema. */
  saw(stream: Stream, messages: readonly unknown[]): void {
    let habit = this.#habits.get(stream);
    if (habit === undefined) {
      habit = { pattern: undefined, hits: 0, recentHits: 0, misses: 0, left: FIRST_WAIT, wait: FIRST_WAIT };
      this.#habits.set(stream, habit);
    }
    if (habit.pattern !== undefined) return;
    habit.left -= 1;
    if (habit.left > 0) return;
    habit.wait = Math.min(habit.wait * 2, LONGEST_WAIT);
    habit.left = habit.wait;
    if (!this.#hasRoom()) return;
    habit.pattern = MessagePattern.of(stream.definition.fields, messages[0]);
    if (habit.pattern !== undefined) this.#patterned.add(habit);
  }

  #giveUp(habit: Habit): void {
    if (habit.hits >= WORTHWHILE) habit.wait = FIRST_WAIT;
    habit.left = habit.wait;
    habit.pattern = undefined;
    habit.hits = 0;
    habit.recentHits = 0;
    habit.misses = 0;
    this.#patterned.delete(habit);
  }

  /** One that was of no use since it was last looked at makes room: one look each time, so that those in use stay. */
  #hasRoom(): boolean {
    if (this.#patterned.size < this.#most) return true;
    for (const oldest of this.#patterned) {
      if (oldest.recentHits === 0) {
        this.#giveUp(oldest);
        return true;
      }
      oldest.recentHits = 0;
      this.#patterned.delete(oldest);
      this.#patterned.add(oldest);
      return false;
    }
    return false;
  }
}
