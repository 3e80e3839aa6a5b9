/** The check of a message against its stream's schema (P10 to P12). */

import { type Problem, SchemaError } from '../../errors';
import { quoted, say, type Words } from '../../sentences';
import { MAX_NESTING } from '../constants';
import { isWireDate } from '../date';
import { isRecord, wrongValue } from '../json';
import { Problems, shortened } from './problems';
import { type Definition, type Field, isNested } from './schema';

/** `types`: a present field must have its type. `strict`: no field may be missing or extra either. */
export type CheckMode = 'types' | 'strict';

/**
 * What is wrong with a message, as JSON has it; nothing when it is fine. Of very many problems the first are named,
 * and the last one says how many more there are.
 */
export type PayloadCheck = (message: unknown) => readonly Problem[];

/** Problems of one message that are named. */
const NAMED_PROBLEMS = 100;

/** Values of an enum that are named, and the characters of each. */
const NAMED_VALUES = 10;
const MAX_VALUE = 40;

const hasOwn = Object.prototype.hasOwnProperty;

const NO_PROBLEMS: readonly Problem[] = [];

/** The commonest types are asked for in place: with a call for each field, a check took much longer. */
type Kind = 'string' | 'float' | 'integer' | 'date' | 'other';

/** What one type asks of a value. Most values are right, so that is asked first, and of no more than has to be. */
interface Rule {
  readonly kind: Kind;
  fits(value: unknown): boolean;
  /** Every problem in a value; none when it fits. */
  explain(value: unknown, problems: Problems): void;
}

/**
 * Compiles a definition into a check that names every problem by its path. Compile once and keep it.
 *
 * @throws SchemaError for a definition that nests deeper than any message may.
 */
export function compileCheck(definition: Definition, mode: CheckMode): PayloadCheck {
  return compileSchema(definition, mode).problemsOf;
}

export interface CompiledSchema {
  readonly problemsOf: PayloadCheck;
  /** The same without the words, which take much longer than to know. */
  fits(message: unknown): boolean;
}

/** @throws SchemaError as {@link compileCheck} does. */
export function compileSchema({ name, fields }: Definition, mode: CheckMode): CompiledSchema {
  const rule = new ObjectRule(fields, { stream: name, strict: mode === 'strict', depth: 1 });
  return {
    fits: (message) => rule.fits(message),
    problemsOf: (message) => {
      if (rule.fits(message)) return NO_PROBLEMS;
      const problems = new Problems(NAMED_PROBLEMS);
      rule.explain(message, problems);
      return problems.list;
    },
  };
}

interface Context {
  readonly stream: string;
  readonly strict: boolean;
  readonly depth: number;
}

function ruleFor(field: Field, context: Context): Rule {
  if (isNested(field)) {
    const rule = new ObjectRule(field.fields, { ...context, depth: context.depth + 1 });
    return field.type === 'object' ? rule : new ListRule(rule);
  }
  switch (field.type) {
    case 'enum':
      return new EnumRule(field.enum);
    case 'array<string>':
      return new ListRule(SCALARS.string);
    case 'array<float>':
      return new ListRule(SCALARS.float);
    case 'array<integer>':
      return new ListRule(SCALARS.integer);
    case 'array<date>':
      return new ListRule(SCALARS.date);
    default:
      return SCALARS[field.type];
  }
}

function fits(rule: Rule, value: unknown): boolean {
  switch (rule.kind) {
    case 'string':
      return typeof value === 'string';
    case 'float':
      // Not NaN or infinite, either: no numbers of JSON's.
      return Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    case 'date':
      return typeof value === 'string' && isWireDate(value);
    case 'other':
      return rule.fits(value);
  }
}

class ScalarRule implements Rule {
  readonly kind: Exclude<Kind, 'other'>;
  readonly #expected: Words;

  constructor(kind: Exclude<Kind, 'other'>, expected: Words) {
    this.kind = kind;
    this.#expected = expected;
  }

  fits(value: unknown): boolean {
    return fits(this, value);
  }

  explain(value: unknown, problems: Problems): void {
    if (!fits(this, value)) problems.add(() => wrongValue(this.#expected, value));
  }
}

const SCALARS = {
  string: new ScalarRule('string', say('expected.string')),
  float: new ScalarRule('float', say('expected.number')),
  integer: new ScalarRule('integer', say('expected.integer')),
  date: new ScalarRule('date', say('expected.date')),
};

class EnumRule implements Rule {
  readonly kind = 'other';
  readonly #values: readonly string[];
  readonly #known: ReadonlySet<unknown>;

  constructor(values: readonly string[]) {
    this.#values = values;
    this.#known = new Set(values);
  }

  fits(value: unknown): boolean {
    return this.#known.has(value);
  }

  explain(value: unknown, problems: Problems): void {
    if (this.fits(value)) return;
    problems.add(() => wrongValue(say('expected.oneOf', { values: listOf(this.#values) }), value));
  }
}

class ListRule implements Rule {
  readonly kind = 'other';
  readonly #item: Rule;

  constructor(item: Rule) {
    this.#item = item;
  }

  fits(value: unknown): boolean {
    if (!Array.isArray(value)) return false;
    // No `every`, which skips holes.
    for (let index = 0; index < value.length; index += 1) if (!fits(this.#item, value[index])) return false;
    return true;
  }

  explain(value: unknown, problems: Problems): void {
    if (!Array.isArray(value)) {
      problems.add(() => wrongValue(say('expected.array'), value));
      return;
    }
    for (let index = 0; index < value.length; index += 1) {
      problems.path.push(index);
      this.#item.explain(value[index], problems);
      problems.path.pop();
    }
  }
}

interface Entry {
  readonly name: string;
  readonly rule: Rule;
}

class ObjectRule implements Rule {
  readonly kind = 'other';
  readonly #strict: boolean;
  readonly #byName: ReadonlyMap<string, Entry>;
  /** Messages of a stream mostly hold the same fields in the same order: here it is, as far as is known. */
  readonly #expected: Entry[];

  constructor(fields: readonly Field[], context: Context) {
    if (context.depth > MAX_NESTING) {
      const reason = say('value.tooDeep', { levels: MAX_NESTING });
      throw new SchemaError(say('schema.unusable', { stream: quoted(context.stream), reason }));
    }
    this.#strict = context.strict;
    this.#expected = fields.map((field) => ({ name: field.name, rule: ruleFor(field, context) }));
    this.#byName = new Map(this.#expected.map((entry) => [entry.name, entry]));
  }

  fits(value: unknown): boolean {
    if (!isRecord(value)) return false;
    const expected = this.#expected;
    let known = 0;
    // By the fields that are there: a schema may have twenty thousand others.
    for (const name in value) {
      if (!hasOwn.call(value, name)) continue;
      const item = value[name];
      // Of it JSON has nothing.
      if (item === undefined) continue;
      let entry = expected[known];
      if (entry?.name !== name) {
        entry = this.#byName.get(name);
        if (entry === undefined) {
          if (this.#strict) return false;
          continue;
        }
        expected[known] = entry;
      }
      if (!fits(entry.rule, item)) return false;
      known += 1;
    }
    return !this.#strict || known === this.#byName.size;
  }

  explain(value: unknown, problems: Problems): void {
    if (!isRecord(value)) {
      problems.add(() => wrongValue(say('expected.object'), value));
      return;
    }
    const { path } = problems;
    for (const [name, { rule }] of this.#byName) {
      const item = Object.hasOwn(value, name) ? value[name] : undefined;
      path.push(name);
      if (item !== undefined) rule.explain(item, problems);
      else if (this.#strict) problems.add(() => say('value.missing'));
      path.pop();
    }
    if (!this.#strict) return;
    for (const name of Object.keys(value)) {
      if (this.#byName.has(name) || value[name] === undefined) continue;
      path.push(name);
      problems.add(() => say('value.extra'));
      path.pop();
    }
  }
}

function listOf(values: readonly string[]): Words {
  const named = values.slice(0, NAMED_VALUES).map((value) => quoted(shortened(value, MAX_VALUE)));
  const list = named.join(', ');
  const more = values.length - named.length;
  return more === 0 ? list : say('list.more', { list, more });
}
