/**
 * What went wrong, between where it is known and where it is shown: the text, and the same as data for another
 * language. Runs on both sides: statuses and the log speak the runtime's language, dialogs that of their viewer.
 */

import { messageOf } from '../../../src/errors';
import { isRecord } from '../../../src/protocol/json';
import { fillGaps, inWords, type Sentence, type Words } from '../../../src/sentences';

export interface Said {
  readonly message: string;
  readonly sentence?: Sentence | undefined;
}

export type Values = Readonly<Record<string, string | number>>;

/**
 * A text of a catalogue with its gaps filled. Left to Node-RED, a value that looks like a gap (a stream may be called
 * `__where__`) would be filled in itself.
 *
 * @param read has the text from Node-RED, which needs the values for its plurals.
 */
export function fillIn(
  read: (options: Record<string, string | number>) => string,
  values: Values = {},
): string {
  return fillGaps(read({ ...values, skipInterpolation: 1 }), (gap) => values[gap]?.toString());
}

export function saidOf(thrown: unknown): Said {
  const message = messageOf(thrown);
  const sentence = thrown instanceof Error && 'sentence' in thrown ? thrown.sentence : undefined;
  return isSentence(sentence) ? { message, sentence } : { message };
}

/** What an admin route has sent; a text alone is understood too. */
export function parseSaid(value: unknown): Said | undefined {
  if (typeof value === 'string') return { message: value };
  if (!isRecord(value) || typeof value.message !== 'string') return undefined;
  const { message, sentence } = value;
  return isSentence(sentence) ? { message, sentence } : { message };
}

/**
 * The sentence in the language of `t`, the catalogue of the server node; the message, when there is no sentence or the
 * catalogue does not know all of it, as an editor that was loaded before an update.
 */
export function wordsOf({ message, sentence }: Said, t: (key: string) => string): string {
  if (sentence === undefined) return message;
  let known = true;
  const text = inWords(sentence, (key) => {
    // The nodes' own; the library's have no such group.
    const path = key.startsWith('error.') ? key : `sentence.${key}`;
    const found = t(path);
    // Node-RED gives back the key of what it does not have.
    known &&= found !== path;
    return found;
  });
  return known ? text : message;
}

function isSentence(value: unknown): value is Sentence {
  return (
    isRecord(value) &&
    typeof value.key === 'string' &&
    isRecord(value.values) &&
    Object.values(value.values).every(isWords)
  );
}

function isWords(value: unknown): value is Words {
  if (typeof value === 'string' || typeof value === 'number') return true;
  return Array.isArray(value) ? value.every(isWords) : isSentence(value);
}
