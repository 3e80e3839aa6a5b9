/** What a dialog can ask about its stream: the server node that runs is asked, if there is one and it can tell. */

import { catalogue, hasEnvironment, reasonFor } from './dialog.editor';

const t = catalogue('stream-sea-server');

export type Target =
  | { readonly kind: 'known'; readonly server: string; readonly stream: string }
  /** `deploy`: only a server node that runs can answer. `environment`: only the runtime knows the stream's name. */
  | { readonly kind: 'server' | 'deploy' | 'stream' | 'environment' };

/** What was asked for, or in words why it is not there. */
export type Answer<Value> = { readonly value: Value } | { readonly problem: string };

/** What the open dialog says now in its fields for server and stream. */
export function currentTarget(): Target {
  const server = String($('#node-input-server').val() ?? '');
  const stream = String($('#node-input-stream').val() ?? '').trim();
  if (RED.nodes.node(server) == null) return { kind: 'server' };
  if (!isDeployed(server)) return { kind: 'deploy' };
  if (stream === '') return { kind: 'stream' };
  return hasEnvironment(stream) ? { kind: 'environment' } : { kind: 'known', server, stream };
}

/** Whether a node runs, though perhaps not as it is edited now. */
export function isDeployed(id: string): boolean {
  const deployed = RED.nodes.originalFlow();
  const find = (wanted: string | undefined) => deployed.find((node) => node.id === wanted);
  const node = find(id);
  return node !== undefined && node.d !== true && find(node.z)?.disabled !== true;
}

/**
 * Asks about the stream that the dialog is set to.
 *
 * @returns nothing once the signal is aborted: then nobody waits for the answer any more.
 */
export async function askAboutStream<Value>(
  request: (server: string, stream: string, signal: AbortSignal) => Promise<Value>,
  signal: AbortSignal,
): Promise<Answer<Value> | undefined> {
  const target = currentTarget();
  if (target.kind !== 'known') return { problem: t(`error.ask.${target.kind}`) };
  try {
    const value = await request(target.server, target.stream, signal);
    return signal.aborted ? undefined : { value };
  } catch (error) {
    return signal.aborted ? undefined : { problem: t('error.request', { reason: reasonFor(error) }) };
  }
}
