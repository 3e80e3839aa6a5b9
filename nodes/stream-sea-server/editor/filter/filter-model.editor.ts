/**
 * A filter while it is being built: its expression as groups of rows, which can be named by an id that survives changes
 * and moves. What no row can show stands as JSON at its place: nothing is lost, be it a mistake not yet mended.
 */

import { ORDERS } from '../../../../src/protocol/filter';
import { isRecord } from '../../../../src/protocol/json';

export const MODES = ['all', 'any', 'none'] as const;

/** What has to hold of a group's parts. */
export type Mode = (typeof MODES)[number];

/** `there`: has a value, be it null. `holds`: has one that counts as true. */
export const OPERATORS = ['is', 'isNot', ...ORDERS, 'there', 'missing', 'holds'] as const;

export type Operator = (typeof OPERATORS)[number];

export const VALUE_KINDS = ['string', 'number', 'bool', 'null', 'path'] as const;

/** What a row compares with; `path` is another field. */
export interface Value {
  readonly kind: (typeof VALUE_KINDS)[number];
  /** As typed: of a number, perhaps, what is none. */
  readonly text: string;
}

export interface Row {
  readonly kind: 'row';
  readonly id: number;
  /** As in the JSON, `$.boiler.pressure`; none: the name of the stream. */
  readonly path: string | undefined;
  readonly operator: Operator;
  /** Kept while the operator has no use for it, so that a slip of the hand costs nothing. */
  readonly value: Value;
  /** Its `not` stands before a list, as in the published table. */
  readonly listed?: boolean;
}

export interface Json {
  readonly kind: 'json';
  readonly id: number;
  readonly text: string;
}

export interface Group {
  readonly kind: 'group';
  readonly id: number;
  readonly mode: Mode;
  readonly parts: readonly Part[];
  /** `none` of one: `not` of it, without an `or` between. */
  readonly direct?: boolean;
  readonly listed?: boolean;
  /** The root, where the expression has no group there: it is none with nothing in it, and its part with one. */
  readonly loose?: boolean;
}

export type Part = Row | Json | Group;

export interface FilterModel {
  readonly root: Group;
  readonly nextId: number;
}

export const ROOT_ID = 0;

/** A path that is still to be typed: no server takes it. */
export const NO_PATH = '$.';

/** @param value an expression as JSON; undefined for none. */
export function modelOf(value: unknown): FilterModel {
  let nextId = ROOT_ID;
  const takeId = () => {
    nextId += 1;
    return nextId - 1;
  };
  const read = (json: unknown): Part => groupOf(json, takeId, read) ?? { ...leafOf(json), id: takeId() };
  const looks = groupOf(value, takeId, read);
  if (looks !== undefined) return { root: looks, nextId };
  const id = takeId();
  const parts = value === undefined ? [] : [read(value)];
  return { root: { kind: 'group', id, mode: 'all', parts, loose: true }, nextId };
}

/** The expression as JSON; undefined for none. */
export function jsonOf({ root }: FilterModel): unknown {
  const [only, ...more] = root.parts;
  if (!root.loose) return written(root);
  if (only === undefined) return undefined;
  return more.length === 0 && root.mode !== 'none' ? written(only) : written(root);
}

/** @returns blank for none. */
export function textOf(model: FilterModel): string {
  const json = jsonOf(model);
  return json === undefined ? '' : JSON.stringify(json, undefined, 2);
}

export function needsValue(operator: Operator): boolean {
  return operator !== 'there' && operator !== 'missing' && operator !== 'holds';
}

function groupOf(json: unknown, takeId: () => number, read: (json: unknown) => Part): Group | undefined {
  const list = listOf(json, 'and') ?? listOf(json, 'or');
  if (list !== undefined) {
    const id = takeId();
    const mode = listOf(json, 'and') === undefined ? 'any' : 'all';
    return { kind: 'group', id, mode, parts: list.map(read) };
  }
  const negated = negatedBy(json);
  if (negated === undefined || leafOf(json).kind === 'row') return undefined;
  const id = takeId();
  const none = { kind: 'group', id, mode: 'none', listed: negated.listed } as const;
  const alternatives = listOf(negated.json, 'or');
  return alternatives === undefined
    ? { ...none, parts: [read(negated.json)], direct: true }
    : { ...none, parts: alternatives.map(read) };
}

type Leaf = Omit<Row, 'id'> | Omit<Json, 'id'>;

const NO_VALUE: Value = { kind: 'string', text: '' };

function leafOf(json: unknown): Leaf {
  const negated = negatedBy(json);
  const row = rowOf(negated === undefined ? json : negated.json);
  if (row !== undefined && negated === undefined) return row;
  if (row !== undefined && negated !== undefined) {
    if (row.operator === 'is') return { ...row, operator: 'isNot', listed: negated.listed };
    if (row.operator === 'there') return { ...row, operator: 'missing', listed: negated.listed };
  }
  return { kind: 'json', text: jsonText(json) };
}

/** What is not negated. */
function rowOf(json: unknown): Omit<Row, 'id'> | undefined {
  const path = pathOf(json);
  if (path !== undefined) return { kind: 'row', path, operator: 'holds', value: NO_VALUE };
  for (const operator of ['eq', ...ORDERS] as const) {
    const [left, right, ...more] = listOf(json, operator) ?? [];
    if (right === undefined || more.length > 0) continue;
    const subject = pathOf(left);
    if (subject === undefined && !(isPlain(left, 'meta') && left.e === 'streamName')) return undefined;
    const value = operandOf(right);
    if (value === undefined) return undefined;
    if (operator === 'eq' && value.kind === 'path' && value.text === subject) {
      return { kind: 'row', path: subject, operator: 'there', value: NO_VALUE };
    }
    return { kind: 'row', path: subject, operator: operator === 'eq' ? 'is' : operator, value };
  }
  return undefined;
}

function operandOf(json: unknown): Value | undefined {
  if (isRecord(json) && json.t === 'null') {
    return Object.keys(json).length === 1 ? { kind: 'null', text: '' } : undefined;
  }
  if (isPlain(json, 'string') && typeof json.e === 'string') return { kind: 'string', text: json.e };
  if (isPlain(json, 'bool') && typeof json.e === 'boolean') return { kind: 'bool', text: String(json.e) };
  if (isPlain(json, 'number')) {
    const { e } = json;
    if (typeof e === 'number' && Number.isFinite(e)) return { kind: 'number', text: String(e) };
    // Typed here, and not a number yet.
    if (typeof e === 'string' && numberIn(e) === undefined) return { kind: 'number', text: e };
  }
  const path = pathOf(json);
  return path === undefined ? undefined : { kind: 'path', text: path };
}

/** Of a field: that of the whole message is none. */
function pathOf(json: unknown): string | undefined {
  if (!isPlain(json, 'path') || typeof json.e !== 'string') return undefined;
  return json.e === '' || json.e === '$' ? undefined : json.e;
}

function negatedBy(json: unknown): { json: unknown; listed: boolean } | undefined {
  if (!isPlain(json, 'not')) return undefined;
  const { e } = json;
  if (!Array.isArray(e)) return { json: e, listed: false };
  return e.length === 1 ? { json: e[0], listed: true } : undefined;
}

function listOf(json: unknown, type: string): unknown[] | undefined {
  return isPlain(json, type) && Array.isArray(json.e) ? json.e : undefined;
}

/** Has this type, and nothing that would be lost. */
function isPlain(json: unknown, type: string): json is { t: string; e: unknown } {
  return isRecord(json) && json.t === type && 'e' in json && Object.keys(json).length === 2;
}

/** A text that is no JSON stands in the expression as a string: no server takes it, and it is what was typed. */
function jsonText(json: unknown): string {
  return typeof json === 'string' && parsed(json) === undefined ? json : JSON.stringify(json);
}

function parsed(text: string): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

export function numberIn(text: string): number | undefined {
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : undefined;
}

/** A part as JSON. */
export function written(part: Part): unknown {
  if (part.kind === 'json') {
    const found = parsed(part.text);
    return found === undefined ? part.text : found.json;
  }
  if (part.kind === 'row') return writtenRow(part);
  const parts = part.parts.map(written);
  if (part.mode === 'all') return { t: 'and', e: parts };
  if (part.mode === 'any') return { t: 'or', e: parts };
  return not(part.direct && parts.length === 1 ? parts[0] : { t: 'or', e: parts }, part.listed);
}

function writtenRow({ path, operator, value, listed }: Row): unknown {
  const subject = path === undefined ? { t: 'meta', e: 'streamName' } : { t: 'path', e: path };
  switch (operator) {
    case 'holds':
      return subject;
    case 'there':
      return { t: 'eq', e: [subject, subject] };
    case 'missing':
      return not({ t: 'eq', e: [subject, subject] }, listed);
    case 'is':
      return { t: 'eq', e: [subject, writtenValue(value)] };
    case 'isNot':
      return not({ t: 'eq', e: [subject, writtenValue(value)] }, listed);
    default:
      return { t: operator, e: [subject, writtenValue(value)] };
  }
}

function not(json: unknown, listed: boolean | undefined): unknown {
  return { t: 'not', e: listed ? [json] : json };
}

export function writtenValue({ kind, text }: Value): unknown {
  switch (kind) {
    case 'null':
      return { t: 'null' };
    case 'number':
      return { t: 'number', e: numberIn(text) ?? text };
    case 'bool':
      return { t: 'bool', e: text === 'true' };
    default:
      return { t: kind, e: text };
  }
}
