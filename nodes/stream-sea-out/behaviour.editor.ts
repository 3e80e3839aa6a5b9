/** What the editor does with an out node: its label, its checks, its dialog. */

import {
  catalogue,
  currently,
  explain,
  fillInDefaults,
  nodeField,
  nodeLabel,
  showWhenNoServer,
  textIn,
} from '../shared/editor/dialog.editor';
import { attachTypedStream } from '../shared/editor/fields/stream-field.editor';
import { attachTypedField, typedProblem } from '../shared/editor/fields/typed-field.editor';
import type { EditorNode } from '../shared/editor/red.editor';
import { PAYLOAD_TYPES, STREAM_TYPES } from '../shared/message/value.config';
import { attachLastMessage } from './last-message.editor';
import { OUT_DEFAULTS, type OutConfig } from './stream-sea-out.config';

export { checkStream, labelStyle, onadd } from '../shared/editor/flow-node.editor';

export const t = catalogue('stream-sea-out');

export function checkPayload(
  this: EditorNode<OutConfig>,
  value: unknown,
  options: { label?: string },
): true | string {
  const kind = currently(this, this.payloadType ?? 'msg', nodeField('payloadType'));
  // An older flow has none, and means the default.
  return value === undefined || typedProblem(value, kind, options);
}

export function label(this: EditorNode<OutConfig>): string {
  return nodeLabel(this, t('label.type'));
}

export function oneditprepare(this: EditorNode<OutConfig>): void {
  fillInDefaults(this, OUT_DEFAULTS, '#node-input-');
  showWhenNoServer();
  attachTypedStream(STREAM_TYPES);
  attachTypedField('payload', PAYLOAD_TYPES);
  const field = nodeField('field');
  const comma = nodeField('decimalComma').closest('.form-row');
  const showComma = () => comma.toggle(textIn(field).trim() !== '');
  field.on('input change', showComma);
  showComma();

  const validate = nodeField('validate');
  explain(validate, $('#sea-out-validate-hint'), (option) => t(`hint.validate.${option}`));
  attachLastMessage($('#sea-out-last'), validate);
}
