/** The values that flags and variables take, and the fault that tells of one that is none. */

import type { FlagName, VariableName } from './flag-table';

/** A text, and where it stands: `--port`, or `STREAM_SEA_PORT`. */
export interface Given {
  readonly where: string;
  readonly text: string;
}

export type Find = (name: FlagName) => Given | undefined;

/** Of those that are no flag's. */
export type FindVariable = (name: VariableName) => Given | undefined;

/** A flag or a variable makes no sense; the message is one line. */
export class FlagError extends Error {}

export function oneOf<Word extends string>(
  given: Given | undefined,
  words: readonly Word[],
): Word | undefined {
  if (given === undefined) return undefined;
  const word = words.find((one) => one === given.text);
  if (word === undefined) {
    throw new FlagError(
      `${given.where} should be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}, but is ${quoted(given.text)}`,
    );
  }
  return word;
}

export function wholeNumber(given: Given | undefined, least: number, most: number): number | undefined {
  if (given === undefined) return undefined;
  const number = /^\d{1,9}$/.test(given.text) ? Number(given.text) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw new FlagError(
      `${given.where} should be a whole number from ${least} to ${most}, but is ${quoted(given.text)}`,
    );
  }
  return number;
}

export function list(given: Given): string[] {
  const items = given.text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0) throw new FlagError(`${given.where} is empty`);
  return items;
}

export function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** In bounds, and in one line whatever is in it. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
