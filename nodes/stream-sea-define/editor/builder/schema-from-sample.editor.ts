/** Fields inferred from messages somebody has at hand, with a note wherever the messages leave a doubt. */

import { messageOf } from '../../../../src/errors';
import { isWireDate } from '../../../../src/protocol/date';
import { isRecord, tidyJson } from '../../../../src/protocol/json';
import type { Field, FieldType } from '../../../../src/protocol/schema/schema';
import { pathTo } from './schema-model.editor';

export type NoteKind =
  /** Only null: left out, as nothing says what it is when it is something. */
  | 'unknown'
  /** Null in some place, something in another: such a message will be refused. */
  | 'nullable'
  /** True or false, for which there is no type: left out. */
  | 'boolean'
  /** A list of lists, for which there is no type: left out. */
  | 'listOfLists'
  /** Values for which no one type would do: left out. */
  | 'mixed'
  /** An empty list: taken for one of strings. */
  | 'emptyList'
  /** An object without fields. */
  | 'emptyObject'
  /** A date, but with milliseconds, as JSON writes a JavaScript Date: as text in a message it is refused. */
  | 'dateForm'
  /** A field without a name: left out. */
  | 'noName'
  /** Whole numbers in all samples: an integer, though the next may have a fraction. */
  | 'whole';

export interface Note {
  /** As a person would write it: `boiler.readings[].at`. */
  readonly path: string;
  readonly kind: NoteKind;
}

export interface Inference {
  readonly fields: Field[];
  readonly notes: Note[];
  /** How many messages they come from. */
  readonly samples: number;
}

export type SampleMistake =
  | { readonly kind: 'json'; readonly reason: string }
  | { readonly kind: 'noObject' | 'empty' };

/** What a text holds that should be one message as JSON, or several: a list, or one on each line. */
export function inferFields(pasted: string): Inference | SampleMistake {
  const text = tidyJson(pasted);
  if (text.trim() === '') return { kind: 'empty' };
  let samples: unknown[];
  try {
    samples = parseSamples(text);
  } catch (error) {
    return { kind: 'json', reason: messageOf(error) };
  }
  if (samples.length === 0 || !samples.every(isRecord)) return { kind: 'noObject' };
  const notes: Note[] = [];
  return { fields: fieldsFrom(samples, '', notes), notes, samples: samples.length };
}

function parseSamples(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    // The first error tells more, unless each line is meant to be a message of its own.
    if (lines.length < 2 || !lines.every((line) => line.trim().startsWith('{'))) throw error;
    return lines.map((line): unknown => JSON.parse(line));
  }
}

function fieldsFrom(objects: readonly Record<string, unknown>[], path: string, notes: Note[]): Field[] {
  const values = new Map<string, unknown[]>();
  for (const object of objects) {
    for (const [name, value] of Object.entries(object)) {
      const known = values.get(name);
      if (known === undefined) values.set(name, [value]);
      else known.push(value);
    }
  }
  const fields: Field[] = [];
  for (const [name, list] of values) {
    const place = pathTo(path, name);
    if (name === '') notes.push({ path: place, kind: 'noName' });
    else {
      const field = fieldFrom(name, list, place, notes);
      if (field !== undefined) fields.push(field);
    }
  }
  return fields;
}

function fieldFrom(name: string, values: readonly unknown[], path: string, notes: Note[]): Field | undefined {
  const note = (kind: NoteKind) => notes.push({ path, kind });
  const known = values.filter((value) => value !== null);
  if (known.length === 0) {
    note('unknown');
    return undefined;
  }
  // Noted first, but only of a field that is not left out for a stronger reason.
  const begin = notes.length;
  const field = typed(name, known, path, notes);
  if (field !== undefined && known.length < values.length) notes.splice(begin, 0, { path, kind: 'nullable' });
  return field;
}

/** A field for values that are all there. */
function typed(name: string, values: readonly unknown[], path: string, notes: Note[]): Field | undefined {
  if (values.every(isRecord)) {
    const fields = fieldsFrom(values, path, notes);
    if (fields.length === 0 && values.every((value) => Object.keys(value).length === 0)) {
      notes.push({ path, kind: 'emptyObject' });
    }
    return { name, type: 'object', fields };
  }
  if (values.every(Array.isArray)) return listField(name, values.flat(1), path, notes);
  const type = scalarType(values, path, notes);
  return type && { name, type };
}

function listField(name: string, items: readonly unknown[], path: string, notes: Note[]): Field | undefined {
  const place = `${path}[]`;
  if (items.length === 0) {
    notes.push({ path, kind: 'emptyList' });
    return { name, type: 'array<string>' };
  }
  const known = items.filter((item) => item !== null);
  if (known.length === 0) {
    notes.push({ path, kind: 'unknown' });
    return undefined;
  }
  const begin = notes.length;
  const field = typedList(name, known, place, notes);
  if (field !== undefined && known.length < items.length)
    notes.splice(begin, 0, { path: place, kind: 'nullable' });
  return field;
}

function typedList(name: string, items: readonly unknown[], place: string, notes: Note[]): Field | undefined {
  if (items.every(isRecord)) return { name, type: 'array<object>', fields: fieldsFrom(items, place, notes) };
  if (items.some(Array.isArray)) {
    notes.push({ path: place, kind: items.every(Array.isArray) ? 'listOfLists' : 'mixed' });
    return undefined;
  }
  const type = scalarType(items, place, notes);
  return type && { name, type: `array<${type}>` };
}

type Scalar = Extract<FieldType, 'string' | 'float' | 'integer' | 'date'>;

function scalarType(values: readonly unknown[], path: string, notes: Note[]): Scalar | undefined {
  const note = (kind: NoteKind) => notes.push({ path, kind });
  if (values.every((value) => typeof value === 'number')) {
    if (!values.every(Number.isInteger)) return 'float';
    note('whole');
    return 'integer';
  }
  if (values.every((value) => typeof value === 'string')) {
    const isDate = (text: string) => isWireDate(text) || isScriptDate(text);
    if (!values.every(isDate)) return 'string';
    if (values.some(isScriptDate)) note('dateForm');
    return 'date';
  }
  note(values.every((value) => typeof value === 'boolean') ? 'boolean' : 'mixed');
  return undefined;
}

/** Whether a text is what JSON makes of a JavaScript Date. */
function isScriptDate(text: string): boolean {
  return /\.\d{3}Z$/.test(text) && isWireDate(text.replace(/\.\d{3}Z$/, 'Z'));
}
