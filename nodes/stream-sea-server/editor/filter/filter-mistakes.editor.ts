/** What is wrong with a filter that is being built, by part and control; and the filter itself, where nothing is. */

import { type Filter, parseFilter } from '../../../../src/protocol/filter';
import { parseJson, tidyJson } from '../../../../src/protocol/json';
import { type Said, saidOf } from '../../../shared/wire/sentence';
import { type FilterModel, NO_PATH, needsValue, numberIn, type Part, written } from './filter-model.editor';

export interface Mistake {
  readonly id: number;
  readonly control: 'path' | 'value' | 'json';
  readonly kind: 'pathMissing' | 'pathWrong' | 'numberWrong' | 'noExpression';
  /** Why. */
  readonly reason?: Said;
}

/** @returns in the order of the parts; empty exactly when a server would take the filter. */
export function mistakesOf({ root }: FilterModel): Mistake[] {
  return mistakesIn(root);
}

function mistakesIn(part: Part): Mistake[] {
  if (part.kind === 'group') return part.parts.flatMap(mistakesIn);
  const { id } = part;
  if (part.kind === 'json') {
    const reason = problemOf(() => parseJson(part.text)) ?? problemOf(() => parseFilter(written(part)));
    return reason === undefined ? [] : [{ id, control: 'json', kind: 'noExpression', reason }];
  }
  const { path, operator, value } = part;
  const mistakes = path === undefined ? [] : pathMistakes(id, 'path', path);
  if (!needsValue(operator)) return mistakes;
  if (value.kind === 'path') mistakes.push(...pathMistakes(id, 'value', value.text));
  if (value.kind === 'number' && numberIn(value.text) === undefined) {
    mistakes.push({ id, control: 'value', kind: 'numberWrong' });
  }
  return mistakes;
}

function pathMistakes(id: number, control: 'path' | 'value', path: string): Mistake[] {
  if (path === NO_PATH) return [{ id, control, kind: 'pathMissing' }];
  const reason = problemOf(() => parseFilter({ t: 'path', e: path }));
  return reason === undefined ? [] : [{ id, control, kind: 'pathWrong', reason }];
}

function problemOf(work: () => unknown): Said | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return saidOf(error);
  }
}

/** The filter a text holds: `undefined` when it is blank, which lets everything through; or what is wrong with it. */
export function readFilter(text: string): { filter: Filter | undefined } | { problem: Said } {
  const tidy = tidyJson(text).trim();
  try {
    return { filter: tidy === '' ? undefined : parseFilter(parseJson(tidy)) };
  } catch (error) {
    return { problem: saidOf(error) };
  }
}
