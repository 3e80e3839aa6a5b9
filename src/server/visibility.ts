/** Which messages of an entry a filter lets through (P33): each is parsed once, and shown to each filter once. */

import { type Filter, filterPasses } from '../protocol/filter';

interface Views {
  readonly values: unknown[];
  readonly passes: Map<Filter, boolean[]>;
}

/** By the entry's texts, which all groups have in common: a thousand of them, each with a filter, read them once. */
const views = new WeakMap<readonly string[], Views>();

export function passes(texts: readonly string[], index: number, filter: Filter, streamName: string): boolean {
  let view = views.get(texts);
  if (view === undefined) {
    view = { values: [], passes: new Map() };
    views.set(texts, view);
  }
  let known = view.passes.get(filter);
  if (known === undefined) {
    known = [];
    view.passes.set(filter, known);
  }
  known[index] ??= filterPasses(filter, parsed(view, texts, index), { streamName });
  return known[index];
}

function parsed({ values }: Views, texts: readonly string[], index: number): unknown {
  // JSON knows no undefined.
  values[index] ??= JSON.parse(texts[index] ?? 'null');
  return values[index];
}
