/** A button that copies a text. */

import { catalogue } from '../shared/dialog.editor';
import { button } from '../shared/dom.editor';

const t = catalogue('stream-sea-server');

/** @param label what the text is called. */
export function copyButton(value: string, label: string): HTMLButtonElement {
  const copy = button({
    icon: 'clipboard',
    title: t('label.copy', { what: label }),
    onPress: () => RED.clipboard.copyText(value, $(copy), 'clipboard.copyMessageValue'),
  });
  return copy;
}
