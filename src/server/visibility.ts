/**
 * Which messages of an entry a filter lets through (P33): each is parsed once, and shown to each filter once, while it is
 * remembered. The work counts in the event loop's turn.
 */

import { type Filter, filterPasses, measureFilter } from '../protocol/filter';
import { turn } from './turn';

interface Views {
  values: unknown[];
  readonly passes: Map<Filter, boolean[]>;
}

/**
 * By the entry's texts, which all groups have in common: a thousand of them, each with a filter, read them once. An entry
 * may be kept for days, and values take ten times the room of their text, so all this is forgotten now and then.
 */
const views = new Map<readonly string[], Views>();

/** Characters of messages that were parsed, and what is known of them. */
let size = 0;
const MAX_SIZE = 4 * 1_048_576;
const SIZE_OF_ANSWER = 8;

/** What parsing costs, in terms of a filter. */
const CHARACTERS_A_TERM = 16;

/** Filters never change: each is measured once. */
const terms = new WeakMap<Filter, number>();

export function passes(texts: readonly string[], index: number, filter: Filter, streamName: string): boolean {
  const view = viewOf(texts);
  let known = view.passes.get(filter);
  if (known === undefined) {
    known = [];
    view.passes.set(filter, known);
  }
  const answer = known[index];
  if (answer !== undefined) return answer;
  const passed = filterPasses(filter, parsed(view, texts, index), { streamName });
  known[index] = passed;
  size += SIZE_OF_ANSWER;
  turn.spend(termsOf(filter));
  return passed;
}

function viewOf(texts: readonly string[]): Views {
  if (size > MAX_SIZE) {
    views.clear();
    size = 0;
  }
  let view = views.get(texts);
  if (view === undefined) {
    view = { values: [], passes: new Map() };
    views.set(texts, view);
  }
  return view;
}

function parsed({ values }: Views, texts: readonly string[], index: number): unknown {
  const text = texts[index] ?? 'null';
  // JSON knows no undefined.
  if (values[index] === undefined) {
    values[index] = JSON.parse(text);
    size += text.length;
    turn.spend(text.length / CHARACTERS_A_TERM);
  }
  return values[index];
}

function termsOf(filter: Filter): number {
  let count = terms.get(filter);
  if (count === undefined) {
    count = measureFilter(filter).terms;
    terms.set(filter, count);
  }
  return count;
}
