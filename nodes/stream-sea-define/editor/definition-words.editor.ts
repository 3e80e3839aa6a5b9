/** What is wrong with a definition, in the words of the catalogue. */

import { isRecord, tidyJson } from '../../../src/protocol/json';
import { hasEnvironment, type Translate, wordsFor } from '../../shared/editor/dialog.editor';
import { definitionProblem } from './definition.editor';

/** Nothing for a definition that is fine, blank, or known only to the runtime. */
export function problemOf(schema: string, stream: string, t: Translate): string | undefined {
  if (schema.trim() === '' || hasEnvironment(schema)) return undefined;
  const problem = definitionProblem(schema, hasEnvironment(stream) ? '' : stream.trim());
  if (problem !== undefined) return t(`error.${problem.kind}`, { reason: wordsFor(problem.reason) });
  return hasNoFields(JSON.parse(tidyJson(schema))) ? t('error.noFields') : undefined;
}

/** The server would take it; whoever writes it has only not begun. */
export function hasNoFields(definition: unknown): boolean {
  return isRecord(definition) && Array.isArray(definition.fields) && definition.fields.length === 0;
}
