/** What a dialog can ask about its stream: the server node that runs is asked, if there is one and it can tell. */

import { hasEnvironment, nodeField, reasonFor, t, textIn } from './dialog.editor';

export type Target =
  | { readonly kind: 'known'; readonly server: string; readonly stream: string }
  /**
   * `deploy`: only a server node that runs can answer. `stream`: none is named. `environment`, `running`: only the
   * runtime knows the stream's name, by a variable or otherwise.
   */
  | { readonly kind: 'server' | 'deploy' | 'stream' | 'environment' | 'running' };

/** What was asked for, or in words why it is not there. */
export type Answer<Value> = { readonly value: Value } | { readonly problem: string };

/** Where the stream's name comes from that is not typed. */
export function unknownKind(kind: string): 'environment' | 'running' {
  return kind === 'env' ? 'environment' : 'running';
}

/** The stream that is typed in the open dialog; blank when only a message or the runtime knows. */
export function typedStream(): string {
  const stream = textIn(nodeField('stream')).trim();
  return kindOfStream() === 'str' && !hasEnvironment(stream) ? stream : '';
}

function kindOfStream(): string {
  return String(nodeField('streamType').val() || 'str');
}

/**
 * What the open dialog says now in its fields for server and stream.
 *
 * @param otherwise the stream where the fields name none
 */
export function currentTarget(otherwise = ''): Target {
  const server = textIn(nodeField('server'));
  const stream = typedStream() || otherwise;
  if (RED.nodes.node(server) == null) return { kind: 'server' };
  if (!isDeployed(server)) return { kind: 'deploy' };
  if (stream !== '') return { kind: 'known', server, stream };
  if (kindOfStream() !== 'str') return { kind: unknownKind(kindOfStream()) };
  const blank = textIn(nodeField('stream')).trim() === '';
  return { kind: blank ? 'stream' : 'environment' };
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
  otherwise = '',
): Promise<Answer<Value> | undefined> {
  const target = currentTarget(otherwise);
  if (target.kind !== 'known') return { problem: t(`error.ask.${target.kind}`) };
  try {
    const value = await request(target.server, target.stream, signal);
    return signal.aborted ? undefined : { value };
  } catch (error) {
    return signal.aborted ? undefined : { problem: t('error.request', { reason: reasonFor(error) }) };
  }
}
