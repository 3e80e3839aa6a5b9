/** What is wrong with a definition, in the words of the catalogue. */

import { tidyJson } from '../../../src/protocol/json';
import { hasEnvironment, type Translate, wordsFor } from '../../shared/editor/dialog.editor';
import { hasNoFields } from '../stream-sea-define.config';
import { definitionProblem } from './definition.editor';

/** Nothing for a definition that is fine, blank, or known only to the runtime. */
export function problemOf(schema: string, stream: string, t: Translate): string | undefined {
  if (schema.trim() === '' || hasEnvironment(schema)) return undefined;
  const problem = definitionProblem(schema, hasEnvironment(stream) ? '' : stream.trim());
  if (problem !== undefined) return t(`error.${problem.kind}`, { reason: wordsFor(problem.reason) });
  return hasNoFields(JSON.parse(tidyJson(schema))) ? t('error.noFields') : undefined;
}
