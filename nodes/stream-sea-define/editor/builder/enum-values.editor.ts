/**
 * The strings an enum may be, each in a field of its own. Enter adds one, Backspace in an empty one removes it. A field
 * that was made here and is empty is no value: it goes when it is left.
 */

import type { Translate } from '../../../shared/editor/dialog.editor';
import { button, element, span } from '../../../shared/editor/dom.editor';

const MIN_SIZE = 4;
const MAX_SIZE = 24;

/** Milliseconds. What is pressed meanwhile, and takes the focus by that, is to stay where it is until it is let go. */
const PRESS = 300;

/** @param changed called with all values after each change by hand */
export function enumValues(
  values: readonly string[],
  t: Translate,
  changed: (values: readonly string[]) => void,
): HTMLElement {
  const list = element('span', {
    class: 'sea-values',
    role: 'group',
    'aria-label': t('label.field.values'),
  });
  const adding = button({
    icon: 'plus',
    label: t('label.field.addValue'),
    onPress: () => (inputs().find((input) => !isValue(input)) ?? insert('', adding)).focus(),
  });
  list.append(adding);
  for (const value of values) {
    const input = insert(value, adding);
    // Somebody has written it so, by hand.
    if (value === '') input.dataset.saved = 'true';
  }
  // A place to go on in, for who comes from the type.
  if (values.length === 0) insert('', adding);
  list.addEventListener('input', (event) => {
    if (event.target instanceof HTMLInputElement) {
      delete event.target.dataset.saved;
      fitWidth(event.target);
    }
    report();
  });
  list.addEventListener('keydown', onKey);
  list.addEventListener('paste', onPaste);
  list.addEventListener('focusout', onLeave);
  return list;

  function inputs(): HTMLInputElement[] {
    return [...list.querySelectorAll('input')];
  }

  function report(): void {
    changed(
      inputs()
        .filter(isValue)
        .map(({ value }) => value),
    );
  }

  function insert(value: string, before: Element): HTMLInputElement {
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
    list.insertBefore(span('sea-value', input, removing), before);
    return input;
  }

  function remove(input: HTMLInputElement): void {
    const all = inputs();
    const next = all[all.indexOf(input) - 1] ?? all[all.indexOf(input) + 1] ?? adding;
    next.focus();
    input.closest('.sea-value')?.remove();
    report();
  }

  function onLeave({ target: input }: FocusEvent): void {
    if (!(input instanceof HTMLInputElement) || isValue(input)) return;
    setTimeout(() => {
      const box = input.closest('.sea-value');
      if (!isValue(input) && box?.contains(document.activeElement) === false) box.remove();
    }, PRESS);
  }

  function onKey(event: KeyboardEvent): void {
    const input = event.target;
    if (!(input instanceof HTMLInputElement)) return;
    if (event.key === 'Enter') {
      // Ctrl with Enter is Done.
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      if (isValue(input)) insert('', input.closest('.sea-value')?.nextElementSibling ?? adding).focus();
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
    const after = input.closest('.sea-value')?.nextElementSibling ?? adding;
    for (const line of others) insert(line, after);
    report();
  }
}

function isValue({ value, dataset }: HTMLInputElement): boolean {
  return value !== '' || dataset.saved !== undefined;
}

function fitWidth(input: HTMLInputElement): void {
  input.size = Math.min(MAX_SIZE, Math.max(MIN_SIZE, input.value.length));
}
