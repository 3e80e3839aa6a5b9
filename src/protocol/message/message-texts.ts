/**
 * The messages of a publish in their publisher's own letters (P4). Parsed and written again, a number would lose the
 * digits that a double has no room for; taken out of the body as they stand, they are delivered as they were sent.
 */

import { ProtocolError } from '../../errors';
import { say } from '../../sentences';
import { MAX_NESTING } from '../constants';
import { operations } from '../http/operations';
import { mismatch, parseJsonOfAnyDepth, tooDeep, withoutMark } from '../json';
import { textOfPath } from '../schema/problems';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  cutMessages,
  OPEN_LIST,
  OPEN_OBJECT,
  pastBlanks,
} from './message-cuts';

export interface MessageTexts {
  /** Each message as JSON text, without the blanks around it. */
  readonly texts: readonly string[];
  /** The same as values. */
  readonly values: readonly unknown[];
  /** Whether the payload was a list. */
  readonly batch: boolean;
}

/**
 * @param text of a publish's body: `{"payload": message}` or `{"payload": [message, ...]}`, as text.
 * @param check called with the number of messages, before anything is done with each; may throw.
 * @throws ProtocolError for what is no such body, nests too deep, or holds a number that is no number here.
 */
export function messageTexts(text: string, check: (count: number) => void = () => {}): MessageTexts {
  const body = withoutMark(text);
  const { messages, batch } = operations.publish.parseBody(parseJsonOfAnyDepth(body));
  check(messages.length);
  const texts = cutMessages(body, messages, batch) ?? scanned(body, messages, batch);
  return { texts: freed(texts, body), values: messages, batch };
}

/** Whatever the messages are: letter by letter. @throws ProtocolError */
function scanned(body: string, messages: readonly unknown[], batch: boolean): readonly string[] {
  const scanner = new Scanner(body);
  const texts = scanner.payload();
  // What they come in nests, too.
  if (scanner.depth > MAX_NESTING - (batch ? 2 : 1)) throw tooDeep();
  if (holdsInfinity(messages)) throw infinite(['payload', ...pathToInfinity(batch ? messages : messages[0])]);
  return texts;
}

const NONE: readonly string[] = [];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Goes through text that JSON.parse has taken, so nothing here asks whether it is JSON. */
class Scanner {
  /** Of the deepest value on the way. */
  depth = 0;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#blanks();
  }

  /** The messages of the body's `payload`; of several the last, as JSON.parse has it. */
  payload(): string[] {
    let texts: string[] = [];
    this.#open();
    while (this.#text.charCodeAt(this.#at) !== CLOSE_OBJECT) {
      const key = this.#value();
      this.#blanks();
      this.#open();
      // A key may be written with escapes.
      const isPayload = key === '"payload"' || (key.includes('\\') && JSON.parse(key) === 'payload');
      if (!isPayload) this.#skip();
      else texts = this.#text.charCodeAt(this.#at) === OPEN_LIST ? this.#items() : [this.#value()];
      this.#comma();
    }
    return texts;
  }

  /** Those of the list that begins here. */
  #items(): string[] {
    const texts = NONE.slice();
    this.#open();
    while (this.#text.charCodeAt(this.#at) !== CLOSE_LIST) {
      texts.push(this.#value());
      this.#comma();
    }
    this.#at += 1;
    return texts;
  }

  #value(): string {
    const start = this.#at;
    this.#skip();
    return this.#text.slice(start, this.#at);
  }

  /** Past the bracket or colon that stands here, and the blanks after it. */
  #open(): void {
    this.#at += 1;
    this.#blanks();
  }

  #blanks(): void {
    this.#at = pastBlanks(this.#text, this.#at);
  }

  #comma(): void {
    this.#blanks();
    if (this.#text.charCodeAt(this.#at) === COMMA) this.#open();
  }

  /** To the end of the value that begins here. */
  #skip(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code === OPEN_OBJECT || code === OPEN_LIST) this.#nested();
    else if (code === QUOTE) this.#at = endOfString(this.#text, this.#at);
    else this.#word();
  }

  /** A number, true, false or null. */
  #word(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      // A comma, a bracket, a blank, the end.
      if (!(code > 0x20) || code === COMMA || code === CLOSE_OBJECT || code === CLOSE_LIST) return;
      this.#at += 1;
    }
  }

  /** Nearly all the time of taking such a publish apart is spent here: the order of the questions counts. */
  #nested(): void {
    const text = this.#text;
    let at = this.#at;
    let depth = 0;
    let deepest = this.depth;
    do {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        at = endOfString(text, at);
        continue;
      }
      at += 1;
      if (code === OPEN_OBJECT || code === OPEN_LIST) {
        depth += 1;
        if (depth > deepest) deepest = depth;
      } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
    } while (depth > 0);
    this.#at = at;
    this.depth = deepest;
  }
}

/** `indexOf` goes through long strings far faster than a loop. */
function endOfString(text: string, start: number): number {
  let at = start;
  for (;;) {
    at = text.indexOf('"', at + 1);
    let before = at - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    // After an odd number of backslashes it stands for itself.
    if (((at - before) & 1) === 1) return at + 1;
  }
}

/** Whether JSON.parse has made a number infinite, as it does with 1e400: receivers would get null. */
function holdsInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (holdsInfinity(item)) return true;
    return false;
  }
  for (const key in value) {
    if (holdsInfinity((value as Readonly<Record<string, unknown>>)[key])) return true;
  }
  return false;
}

/** To the first number that is infinite. */
function pathToInfinity(value: unknown): (string | number)[] {
  if (typeof value !== 'object' || value === null) return [];
  const [key = '', item] = Object.entries(value).find(([, each]) => holdsInfinity(each)) ?? [];
  return [Array.isArray(value) ? Number(key) : key, ...pathToInfinity(item)];
}

function infinite(path: readonly (string | number)[]): ProtocolError {
  return new ProtocolError(
    mismatch(textOfPath(path), say('expected.finite', { most: '1.8e308' }), Number.POSITIVE_INFINITY),
  );
}

/**
 * A part of a string keeps all of it in memory. Of a body that holds little but its messages that is no matter; one that
 * holds 16 MB of something else beside a short message would stay as long as that message is kept.
 */
function freed(texts: readonly string[], body: string): readonly string[] {
  let length = 0;
  for (const text of texts) length += text.length;
  return length > body.length / 2 ? texts : texts.map((text) => JSON.parse(JSON.stringify(text)) as string);
}
