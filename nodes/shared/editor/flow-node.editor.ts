/** What the editor does with every node of a flow that has a server, and with those that have a stream. */

import { currently, nodeField, takeOnlyServer } from './dialog.editor';
import { typedProblem } from './fields/typed-field.editor';
import type { EditorNode } from './red.editor';

export function labelStyle(this: { name?: string }): string {
  return this.name ? 'node_label_italic' : '';
}

export function onadd(this: EditorNode<{ server: string }>): void {
  takeOnlyServer(this);
}

/** Node-RED takes a check with fewer parameters for an old one, which cannot give a reason. */
export function checkStream(
  this: { streamType?: string },
  value: unknown,
  options: { label?: string },
): true | string {
  return typedProblem(value, currently(this, this.streamType ?? 'str', nodeField('streamType')), options);
}
