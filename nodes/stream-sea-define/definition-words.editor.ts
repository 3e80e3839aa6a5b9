/** What is wrong with a definition, in the words of the catalogue. */

import { hasEnvironment, type Translate, wordsFor } from '../shared/dialog.editor';
import { definitionProblem } from './definition.editor';

/** Nothing for a definition that is fine, blank, or known only to the runtime. */
export function problemOf(schema: string, stream: string, t: Translate): string | undefined {
  if (schema.trim() === '' || hasEnvironment(schema)) return undefined;
  const problem = definitionProblem(schema, hasEnvironment(stream) ? '' : stream.trim());
  return problem === undefined ? undefined : t(`error.${problem.kind}`, { reason: wordsFor(problem.reason) });
}
