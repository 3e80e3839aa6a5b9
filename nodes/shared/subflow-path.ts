/** Where a node is for the editor, which knows a node in a subflow only once, in the template. */

import type { Node } from 'node-red';
import type { SubflowPath } from './wire/api';

/** A node's own fields that Node-RED's types leave out; the first is there in instances of subflows only. */
interface Placed extends Node {
  readonly _alias?: string;
  readonly _path?: string;
}

/** Nothing for a node in no subflow, which the editor knows by the id it runs under. */
export function subflowPathOf(node: Node): SubflowPath | undefined {
  const { _alias: template, _path: path = '' }: Placed = node;
  // The path begins with the flow and ends with the node.
  return template === undefined ? undefined : { node: template, within: path.split('/').slice(1, -1) };
}
