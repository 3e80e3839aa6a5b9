/** Which field of a stream is drawn, and by which other one it is divided: chosen by somebody, and kept in this browser. */

import { isRecord } from '../../../../src/protocol/json';
import { type Definition, type Field, isNested } from '../../../../src/protocol/schema/schema';

const KEY = 'stream-sea.charts';

/** Streams whose choices are kept, those that were made last. */
const MAX_KEPT = 100;

export interface Chosen {
  readonly field?: string;
  /** Blank: one line for all. */
  readonly by?: string;
}

/** Fields by their paths, as `place.temperature`. */
export interface Fields {
  /** Of numbers. */
  readonly numbers: readonly string[];
  /** Of few texts, each of which has its line. */
  readonly enums: readonly string[];
  readonly texts: readonly string[];
}

export function fieldsOf(definition: Definition | null): Fields {
  const found = { numbers: [] as string[], enums: [] as string[], texts: [] as string[] };
  const collect = (fields: readonly Field[], before: string): void => {
    for (const field of fields) {
      const path = `${before}${field.name}`;
      if (field.type === 'float' || field.type === 'integer') found.numbers.push(path);
      else if (field.type === 'enum') found.enums.push(path);
      else if (field.type === 'string') found.texts.push(path);
      else if (isNested(field) && field.type === 'object') collect(field.fields, `${path}.`);
    }
  };
  collect(definition?.fields ?? [], '');
  return found;
}

/**
 * What is drawn: as chosen, as far as there is such a field; else the first number, by the first enum, or else text.
 *
 * @param crowded a text that has more values than there are lines, so that it is no choice unless somebody makes it.
 */
export function choiceOf(chosen: Chosen, fields: Fields, crowded: ReadonlySet<string>): Chosen {
  const dividing = [...fields.enums, ...fields.texts];
  const field = fields.numbers.find((each) => each === chosen.field) ?? fields.numbers[0];
  const usual = dividing.find((each) => !crowded.has(each)) ?? '';
  const by = chosen.by === '' ? '' : (dividing.find((each) => each === chosen.by) ?? usual);
  return { ...(field !== undefined && { field }), by };
}

export function keptChoice(stream: string): Chosen {
  const kept = choices()[stream];
  if (!isRecord(kept)) return {};
  const { field, by } = kept;
  return { ...(typeof field === 'string' && { field }), ...(typeof by === 'string' && { by }) };
}

export function keepChoice(stream: string, chosen: Chosen): void {
  const { [stream]: _, ...others } = choices();
  const entries = [...Object.entries(others), [stream, chosen] as const].slice(-MAX_KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(entries)));
  } catch {
    // The browser keeps nothing: then it is chosen anew each time.
  }
}

function choices(): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return isRecord(kept) ? kept : {};
  } catch {
    return {};
  }
}
