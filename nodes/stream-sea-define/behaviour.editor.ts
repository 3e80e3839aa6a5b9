/** What the editor does with a define node: its label, its checks, its dialog. */

import {
  catalogue,
  currently,
  nodeField,
  nodeLabel,
  showWhenNoServer,
  takeOnlyServer,
  textIn,
} from '../shared/editor/dialog.editor';
import { attachTypedStream } from '../shared/editor/fields/stream-field.editor';
import { attachStreamList, streamsIn } from '../shared/editor/fields/stream-list.editor';
import { later } from '../shared/editor/later.editor';
import type { EditorNode, Size } from '../shared/editor/red.editor';
import { STREAM_TYPES } from '../shared/message/value.config';
import { whyRefused } from './editor/foreseen-refusals.editor';
import type { SchemaDialog } from './editor/schema-dialog.editor';
import type { DefineConfig } from './stream-sea-define.config';

export { checkStream, labelStyle } from '../shared/editor/flow-node.editor';

export const t = catalogue('stream-sea-define');

/** Dragged in from the palette, and not through their dialog yet. */
const dropped = new Set<string>();

const DIALOG = '.sea-define-dialog';

/** What is in the open dialog hangs on its element: it is there exactly as long as the dialog is. */
function openDialog(): SchemaDialog | undefined {
  const dialog: SchemaDialog | undefined = $(DIALOG).data('sea-schema');
  return dialog;
}

/** The stream's name, where it is typed; blank where only a message or the runtime knows. */
function typedName(node: Partial<DefineConfig>): string {
  const typed = currently(node, node.streamType ?? 'str', nodeField('streamType')) === 'str';
  return typed ? currently(node, node.stream, nodeField('stream')) : '';
}

const list = () => nodeField('streams-container');

export function checkSchema(this: EditorNode<DefineConfig>, value: unknown, _options: object): true | string {
  const schema = String(value ?? '');
  const stream = typedName(this);
  const server = currently(this, this.server, nodeField('server'));
  return whyRefused(server, stream, schema, t) ?? true;
}

export function label(this: EditorNode<DefineConfig>): string {
  return nodeLabel(this, t('label.type'), Array.isArray(this.streams) ? this.streams : []);
}

export function onadd(this: EditorNode<DefineConfig>): void {
  if (!RED.nodes.node(this.id)) dropped.add(this.id);
  takeOnlyServer(this);
}

export function oneditprepare(this: EditorNode<DefineConfig>): void {
  showWhenNoServer();
  attachTypedStream(STREAM_TYPES);
  attachStreamList(list(), {
    items: this.streams ?? [],
    words: {
      stream: t('label.further.stream'),
      placeholder: t('placeholder.further'),
      remove: t('label.further.remove'),
      add: t('label.further.add'),
    },
    nameOf: (stream) => stream,
    grows: true,
  });
  const saved = textIn(nodeField('schema'));
  const part = later<typeof import('./editor/schema-dialog.editor')>('schema-dialog');
  $(DIALOG).data('sea-schema', new part.SchemaDialog(saved, t, dropped.has(this.id)));
}

export function oneditsave(this: EditorNode<DefineConfig>): void {
  this.streams = streamsIn(list()).map(({ name }) => name);
  openDialog()?.save();
  dropped.delete(this.id);
}

export function oneditresize(size: Size): void {
  openDialog()?.resize(size.height);
}
