/**
 * The messages of a publish taken out of its body without parsing it: an expression made of a stream's schema, and of how
 * its messages look. It matches nothing but what JSON.parse takes and the schema allows; whatever it does not match may be
 * right all the same, and is to be read as any other body. To parse, cut and check messages takes far longer.
 */

import { EVERY_MONTHS_DATE } from '../date';
import { isRecord } from '../json';
import { type Field, isNested } from '../schema/schema';
import { CLOSE_LIST, COMMA, OPEN_LIST } from './message-cuts';

const HEAD = '{"payload":';
const BLANK = 0x20;

/** Characters of a body: V8 remembers each item of a list to come back to it, and throws where it has no room for that. */
const MAX_BODY = 1_000_000;

/** Characters of an expression: its machine code takes up to ninety bytes for each, twice if some bodies are not Latin-1. */
const MAX_SOURCE = 4_000;

/** Values of an enum: of more, to try one after the other takes as long as to parse. */
const MAX_VALUES = 50;

/** Objects within each other: few nest deeper. What nests too deep altogether is left to whoever refuses it. */
const MAX_LEVELS = 8;

/** Some publishers write a blank behind each colon and comma: Python's do. */
const COLON = ': ?';
const NEXT = ', ?';

// Strings without escapes, and numbers without exponents, too short to be infinite. What begins with what it must not look
// like takes V8 far less time and code than choices between several beginnings or endings.
const STRING = String.raw`"[^"\\\u0000-\u001f]*"`;
const INTEGER = String.raw`(?!-?0\d)-?\d{1,16}`;
const FLOAT = String.raw`${INTEGER}(?:\.\d{1,20})?`;
const DATE = `"${EVERY_MONTHS_DATE.source.slice('^'.length, -'$'.length)}"`;
const BOOLEAN = '(?:true|false)';

export class MessagePattern {
  readonly #expression: RegExp;

  private constructor(expression: RegExp) {
    this.#expression = expression;
  }

  /**
   * @param sample one that follows the schema: others are expected to have its fields, in its order.
   * @returns undefined where no expression says it, or too long a one.
   */
  static of(fields: readonly Field[], sample: unknown): MessagePattern | undefined {
    const source = objectSource(fields, sample, MAX_LEVELS);
    return source === undefined ? undefined : new MessagePattern(new RegExp(source, 'y'));
  }

  /** Characters. */
  get length(): number {
    return this.#expression.source.length;
  }

  /**
   * The messages of a body as JSON text, without the blanks around them, if it holds nothing else, they all look like the
   * sample, and they are no more than `most`. They are parts of the body, which stays in memory with them, and is hardly
   * longer.
   */
  textsOf(body: string, most: number): readonly string[] | undefined {
    if (body.length > MAX_BODY || !body.startsWith(HEAD)) return undefined;
    let at = pastBlank(body, HEAD.length);
    const batch = body.charCodeAt(at) === OPEN_LIST;
    if (batch) at += 1;
    const texts: string[] = [];
    for (;;) {
      const end = this.#endOf(body, at);
      if (end === undefined || texts.length === most) return undefined;
      texts.push(body.slice(at, end));
      at = end;
      if (!batch || body.charCodeAt(at) !== COMMA) break;
      at = pastBlank(body, at + 1);
    }
    if (batch) {
      if (body.charCodeAt(at) !== CLOSE_LIST) return undefined;
      at += 1;
    }
    return at === body.length - 1 && body.endsWith('}') ? texts : undefined;
  }

  #endOf(body: string, start: number): number | undefined {
    const expression = this.#expression;
    expression.lastIndex = start;
    return expression.test(body) ? expression.lastIndex : undefined;
  }
}

/** One at most: nothing has parsed the body, and `pastBlanks` goes past letters that JSON forbids, too. */
function pastBlank(text: string, at: number): number {
  return text.charCodeAt(at) === BLANK ? at + 1 : at;
}

function objectSource(fields: readonly Field[], sample: unknown, levels: number): string | undefined {
  if (levels === 0 || !isRecord(sample)) return undefined;
  const byName = new Map(fields.map((field) => [field.name, field]));
  const entries = joined(Object.entries(sample), NEXT, ([name, value]) => {
    const source = valueSource(byName.get(name), value, levels - 1);
    const key = textSource(name);
    return key && source && key + COLON + source;
  });
  return entries === undefined ? undefined : `\\{${entries}\\}`;
}

function valueSource(field: Field | undefined, sample: unknown, levels: number): string | undefined {
  if (field === undefined) return unknownSource(sample);
  if (isNested(field)) {
    if (field.type === 'object') return objectSource(field.fields, sample, levels);
    const item = Array.isArray(sample) ? objectSource(field.fields, sample[0], levels) : undefined;
    return item === undefined ? undefined : listSource(item);
  }
  switch (field.type) {
    case 'enum':
      return enumSource(field.enum);
    case 'string':
      return STRING;
    case 'float':
      return FLOAT;
    case 'integer':
      return INTEGER;
    case 'date':
      return DATE;
    case 'array<string>':
      return listSource(STRING);
    case 'array<float>':
      return listSource(FLOAT);
    case 'array<integer>':
      return listSource(INTEGER);
    case 'array<date>':
      return listSource(DATE);
  }
}

/** Of a field that the schema does not name. */
function unknownSource(sample: unknown): string | undefined {
  switch (typeof sample) {
    case 'string':
      return STRING;
    case 'number':
      return FLOAT;
    case 'boolean':
      return BOOLEAN;
    default:
      return sample === null ? 'null' : undefined;
  }
}

function listSource(item: string): string {
  return `\\[(?:${item}(?:${NEXT}${item})*)?\\]`;
}

function enumSource(values: readonly string[]): string | undefined {
  const source = values.length > MAX_VALUES ? undefined : joined(values, '|', textSource);
  return source && `(?:${source})`;
}

/** @returns undefined where one has no source, or all together are too long: a message may have a hundred thousand fields. */
function joined<T>(
  items: readonly T[],
  by: string,
  sourceOf: (item: T) => string | undefined,
): string | undefined {
  let all = '';
  for (const item of items) {
    const source = sourceOf(item);
    if (source === undefined) return undefined;
    all += all === '' ? source : by + source;
    if (all.length > MAX_SOURCE) return undefined;
  }
  return all;
}

/** Of the text itself as JSON.stringify writes it. Asked for its length first: a name may be as long as a body. */
function textSource(text: string): string | undefined {
  return text.length > MAX_SOURCE ? undefined : JSON.stringify(text).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
