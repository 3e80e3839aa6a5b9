/** Something to take along: shown as it is, with a button that copies it. */

import { t } from './dialog.editor';
import { button, element } from './dom.editor';

/**
 * @param label what it is, for who hears of the button
 * @param shown where it stands
 */
export function copyRow(
  value: string,
  label: string,
  { tag = 'div', shown = element('code', {}, value) }: { tag?: 'div' | 'dd'; shown?: HTMLElement } = {},
): HTMLElement {
  const copy = button({
    icon: 'clipboard',
    title: t('label.copy', { what: label }),
    onPress: () => RED.clipboard.copyText(value, $(copy), 'clipboard.copyMessageValue'),
  });
  return element(tag, { class: 'sea-copy-row' }, shown, copy);
}
