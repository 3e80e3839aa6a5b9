/** The strings an enum may be, each in a field of its own. Enter adds one, Backspace in an empty one removes it. */

import type { Translate } from '../shared/dialog.editor';
import { button, element } from '../shared/dom.editor';

const MIN_SIZE = 4;
const MAX_SIZE = 24;

/** @param changed called with all values after each change by hand */
export function enumValues(
  values: readonly string[],
  t: Translate,
  changed: (values: readonly string[]) => void,
): HTMLElement {
  const list = element('span', {
    class: 'stream-sea-values',
    role: 'group',
    'aria-label': t('label.field.values'),
  });
  const adding = button({
    icon: 'plus',
    label: t('label.field.addValue'),
    onPress: () => insert('', adding).focus(),
  });
  list.append(adding);
  for (const value of values) insert(value, adding, true);
  list.addEventListener('input', (event) => {
    if (event.target instanceof HTMLInputElement) fitWidth(event.target);
    report();
  });
  list.addEventListener('keydown', onKey);
  list.addEventListener('paste', onPaste);
  return list;

  function inputs(): HTMLInputElement[] {
    return [...list.querySelectorAll('input')];
  }

  function report(): void {
    changed(inputs().map(({ value }) => value));
  }

  function insert(value: string, before: Element, silent = false): HTMLInputElement {
    const input = element('input', {
      type: 'text',
      'aria-label': t('label.field.value'),
      spellcheck: 'false',
    });
    input.value = value;
    fitWidth(input);
    const removing = button({
      icon: 'times',
      title: t('label.field.removeValue'),
      onPress: () => remove(input),
    });
    list.insertBefore(element('span', { class: 'stream-sea-value' }, input, removing), before);
    if (!silent) report();
    return input;
  }

  function remove(input: HTMLInputElement): void {
    const all = inputs();
    const next = all[all.indexOf(input) - 1] ?? all[all.indexOf(input) + 1] ?? adding;
    input.closest('.stream-sea-value')?.remove();
    report();
    next.focus();
  }

  function onKey(event: KeyboardEvent): void {
    const input = event.target;
    if (!(input instanceof HTMLInputElement)) return;
    if (event.key === 'Enter') {
      // Ctrl with Enter is Done.
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      insert('', input.closest('.stream-sea-value')?.nextElementSibling ?? adding).focus();
    } else if (event.key === 'Backspace' && input.value === '' && !event.repeat) {
      event.preventDefault();
      // Node-RED looks its own keys up from the element, which will be gone.
      event.stopPropagation();
      remove(input);
    }
  }

  /** A list from elsewhere, one value on each line, becomes a value for each. */
  function onPaste(event: ClipboardEvent): void {
    const input = event.target;
    const lines = (event.clipboardData?.getData('text') ?? '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
    if (!(input instanceof HTMLInputElement) || input.value !== '' || lines.length < 2) return;
    event.preventDefault();
    const [first = '', ...others] = lines;
    input.value = first;
    fitWidth(input);
    const after = input.closest('.stream-sea-value')?.nextElementSibling ?? adding;
    for (const line of others) insert(line, after, true);
    report();
  }
}

function fitWidth(input: HTMLInputElement): void {
  input.size = Math.min(MAX_SIZE, Math.max(MIN_SIZE, input.value.length));
}
