/**
 * The messages of a publish taken out of its body without parsing it: an expression made of a stream's schema, and of how
 * its messages look. It matches nothing but what JSON.parse takes and the schema allows; whatever it does not match may be
 * right all the same, and is to be read as any other body. To parse, cut and check messages took five times as long.
 */

import { WIRE_DATE_OF_EVERY_MONTH } from '../date';
import { isRecord } from '../json';
import { type Field, isNested } from '../schema/schema';
import { CLOSE_LIST, COMMA, OPEN_LIST } from './message-cuts';

const HEAD = '{"payload":';
const BLANK = 0x20;

/** Characters of a body: V8 remembers each item of a list to come back to it, and throws where it has no room for that. */
const MAX_BODY = 1_000_000;

/** Characters of an expression: its machine code takes twenty bytes for each. */
const MAX_LENGTH = 4_000;

/** Levels of a message. */
const MAX_LEVELS = 8;

/** Some publishers write a blank behind each colon and comma: Python's do. */
const COLON = ': ?';
const NEXT = ', ?';

// Without escapes, and numbers of a length that is finite for certain. `1e3` is an integer, but nobody writes it so.
const STRING = '"[^"\\\\\\u0000-\\u001f]*"';
const INTEGER = '-?(?:0|[1-9]\\d{0,15})';
const FLOAT = `${INTEGER}(?:\\.\\d{1,20})?(?:[eE][-+]?\\d{1,2})?`;
const DATE = `"${WIRE_DATE_OF_EVERY_MONTH}"`;
/** Of a field that the schema does not name. */
const ANY_SCALAR = `(?:${STRING}|${FLOAT}|true|false|null)`;

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
    if (source === undefined || source.length > MAX_LENGTH) return undefined;
    return new MessagePattern(new RegExp(source, 'y'));
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

function pastBlank(text: string, at: number): number {
  return text.charCodeAt(at) === BLANK ? at + 1 : at;
}

function objectSource(fields: readonly Field[], sample: unknown, levels: number): string | undefined {
  if (levels === 0 || !isRecord(sample)) return undefined;
  const byName = new Map(fields.map((field) => [field.name, field]));
  const parts: string[] = [];
  let length = 0;
  for (const [name, value] of Object.entries(sample)) {
    const source = valueSource(byName.get(name), value, levels - 1);
    if (source === undefined) return undefined;
    const part = literal(JSON.stringify(name)) + COLON + source;
    length += part.length;
    // A message may have a hundred thousand fields.
    if (length > MAX_LENGTH) return undefined;
    parts.push(part);
  }
  return `\\{${parts.join(NEXT)}\\}`;
}

function valueSource(field: Field | undefined, sample: unknown, levels: number): string | undefined {
  if (field === undefined) return typeof sample === 'object' && sample !== null ? undefined : ANY_SCALAR;
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

function listSource(item: string): string {
  return `\\[(?:${item}(?:${NEXT}${item})*)?\\]`;
}

function enumSource(values: readonly string[]): string | undefined {
  let length = 0;
  const sources: string[] = [];
  for (const value of values) {
    const source = literal(JSON.stringify(value));
    length += source.length;
    if (length > MAX_LENGTH) return undefined;
    sources.push(source);
  }
  return `(?:${sources.join('|')})`;
}

/** An expression for the text itself. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
