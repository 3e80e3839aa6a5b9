/** What a server's dialog and the sidebar ask the runtime. */

import { isRecord } from '../../../src/protocol/json';
import { ask, listIn, unexpected } from '../../shared/editor/api.editor';
import { forEver } from '../../shared/editor/lifetime.editor';
import type {
  Invitation,
  KeyPairAnswer,
  QueueList,
  Report,
  SendRequest,
  TestAnswer,
  TestRequest,
} from '../../shared/wire/api';
import { parseSaid } from '../../shared/wire/sentence';

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

/** Both halves as PEM. */
export async function makeKeyPair(signal: AbortSignal): Promise<KeyPairAnswer> {
  const reply = await ask('POST', ['stream-sea', 'key-pair'], signal);
  return { privateKey: textIn(reply, 'privateKey'), publicKey: textIn(reply, 'publicKey') };
}

/** The public half of the private key in the dialog. */
export async function publicKeyOf(body: TestRequest, signal: AbortSignal): Promise<string> {
  return textIn(await ask('POST', ['stream-sea', 'public-key'], signal, { body }), 'publicKey');
}

/** The same, once the server has it as the client's. */
export async function setPublicKey(body: TestRequest, signal: AbortSignal): Promise<string> {
  return textIn(await ask('POST', ['stream-sea', 'public-key', 'set'], signal, { body }), 'publicKey');
}

/** @param server the id of a node that runs. */
export async function getInvitation(server: string, signal: AbortSignal): Promise<Invitation> {
  const reply = await ask('GET', ['stream-sea', server, 'invitation'], signal);
  if (!isRecord(reply)) throw unexpected('urls');
  const { clientId, local } = reply;
  const problem = parseSaid(reply.problem);
  const inside = isRecord(reply.inside) ? reply.inside : undefined;
  return {
    urls: listIn(reply, 'urls').map(String),
    local: local === true,
    clientId: typeof clientId === 'string' ? clientId : null,
    ...(inside && { inside: { path: String(inside.path), adminRoot: String(inside.adminRoot) } }),
    ...(problem && { problem }),
  };
}

export async function getReport(signal: AbortSignal): Promise<Report> {
  const reply = await ask('GET', ['stream-sea', 'servers'], signal);
  if (!isReport(reply)) throw unexpected('servers');
  return reply;
}

export async function getQueues(signal: AbortSignal): Promise<QueueList> {
  const reply = await ask('GET', ['stream-sea', 'queues'], signal);
  if (!isQueueList(reply)) throw unexpected('leftovers');
  return reply;
}

/** Throws away what waits for a server. Returns how many messages that were, as do the others. */
export async function purgeQueue(server: string): Promise<number> {
  return countIn(await ask('POST', ['stream-sea', server, 'queue', 'purge'], forEver), 'purged');
}

export async function sendQueueNow(server: string): Promise<void> {
  await ask('POST', ['stream-sea', server, 'queue', 'send'], forEver);
}

export async function purgeLeftover(key: string): Promise<number> {
  return countIn(await ask('POST', ['stream-sea', 'leftovers', key, 'purge'], forEver), 'purged');
}

export async function sendLeftover(key: string, server: string): Promise<number> {
  const body: SendRequest = { server };
  return countIn(await ask('POST', ['stream-sea', 'leftovers', key, 'send'], forEver, { body }), 'sent');
}

function textIn(reply: unknown, key: string): string {
  const text = isRecord(reply) ? reply[key] : undefined;
  if (typeof text !== 'string') throw unexpected(key);
  return text;
}

function countIn(reply: unknown, key: string): number {
  const count = isRecord(reply) ? reply[key] : undefined;
  if (typeof count !== 'number') throw unexpected(key);
  return count;
}

/** As with a server's part below. */
function isQueueList(reply: unknown): reply is QueueList {
  return isRecord(reply) && Array.isArray(reply.servers) && Array.isArray(reply.leftovers);
}

/** Each server's part is the runtime's own word: of the same package, and shown as text only. */
function isReport(reply: unknown): reply is Report {
  return isRecord(reply) && typeof reply.at === 'number' && Array.isArray(reply.servers);
}
