/** A question below the button that asks it, answered there: what follows cannot be taken back. */

import { reasonFor, t } from '../../shared/editor/dialog.editor';
import { button, div, element, idFor, whileBusy } from '../../shared/editor/dom.editor';

export interface Question {
  /** Read anew each time that it is asked. */
  text(): string;
  /** What is to be chosen, too, if anything. */
  readonly field?: HTMLSelectElement;
  /** On the button that does it, and on the one that does not. */
  readonly yes: string;
  readonly no: string;
  /** @returns what is said when it is done. */
  act(): Promise<string>;
}

/**
 * The opener asks; the keyboard is then at what does no harm, and goes back to the opener afterwards.
 *
 * @param say tells what came of it.
 */
export function attachQuestion(
  opener: HTMLButtonElement,
  { text, field, yes, no, act }: Question,
  say: (text: string) => void,
): HTMLElement {
  const words = element('div', { id: idFor('question') });
  const refuse = button({ label: no, onPress: () => close() });
  const agree = button({ label: yes, primary: true, onPress: () => void agreed() });
  const row = div('sea-buttons', agree, refuse);
  const asked = element('div', { class: 'sea-question', role: 'group', 'aria-labelledby': words.id }, words);
  if (field !== undefined) {
    field.setAttribute('aria-labelledby', words.id);
    asked.append(field);
  }
  asked.append(row);
  asked.hidden = true;
  opener.setAttribute('aria-expanded', 'false');

  opener.addEventListener('click', () => {
    if (!asked.hidden) return close();
    say('');
    words.textContent = text();
    asked.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    (field ?? refuse).focus();
  });
  asked.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    close();
  });

  function close(): void {
    asked.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    opener.focus();
  }

  async function agreed(): Promise<void> {
    try {
      say(await whileBusy(agree, act()));
    } catch (error) {
      say(t('error.notDone', { reason: reasonFor(error) }));
    }
    close();
  }

  return asked;
}
