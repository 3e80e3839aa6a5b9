/** What a server's dialog and the sidebar ask the runtime. */

import { isRecord } from '../../src/protocol/json';
import type { Offer, Report, TestAnswer, TestRequest } from '../shared/api.config';
import { ask, listIn, unexpected } from '../shared/api.editor';
import { parseSaid } from '../shared/sentence.config';

type Step = TestAnswer['steps'][number];

const STEPS = ['settings', 'listen', 'address', 'tls', 'server', 'credentials', 'requests'] as const;
const OUTCOMES = ['fine', 'failed', 'skipped'] as const;

export async function testConnection(body: TestRequest, signal: AbortSignal): Promise<Step[]> {
  const reply = await ask('POST', ['stream-sea', 'test'], signal, { body });
  return listIn(reply, 'steps').map((item) => {
    const said = isRecord(item) ? item : {};
    const step = STEPS.find((each) => each === said.step);
    const outcome = OUTCOMES.find((each) => each === said.outcome);
    if (step === undefined || outcome === undefined) throw unexpected('steps');
    const problem = parseSaid(said.problem);
    if (problem !== undefined) return { step, outcome, problem };
    return typeof said.detail === 'string' ? { step, outcome, detail: said.detail } : { step, outcome };
  });
}

/** @param server the id of a node that runs. */
export async function getOffer(server: string, signal: AbortSignal): Promise<Offer> {
  const reply = await ask('GET', ['stream-sea', server, 'offer'], signal);
  if (!isRecord(reply)) throw unexpected('urls');
  const { clientId, local } = reply;
  const problem = parseSaid(reply.problem);
  return {
    urls: listIn(reply, 'urls').map(String),
    local: local === true,
    clientId: typeof clientId === 'string' ? clientId : null,
    ...(problem && { problem }),
  };
}

export async function getReport(signal: AbortSignal): Promise<Report> {
  const reply = await ask('GET', ['stream-sea', 'servers'], signal);
  if (!isReport(reply)) throw unexpected('servers');
  return reply;
}

/** Each server's part is the runtime's own word: of the same package, and shown as text only. */
function isReport(reply: unknown): reply is Report {
  return isRecord(reply) && typeof reply.at === 'number' && Array.isArray(reply.servers);
}
