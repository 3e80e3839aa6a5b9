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
  const value = parseJsonOfAnyDepth(text);
  if (mayHoldMore(text, MAX_NESTING) && nestsDeeper(value, MAX_NESTING)) throw tooDeep();
  return value;
}

/** For whoever sees to the depth in another way. @throws ProtocolError when the text is not JSON. */
export function parseJsonOfAnyDepth(text: string): unknown {
  try {
    return JSON.parse(withoutMark(text));
  } catch (error) {
    throw new ProtocolError(say('protocol.notJson', { reason: messageOf(error) }));
  }
}

/** Some programs begin each text with a byte order mark, which JSON does not know. */
export function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

export function tooDeep(): ProtocolError {
  return new ProtocolError(say('protocol.tooDeep', { levels: MAX_NESTING }));
}

/** Texts, which stay; spaces of other widths, joiners, a byte order mark. */
const BLANK =
  /"(?:[^"\\]|\\.)*"|[\u0085\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]/gs;

/** JSON that a person has brought from a page or a file, without the blanks that nobody sees and JSON does not know. */
export function tidyJson(text: string): string {
  return text.replace(BLANK, (found) => (found.startsWith('"') ? found : ' '));
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

/** The same as the error for what the other side has sent. */
export function wrong(property: Words, expected: Words, value: unknown): ProtocolError {
  return new ProtocolError(mismatch(property, expected, value));
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

/** Whether a text may hold more objects and lists, by its brackets, of which strings have some too: `indexOf` is nearly free. */
export function mayHoldMore(text: string, most: number): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > most) return true;
    }
  }
  return false;
}

/** Asked of the value: to look at each character of a long text is felt beside parsing it. */
function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => nestsDeeper(item, levels - 1));
  for (const key in value) {
    if (nestsDeeper((value as Readonly<Record<string, unknown>>)[key], levels - 1)) return true;
  }
  return false;
}
