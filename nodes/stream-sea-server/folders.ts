/** Where a server node keeps what must outlive the process: a folder of its own in Node-RED's user directory. */

import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';

/** What is kept: messages that wait for the network, or all that an embedded server holds. */
export type Purpose = 'outbox' | 'server';

/** Nothing when this Node-RED has no user directory, as in some embeddings. */
export function folderFor(RED: NodeAPI, node: Node, purpose: Purpose): string | undefined {
  const { userDir } = RED.settings;
  // An id in a flow file may be anything; it must not lead out of the folder.
  const id = node.id.replace(/[^\w-]/g, '_');
  return userDir === undefined ? undefined : join(userDir, 'stream-sea', id, purpose);
}
