/** Whom a dialog can ask about its stream, or why nobody. */

import { hasEnvironment } from './dialog.editor';

export type Target =
  | { readonly kind: 'known'; readonly server: string; readonly stream: string }
  /** `deploy`: only a server node that runs can answer. `environment`: only the runtime knows the stream's name. */
  | { readonly kind: 'server' | 'deploy' | 'stream' | 'environment' };

/** What the open dialog says now in its fields for server and stream. */
export function currentTarget(): Target {
  const server = String($('#node-input-server').val() ?? '');
  const stream = String($('#node-input-stream').val() ?? '').trim();
  if (RED.nodes.node(server) == null) return { kind: 'server' };
  if (!RED.nodes.originalFlow().some(({ id }) => id === server)) return { kind: 'deploy' };
  if (stream === '') return { kind: 'stream' };
  return hasEnvironment(stream) ? { kind: 'environment' } : { kind: 'known', server, stream };
}
