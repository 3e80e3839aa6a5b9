/** What the editor does with an in node: its label, its checks, its dialog. */

import {
  catalogue,
  currently,
  explain,
  fillInDefaults,
  nodeField,
  nodeLabel,
  showWhenNoServer,
} from '../shared/editor/dialog.editor';
import { attachTypedStream } from '../shared/editor/fields/stream-field.editor';
import { checkStream } from '../shared/editor/flow-node.editor';
import type { EditorNode } from '../shared/editor/red.editor';
import { attachFurther, checkFurther, furtherIn, namesOf } from './further.editor';
import { attachPeek } from './peek.editor';
import { IN_DEFAULTS, IN_STREAM_TYPES, type InConfig } from './stream-sea-in.config';

export { labelStyle, onadd } from '../shared/editor/flow-node.editor';

export const t = catalogue('stream-sea-in');

const list = () => nodeField('streams-container');

export function checkOwnStream(
  this: EditorNode<InConfig>,
  value: unknown,
  options: { label?: string },
): true | string {
  const controlled = currently(this, this.inputs, nodeField('inputs')) === '1';
  const optional = controlled || (this.streams ?? []).length > 0;
  if (!optional && String(value ?? '').trim() === '') return t('error.stream');
  return checkStream.call(this, value, options);
}

export function checkStreams(this: EditorNode<InConfig>, value: unknown, _options: object): true | string {
  const own = isTyped(this) ? currently(this, this.stream, nodeField('stream')).trim() : '';
  return checkFurther(Array.isArray(value) ? value : [], own);
}

function isTyped(node: EditorNode<InConfig>): boolean {
  return currently(node, node.streamType ?? 'str', nodeField('streamType')) === 'str';
}

export function checkGroup(this: EditorNode<InConfig>, value: unknown, _options: object): true | string {
  const named = currently(this, this.delivery, nodeField('delivery')) === 'group';
  return !named || String(value ?? '').trim() !== '' || t('error.group');
}

export function label(this: EditorNode<InConfig>): string {
  return nodeLabel(this, t('label.type'), namesOf(this.streams));
}

export function oneditprepare(this: EditorNode<InConfig>): void {
  fillInDefaults(this, IN_DEFAULTS, '#node-input-');
  showWhenNoServer();
  const { text } = attachTypedStream(IN_STREAM_TYPES);
  // The core's own is brought up to date by the keyboard alone.
  const own = nodeField('stream').add(text);
  attachFurther(list(), this.streams ?? [], own, () => (isTyped(this) ? String(text.val()).trim() : ''));
  attachPeek($('#sea-in-messages'), $('#sea-in-peek'), () => furtherIn(list()).map(({ stream }) => stream));

  const delivery = nodeField('delivery');
  explain(delivery, $('#sea-in-delivery-hint'), (option) => t(`hint.delivery.${option}`));
  const group = nodeField('group').closest('.form-row');
  delivery.on('change', () => group.toggle(delivery.val() === 'group'));

  const inputs = nodeField('inputs');
  const control = $('#sea-in-control');
  const update = () => {
    const controlled = control.is(':checked');
    inputs.val(controlled ? 1 : 0).trigger('change');
    text.attr('placeholder', t(controlled ? 'placeholder.streamOptional' : 'placeholder.stream'));
  };
  control.prop('checked', Number(this.inputs) === 1).on('change', update);
  update();
}

export function oneditsave(this: EditorNode<InConfig>): void {
  this.streams = furtherIn(list());
}
