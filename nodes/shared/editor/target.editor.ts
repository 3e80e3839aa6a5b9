/** What a dialog can ask about its stream: the server node that runs is asked, if there is one and it can tell. */

import { hasEnvironment, nodeField, reasonFor, t, textIn } from './dialog.editor';

/** Why nothing can be asked, in words. */
interface Problem {
  readonly problem: string;
}

export type Target = { readonly server: string; readonly stream: string } | Problem;

/** What was asked for, or why it is not there. */
export type Answer<Value> = { readonly value: Value } | Problem;

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
  const problem = RED.nodes.node(server) ? whyAway(server) : t('error.ask.server');
  if (problem) return { problem };
  if (stream) return { server, stream };
  const kind = kindOfStream();
  const blank = textIn(nodeField('stream')).trim() === '';
  const why = kind === 'str' ? (blank ? 'stream' : 'environment') : unknownKind(kind);
  return { problem: t(`error.ask.${why}`) };
}

/**
 * Why a node does not run, in words; none where it does, though perhaps not as it is edited now. Whoever read
 * "Deploy" of one that is disabled deployed, and read the same again.
 *
 * @param deploy what is said where deploying will do
 */
export function whyAway(id: string, deploy = 'error.ask.deploy'): string {
  const deployed = RED.nodes.originalFlow();
  const find = (wanted: string | undefined) => deployed.find((node) => node.id === wanted);
  const node = find(id);
  if (node && !node.d && !find(node.z)?.disabled) return '';
  const edited = RED.nodes.node(id);
  const disabled = edited?.d || RED.nodes.workspace(edited?.z)?.disabled;
  return t(disabled ? 'error.ask.disabled' : deploy);
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
  if ('problem' in target) return target;
  try {
    const value = await request(target.server, target.stream, signal);
    return signal.aborted ? undefined : { value };
  } catch (error) {
    return signal.aborted ? undefined : { problem: t('error.request', { reason: reasonFor(error) }) };
  }
}
