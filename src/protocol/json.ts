/** JSON text from the other side, and what may be asked of the value it holds. */

import { messageOf, ProtocolError } from '../errors';
import { MAX_NESTING } from './constants';

/**
 * Parses JSON that comes from the network.
 *
 * @throws ProtocolError when the text is not JSON, or nests deeper than {@link MAX_NESTING}: `JSON.parse` takes
 * a hundred thousand levels without complaint, but `JSON.stringify`, Node-RED's message cloning and its debug
 * sidebar recurse, and each of them would end the process with a stack overflow.
 */
export function parseJson(text: string): unknown {
  if (nestsTooDeep(text)) throw new ProtocolError(`JSON nests deeper than ${MAX_NESTING} levels`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProtocolError(`not JSON: ${messageOf(error)}`);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `id should be a positive integer, but is null`: the sentence for a property that is not what it should be. */
export function mismatch(property: string, expected: string, value: unknown): string {
  return `${property} should be ${expected}, but is ${describeValue(value)}`;
}

/** `a boolean`, `null`, `the string "abc"`: what a value is, for a sentence; long strings are cut. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  switch (typeof value) {
    case 'string':
      return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case 'number':
      return `the number ${value}`;
    case 'object':
      return 'an object';
    case 'undefined':
      return 'missing';
    default:
      return `a ${typeof value}`;
  }
}

/** Depth is counted exactly only for texts with enough brackets to be too deep: `indexOf` is nearly free. */
function nestsTooDeep(text: string): boolean {
  return hasMoreThan(text, MAX_NESTING) && depthOf(text) > MAX_NESTING;
}

function hasMoreThan(text: string, limit: number): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > limit) return true;
    }
  }
  return false;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (char === '}' || char === ']') depth -= 1;
  }
  return deepest;
}
