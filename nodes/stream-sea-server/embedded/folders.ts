/** Where an embedded server keeps what must outlive the process: a folder of its node's own in the user directory. */

import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';

/** Nothing when this Node-RED has no user directory, as in some embeddings. */
export function serverFolder(RED: NodeAPI, node: Node): string | undefined {
  const { userDir } = RED.settings;
  // An id in a flow file may be anything; it must not lead out of the folder.
  const id = node.id.replace(/[^\w-]/g, '_');
  return userDir === undefined ? undefined : join(userDir, 'stream-sea', id, 'server');
}
