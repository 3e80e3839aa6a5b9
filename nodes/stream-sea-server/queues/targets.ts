/** Where a queue's messages are to go. A queue belongs to that, and not to the node that has it at the time. */

import { createHash } from 'node:crypto';
import type { QueueTarget } from '../../shared/wire/api';

export interface Target {
  /** The same for all who send to the same place as the same client; fit for the name of a folder. */
  readonly id: string;
  /** In words, without a secret. */
  readonly about: QueueTarget;
}

/** A stream-sea server somewhere. */
export function remoteTarget(url: string, clientId: string): Target {
  // As a host may be written in more ways than one: `HTTP://Sea.example:80`.
  const address = new URL(url).href.replace(/\/$/, '');
  return { id: idOf('remote', address, clientId), about: { address, clientId } };
}

/** The server that a node has itself. Another node's is another one, wherever they listen. */
export function embeddedTarget(server: string, clientId: string): Target {
  return { id: idOf('embedded', server, clientId), about: { server, clientId } };
}

function idOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
