/** A few fields below the button that opens them, and the button that does something with what is typed there. */

import { reasonFor, t } from '../../../shared/editor/dialog.editor';
import { bringIntoView, button, div, element, whileBusy } from '../../../shared/editor/dom.editor';

export interface EntryField {
  readonly label: string;
  /** A text of several lines. */
  readonly long?: boolean;
}

export interface EntryForm {
  readonly fields: readonly EntryField[];
  readonly yes: string;
  /** Another button in the row of those that end it. */
  readonly beside?: HTMLButtonElement;
  /** Gets what is typed, field by field. */
  act(values: readonly string[]): Promise<void>;
}

/**
 * The keyboard is in the first field when it opens, and goes back to the opener when it closes, by Escape too. What fails
 * leaves it open, with what was typed.
 */
export function attachEntryForm(
  opener: HTMLButtonElement,
  { fields, yes, beside, act }: EntryForm,
  say: (text: string) => void,
): HTMLElement {
  const inputs = fields.map(({ long }) =>
    long
      ? element('textarea', { rows: '6', spellcheck: 'false' })
      : element('input', { type: 'text', autocomplete: 'off', spellcheck: 'false' }),
  );
  const rows = fields.map(({ label }, index) =>
    element('label', {}, element('span', {}, label), inputs[index] ?? ''),
  );
  const agree = button({ label: yes, primary: true, onPress: () => void submit() });
  const refuse = button({ label: t('label.admin.cancel'), onPress: () => close() });
  const form = element(
    'div',
    { class: 'sea-entry', role: 'group', 'aria-label': opener.title || opener.textContent?.trim() },
    ...rows,
    div('sea-buttons', agree, refuse, ...(beside ? [beside] : [])),
  );
  form.hidden = true;
  opener.setAttribute('aria-expanded', 'false');

  opener.addEventListener('click', () => {
    if (!form.hidden) return close();
    say('');
    form.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    bringIntoView(form);
    inputs[0]?.focus();
  });
  form.addEventListener('keydown', (event) => {
    // Ctrl with Enter is Done of the whole dialog.
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) void submit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  function close(): void {
    form.hidden = true;
    for (const input of inputs) input.value = '';
    opener.setAttribute('aria-expanded', 'false');
    opener.focus();
  }

  async function submit(): Promise<void> {
    if (agree.getAttribute('aria-disabled') === 'true') return;
    say('');
    try {
      await whileBusy(agree, act(inputs.map(({ value }) => value.trim())));
    } catch (error) {
      say(t('error.notDone', { reason: reasonFor(error) }));
      inputs[0]?.focus();
      return;
    }
    close();
  }

  return form;
}
