/**
 * What a sentence is, as data, and how it becomes a text in whichever language: see `sentences.ts` for those that there
 * are.
 */

/** Plain JSON, so that it can be sent to where it is shown. */
export interface Sentence {
  /** One of `SENTENCES`; programs may have sentences of their own. */
  readonly key: string;
  readonly values: Readonly<Record<string, Words>>;
}

/** What fills a gap. How the parts of a list are divided is a sentence, too. */
export type Words = string | number | Sentence | readonly Words[];

/** Takes a warning, which is no error: its text, and the same as data. */
export type Warn = (text: string, sentence: Sentence) => void;

/** The names of the gaps in a text. */
export type GapsOf<Text extends string> = Text extends `${string}__${infer Gap}__${infer Rest}`
  ? Gap | GapsOf<Rest>
  : never;

/** The text of a sentence in the language in which `textOf` gives the texts of `SENTENCES`. */
export function inWords(words: Words, textOf: (key: string) => string): string {
  if (typeof words === 'string' || typeof words === 'number') return String(words);
  if (isList(words)) return listInWords(words, textOf);
  const { key, values } = words;
  return fillGaps(textOf(key), (gap) => {
    const value = values[gap];
    return value === undefined ? undefined : inWords(value, textOf);
  });
}

/** Semicolons divide it in English, but not everywhere: whatever stands between the gaps. */
function listInWords(parts: readonly Words[], textOf: (key: string) => string): string {
  const divider = fillGaps(textOf('list.next'), () => '');
  return parts.map((part) => inWords(part, textOf)).join(divider);
}

/** In one go: a value may itself hold what looks like a gap. A gap without a value stays as it is. */
export function fillGaps(text: string, valueFor: (gap: string) => string | undefined): string {
  return text.replace(/__([a-z]+)__/gi, (place, gap: string) => valueFor(gap) ?? place);
}

/** A name for a gap: `"boiler"`, with what is special in it escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

function isList(words: Words): words is readonly Words[] {
  return Array.isArray(words);
}
