/**
 * Single values that callers give, read: each function gives back what came, if it is what its name says. All of them
 * throw SettingError, which names the value at fault.
 */
import { SettingError } from '../errors';
import { quoted, say, type Words } from '../sentences';
import { MAX_NAME_LENGTH } from './constants';
import { isRecord, mismatch, problemAt } from './json';

/** A text with something in it, and not too much: it becomes a part of a request's path. */
export function text(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw wrong(name, say('expected.someString'), value);
  if (value.length > MAX_NAME_LENGTH) {
    throw new SettingError(problemAt(name, say('value.tooLong', { most: MAX_NAME_LENGTH })));
  }
  // It would become another letter on its way, and the name another one.
  if (!value.isWellFormed()) throw new SettingError(problemAt(name, say('value.halfLetter')));
  return value;
}

export function list(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(name, say('expected.list'), value);
  return value;
}

/** Something with fields. */
export function record(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw wrong(name, say('expected.object'), value);
  return value;
}

export function callable<Function_ extends CallableFunction>(name: string, value: Function_): Function_ {
  if (typeof value !== 'function') throw wrong(name, say('expected.function'), value);
  return value;
}

/** One of a few words. */
export function choice<Choice extends string>(
  name: string,
  choices: readonly Choice[],
  value: unknown,
): Choice {
  // Asked for each message that is published.
  if (!choices.includes(value as Choice)) {
    throw wrong(name, say('expected.oneOf', { values: choices.map(quoted).join(', ') }), value);
  }
  return value as Choice;
}

export function flag(name: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrong(name, say('expected.boolean'), value);
}

/** A number that is no smaller. */
export function atLeast(least: number, name: string, value: unknown, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
  throw wrong(name, say('expected.atLeast', { least }), value);
}

export function wrong(name: string, expected: Words, value: unknown): SettingError {
  return new SettingError(mismatch(name, expected, value));
}
