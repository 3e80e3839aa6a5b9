/** The core's field for values of several kinds, with a label for those who listen, which it has not. */

import { CONTEXT_STORE } from '../../message/value.config';
import { nodeField, t, textIn } from '../dialog.editor';

export interface TypedField {
  /** Where it is typed. */
  readonly text: JQuery;
  /** What is seen of it. */
  readonly frame: JQuery;
  kind(): string;
}

/**
 * @param name the saved property; its kind is `NAMEType`.
 * @param kinds the first is what an older flow means, which has none.
 */
export function attachTypedField(name: string, kinds: readonly string[]): TypedField {
  const saved = nodeField(name);
  const kind = nodeField(`${name}Type`);
  if (!kinds.includes(textIn(kind))) kind.val(kinds[0] ?? '');
  saved.typedInput({ types: kinds, typeField: kind });
  const frame = saved.next('.red-ui-typedInput-container');
  const text = frame.find('.red-ui-typedInput-input');
  frame.find('.red-ui-typedInput-option-expand').attr('aria-label', t('label.expand'));
  const id = `sea-${name}`;
  text.attr({ id, 'aria-describedby': saved.attr('aria-describedby') });
  $(`label[for="node-input-${name}"]`).attr('for', id);
  return { text, frame, kind: () => textIn(kind) };
}

/** For validators, which say why a value is none of its kind. A text may be blank. */
export function typedProblem(value: unknown, kind: string, options: { label?: string }): true | string {
  if (kind === 'str' || kind === 'env') return true;
  return RED.utils.validateTypedProperty(String(value ?? '').replace(CONTEXT_STORE, ''), kind, options);
}
