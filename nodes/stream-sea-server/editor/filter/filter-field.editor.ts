/** The field for a server node's filter: JSON, said in words below it, and the way to the dialog that builds it. */

import { hasEnvironment, t, textIn } from '../../../shared/editor/dialog.editor';
import { later } from '../../../shared/editor/later.editor';
import { filterProblem } from './filter-problem.editor';
import { filterSummary } from './filter-words.editor';

/** @param summary below the field */
export function attachFilterField(server: string, field: JQuery, build: JQuery, summary: JQuery): void {
  const update = () => {
    const text = textIn(field);
    const problem = filterProblem(text);
    summary.toggleClass('sea-problem-text', problem !== undefined);
    summary.text(problem ?? (hasEnvironment(text) ? t('hint.filter.environment') : filterSummary(text, t)));
  };
  field.on('input change', update);
  update();
  build.on('click', () => {
    const { openFilterDialog } = later<typeof import('./filter-dialog.editor')>('filter-dialog');
    openFilterDialog({
      server,
      text: textIn(field),
      done: (text) => field.val(text).trigger('change'),
      closed: () => build.trigger('focus'),
    });
  });
}
