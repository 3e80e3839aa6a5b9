/**
 * Which messages of an entry a filter lets through (P33): each is parsed once, and shown to each filter once, while it is
 * remembered. The work counts in the event loop's turn.
 */

import { type Filter, filterPasses, measureFilter } from '../../protocol/filter';
import type { Turn } from '../turn';

interface View {
  readonly values: unknown[];
  readonly passes: Map<Filter, boolean[]>;
}

/** Characters of messages that were parsed, and what is known of them. */
const MAX_SIZE = 4 * 1_048_576;
const SIZE_OF_ANSWER = 8;

/** What parsing costs, in terms of a filter. */
const CHARACTERS_A_TERM = 16;

export class Visibility {
  readonly turn: Turn;
  /**
   * By the entry's texts, which all groups have in common: a thousand of them, each with a filter, read them once. An
   * entry may be kept for days, and values take far more room than their text, so all this is forgotten now and then.
   */
  readonly #views = new Map<readonly string[], View>();
  #size = 0;
  /** Filters never change: each is measured once. */
  readonly #terms = new WeakMap<Filter, number>();

  /** @param turn of all who use the same event loop much. */
  constructor(turn: Turn) {
    this.turn = turn;
  }

  passes(texts: readonly string[], index: number, filter: Filter, streamName: string): boolean {
    const view = this.#viewOf(texts);
    let known = view.passes.get(filter);
    if (known === undefined) {
      known = [];
      view.passes.set(filter, known);
    }
    const answer = known[index];
    if (answer !== undefined) return answer;
    const passed = filterPasses(filter, this.#parsed(view, texts, index), { streamName });
    known[index] = passed;
    this.#size += SIZE_OF_ANSWER;
    this.turn.spend(this.#termsOf(filter));
    return passed;
  }

  #viewOf(texts: readonly string[]): View {
    if (this.#size > MAX_SIZE) {
      this.#views.clear();
      this.#size = 0;
    }
    let view = this.#views.get(texts);
    if (view === undefined) {
      view = { values: [], passes: new Map() };
      this.#views.set(texts, view);
    }
    return view;
  }

  #parsed({ values }: View, texts: readonly string[], index: number): unknown {
    const text = texts[index] ?? 'null';
    // JSON knows no undefined.
    if (values[index] === undefined) {
      values[index] = JSON.parse(text);
      this.#size += text.length;
      this.turn.spend(text.length / CHARACTERS_A_TERM);
    }
    return values[index];
  }

  #termsOf(filter: Filter): number {
    let count = this.#terms.get(filter);
    if (count === undefined) {
      count = measureFilter(filter).terms;
      this.#terms.set(filter, count);
    }
    return count;
  }
}
