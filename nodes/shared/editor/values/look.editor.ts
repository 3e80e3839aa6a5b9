/** A look at a stream's messages as they come: asked about again and again, and ended when nobody looks any more. */

import { isRecord } from '../../../../src/protocol/json';
import type { PeekAnswer, ValuesAnswer } from '../../wire/api';
import { parseSaid } from '../../wire/sentence';
import { ask, listIn, unexpected } from '../api.editor';
import { reasonFor } from '../dialog.editor';
import { poll } from '../lifetime.editor';

/** Milliseconds between two questions. */
const INTERVAL = 700;

export interface Looked {
  /** Messages wanted each time, the newest; all that there are by default. */
  readonly last?: number;
  /** What to draw, as it is then. */
  choice(): { readonly field?: string; readonly by?: string };
  answered(answer: PeekAnswer): void;
  /** In the viewer's language. */
  failed(reason: string): void;
}

/** Resolves when the signal is aborted. */
export function look(server: string, stream: string, looked: Looked, signal: AbortSignal): Promise<void> {
  return askOften(server, INTERVAL, signal, looked.failed, async (id, after) => {
    const answer = await peek(server, stream, queryOf(id, after, looked), signal);
    looked.answered(answer);
    // Fewer than are known: the flows were started again, and it has begun to count anew.
    return answer.count < after ? 0 : Math.max(after, ...answer.messages.map(({ number }) => number));
  });
}

/**
 * Asks for what has come since, under an id that is the look's own. Resolves when the signal is aborted.
 *
 * @param interval milliseconds between two questions
 * @param ask gives back the number of the last message
 */
export async function askOften(
  server: string,
  interval: number,
  signal: AbortSignal,
  failed: (reason: string) => void,
  ask: (id: string, after: number) => Promise<number>,
): Promise<void> {
  const id = crypto.getRandomValues(new Uint32Array(3)).join('-');
  let after = 0;
  await poll(interval, signal, async () => {
    try {
      after = await ask(id, after);
      return true;
    } catch (error) {
      if (!signal.aborted) failed(reasonFor(error));
      return false;
    }
  });
  // Nobody waits for the answer: a look that is not ended expires.
  $.ajax({ method: 'DELETE', url: `stream-sea/${encodeURIComponent(server)}/peeks/${id}` });
}

function queryOf(id: string, after: number, { last, choice }: Looked): string {
  const { field, by } = choice();
  const wanted = { id, after, last, values: 1, field, by };
  return Object.entries(wanted)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
}

async function peek(server: string, stream: string, query: string, signal: AbortSignal): Promise<PeekAnswer> {
  const reply = await ask('GET', ['stream-sea', server, 'streams', stream, 'peek'], signal, { query });
  const messages = listIn(reply, 'messages').map((message) => {
    if (!isRecord(message)) throw unexpected('messages');
    const { number, at, value, format } = message;
    return { number: Number(number), at: Number(at), value: String(value), format: String(format) };
  });
  if (!isRecord(reply)) throw unexpected('state');
  const state = reply.state === 'subscribed' || reply.state === 'failed' ? reply.state : 'connecting';
  const problem = parseSaid(reply.problem);
  const values = isValues(reply.values) ? reply.values : undefined;
  return {
    messages,
    count: Number(reply.count),
    state,
    ...(problem && { problem }),
    ...(values && { values }),
  };
}

/** The runtime's own word, of the same package; what is in it is shown as numbers and texts only. */
function isValues(values: unknown): values is ValuesAnswer {
  return isRecord(values) && typeof values.at === 'number' && Array.isArray(values.lines);
}
