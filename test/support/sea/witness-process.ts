/**
 * A well-behaved client in a process of its own: publishes to a stream, one message after the other, and receives each.
 * Arguments: the server's URL, client id, secret. Says `ready`; when asked, how it went, and begins anew.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { WebSocket } from 'ws';

export interface Testimony {
  /** Messages that came back. */
  readonly rounds: number;
  /** Milliseconds of the longest wait for one, the one it waits for now too. */
  readonly longest: number;
  readonly troubles: readonly string[];
}

const [, , url = '', clientId = '', clientSecret = ''] = process.argv;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
const STREAM = 'witness';

const troubles: string[] = [];
let rounds = 0;
let longest = 0;
let began = performance.now();
let arrived: () => void = () => {};

async function publish(n: number): Promise<void> {
  const request = httpRequest(url, {
    method: 'POST',
    path: `/api/v1/streams/${STREAM}/publish`,
    agent,
    headers: { authorization, 'content-type': 'application/json' },
  });
  request.end(JSON.stringify({ payload: { n } }));
  const [response] = await once(request, 'response');
  response.resume();
  if (response.statusCode !== 200) troubles.push(`published: ${response.statusCode}`);
}

async function subscribe(): Promise<void> {
  const ws = new WebSocket(`${url.replace('http', 'ws')}/api/v1/streams`);
  await once(ws, 'open');
  const send = async (frame: object) => {
    ws.send(JSON.stringify(frame));
    const [reply] = await once(ws, 'message');
    if (!JSON.parse(String(reply)).success) throw new Error(String(reply));
  };
  await send({ id: 1, action: 'authenticate', payload: { type: 'basic', clientId, clientSecret } });
  await send({ id: 2, action: 'subscribe', payload: STREAM, groupId: randomUUID() });
  ws.on('message', () => arrived());
  ws.on('close', (code, reason) => troubles.push(`closed: ${code} ${reason}`));
}

async function run(): Promise<void> {
  await subscribe();
  process.send?.('ready');
  for (let n = 0; ; n += 1) {
    began = performance.now();
    const back = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await publish(n);
    await back;
    longest = Math.max(longest, performance.now() - began);
    rounds += 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

process.on('message', () => {
  const testimony: Testimony = {
    rounds,
    longest: Math.max(longest, performance.now() - began),
    troubles: troubles.splice(0),
  };
  rounds = 0;
  longest = 0;
  process.send?.(testimony);
});
process.once('disconnect', () => process.exit(0));
run().catch((error) => {
  troubles.push(String(error));
  process.send?.('ready');
});
