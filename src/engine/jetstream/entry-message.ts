/**
 * An entry as the body of one message in NATS: who published it and how much before, the lengths of its texts, then
 * the texts themselves, letter by letter, so that reading it costs no parse.
 */

/** Messages that one engine published in one log are counted: a reader sees by it what was trimmed before it came. */
export interface EntryMessage {
  /** Another one after each publish that failed, as nobody knows then what was stored. */
  readonly publisher: string;
  /** Its messages before this entry. */
  readonly before: number;
  readonly texts: readonly string[];
}

const NONE: readonly string[] = [];

export function encodeEntry({ publisher, before, texts }: EntryMessage): Uint8Array {
  // Lengths in UTF-16 units.
  const lengths = texts.map(({ length }) => length).join(',');
  // In one go: a text added to a joined one is joined once more.
  return Buffer.from([`${publisher} ${before} ${lengths}\n`, ...texts].join(''));
}

/** Undefined for what is none: whoever may write to NATS can publish anything. */
export function decodeEntry(data: Uint8Array): EntryMessage | undefined {
  const body = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
  const end = body.indexOf('\n');
  const [, publisher, before, lengths] =
    /^([\w-]+) (\d{1,15}) ([\d,]+)$/.exec(body.slice(0, Math.max(0, end))) ?? [];
  if (publisher === undefined || before === undefined || lengths === undefined) return undefined;
  // Not a literal: see `memory/link`.
  const texts = NONE.slice();
  let at = end + 1;
  for (const length of lengths.split(',')) {
    const next = at + Number(length || Number.NaN);
    texts.push(body.slice(at, next));
    at = next;
  }
  return at === body.length ? { publisher, before: Number(before), texts } : undefined;
}
