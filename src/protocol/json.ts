/** JSON text from the other side, and what may be asked of the value it holds. */

import { messageOf, ProtocolError } from '../errors';
import { quoted, type Sentence, say, type Words } from '../sentences';
import { MAX_NESTING } from './constants';

/**
 * Parses JSON that comes from the network.
 *
 * @throws ProtocolError when the text is not JSON, or nests deeper than {@link MAX_NESTING}: `JSON.parse` takes
 * a hundred thousand levels without complaint, but `JSON.stringify`, Node-RED's message cloning and its debug
 * sidebar recurse, and each of them would end the process with a stack overflow.
 */
export function parseJson(text: string): unknown {
  if (nestsTooDeep(text)) throw new ProtocolError(say('protocol.tooDeep', { levels: MAX_NESTING }));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProtocolError(say('protocol.notJson', { reason: messageOf(error) }));
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** `id should be a positive integer, but is null`: the sentence for a property that is not what it should be. */
export function mismatch(property: Words, expected: Words, value: unknown): Sentence {
  return problemAt(property, wrongValue(expected, value));
}

/** The same without what it is about. */
export function wrongValue(expected: Words, value: unknown): Sentence {
  if (value === undefined) return say('value.absent', { expected });
  return say('value.wrong', { expected, actual: describeValue(value) });
}

/** `secret should be a string`: for a property whose value nobody may see. */
export function hiddenText(property: Words): Sentence {
  return problemAt(property, say('value.hidden', { expected: say('expected.string') }));
}

/** @param problem one of the sentences that begin with `value.`; they do not say what they are about. */
export function problemAt(place: Words, problem: Sentence): Sentence {
  return say('value.at', { place, problem });
}

/** `a boolean`, `null`, `the string "abc"`: what a value is, for a sentence; long strings are cut. */
export function describeValue(value: unknown): Words {
  if (value === null) return 'null';
  if (Array.isArray(value)) return say('actual.array');
  switch (typeof value) {
    case 'string':
      return say('actual.string', { text: quoted(value.length > 40 ? `${value.slice(0, 40)}…` : value) });
    case 'number':
      // As a text, since JSON has no NaN.
      return say('actual.number', { number: String(value) });
    case 'object':
      return say('actual.object');
    case 'boolean':
      return say('actual.boolean');
    default:
      return say('actual.other', { type: typeof value });
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
