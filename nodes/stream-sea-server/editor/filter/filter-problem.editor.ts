/** What is wrong with a text that is to be a filter, in words. */

import { hasEnvironment, wordsFor } from '../../../shared/editor/dialog.editor';
import { readFilter } from './filter-mistakes.editor';

/** Nothing for a filter that is fine, blank, or known only to the runtime. */
export function filterProblem(text: string): string | undefined {
  if (hasEnvironment(text)) return undefined;
  const read = readFilter(text);
  return 'problem' in read ? wordsFor(read.problem) : undefined;
}
