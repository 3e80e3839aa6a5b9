/** A script's syntax tree, to be gone through, and its text, to be edited by that. */

import { parse } from 'acorn';

export function treeOf(text) {
  return parse(text, { ecmaVersion: 'latest' });
}

/** In the order in which they stand in the text. */
export function childrenOf(node) {
  return Object.values(node)
    .flat()
    .filter((child) => typeof child?.type === 'string')
    .sort((one, other) => one.start - other.start);
}

/** @param {(node: object, parent?: object) => void} see */
export function visit(node, see, parent = undefined) {
  see(node, parent);
  for (const child of childrenOf(node)) visit(child, see, node);
}

/** @param {readonly { start: number, end: number, by: string }[]} edits that do not touch each other */
export function edited(text, edits) {
  const pieces = [];
  let from = 0;
  for (const { start, end, by } of edits.toSorted((one, other) => one.start - other.start)) {
    pieces.push(text.slice(from, start), by);
    from = end;
  }
  return [...pieces, text.slice(from)].join('');
}
