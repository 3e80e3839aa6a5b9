/** What the editor does with a describe node: its label, its dialog. */

import { catalogue, nodeLabel, showWhenNoServer } from '../shared/editor/dialog.editor';
import { attachTypedStream } from '../shared/editor/fields/stream-field.editor';
import type { EditorNode } from '../shared/editor/red.editor';
import { STREAM_TYPES } from '../shared/message/value.config';
import { attachCurrentSchema } from './current-schema.editor';
import type { DescribeConfig } from './stream-sea-describe.config';

export { checkStream, labelStyle, onadd } from '../shared/editor/flow-node.editor';

export const t = catalogue('stream-sea-describe');

export function label(this: EditorNode<DescribeConfig>): string {
  return nodeLabel(this, t('label.type'));
}

export function oneditprepare(): void {
  showWhenNoServer();
  attachTypedStream(STREAM_TYPES);
  attachCurrentSchema($('#sea-describe-current'));
}
