/** A filter in a line of words, for the field that holds it. */

import { ORDERS } from '../../../../src/protocol/filter';
import { isRecord, tidyJson } from '../../../../src/protocol/json';
import type { Values } from '../../../shared/wire/sentence';
import { shownPath } from './filter-fields.editor';
import { modelOf, needsValue, type Part, type Value } from './filter-model.editor';

type Translate = (key: string, values?: Values) => string;

/** @param text of a filter that is fine */
export function filterSummary(text: string, t: Translate): string {
  const tidy = tidyJson(text).trim();
  const { root } = modelOf(tidy === '' ? undefined : JSON.parse(tidy));
  return root.parts.length === 0 && root.loose ? t('hint.filter.empty.none') : wordsOf(root, t, true);
}

function wordsOf(part: Part, t: Translate, outermost = false): string {
  if (part.kind === 'json') return part.text.replace(/\s+/g, ' ');
  if (part.kind === 'row') {
    const { path, operator, value } = part;
    const subject = path === undefined ? t('label.filter.stream') : shownPath(path);
    const words = [subject, t(`label.filter.operator.${operator}`)];
    if (needsValue(operator)) words.push(valueWords(value, t));
    return words.join(' ');
  }
  const { mode, parts } = part;
  if (parts.length === 0) return t(`label.filter.nothing.${mode}`);
  const inside = parts.map((each) => wordsOf(each, t));
  if (mode === 'none') return t('label.filter.noneOf', { parts: inside.join('; ') });
  const joined = inside.join(` ${t(`label.filter.join.${mode}`)} `);
  return outermost || parts.length === 1 ? joined : `(${joined})`;
}

function valueWords({ kind, text }: Value, t: Translate): string {
  switch (kind) {
    case 'string':
      return JSON.stringify(text);
    case 'path':
      return shownPath(text);
    case 'bool':
      return t(text === 'true' ? 'label.filter.yes' : 'label.filter.no');
    case 'null':
      return t('label.filter.kind.null');
    case 'number':
      return text;
  }
}

/** Whether an expression compares by order, which not every server understands (P41). */
export function hasOrder(json: unknown): boolean {
  if (Array.isArray(json)) return json.some(hasOrder);
  if (!isRecord(json)) return false;
  return ORDERS.some((order) => order === json.t) || hasOrder(json.e);
}
