/** A client whose tokens end all the time, under load, with a real server: what came of it, in figures. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../../../src/client/client';
import { operations } from '../../../src/protocol/http/operations';
import { startServer } from '../../../src/server/server';
import { drawKeyPair } from './tokens';

export interface RenewalPlan {
  /** Milliseconds that each token is valid. */
  readonly tokenLifetime: number;
  /** How many times it is to be followed by another. */
  readonly renewals: number;
  /** Messages a second. */
  readonly rate: number;
  /** Milliseconds by which the server's clock is ahead of the client's. */
  readonly ahead: number;
}

export interface RenewalFigures {
  readonly published: number;
  readonly lost: number;
  readonly doubled: number;
  readonly renewals: number;
  /** That the server had at once, and how many there were in all. */
  readonly mostConnections: number;
  readonly connections: number;
  /** Milliseconds. */
  readonly took: number;
  /** What the client had to say: states after the first `ready`, and problems. */
  readonly told: readonly string[];
}

const CREDENTIALS = { clientId: 'gauge', clientSecret: 'gauge-secret' };
const STREAM = 'boiler';
const TICK = 10;

/** Milliseconds from the server to the receiver, and as many back: at any moment some messages are on their way. */
const AWAY = 25;

export async function renewUnderLoad(plan: RenewalPlan): Promise<RenewalFigures> {
  const { tokenLifetime, renewals, rate, ahead } = plan;
  let open = 0;
  let connections = 0;
  let mostConnections = 0;
  const server = await startServer({
    jail: { jailId: 'works', ...CREDENTIALS },
    now: () => Date.now() + ahead,
    onEvent: ({ kind }) => {
      if (kind === 'client connected') {
        connections += 1;
        open += 1;
      } else if (kind === 'client disconnected') open -= 1;
      mostConnections = Math.max(mostConnections, open, server.stats().connections);
    },
  });
  const far = await openFarAway(server.port);
  const { publicKey, privateKey } = drawKeyPair();
  const sender = new Client({ url: server.url, credentials: { type: 'basic', ...CREDENTIALS } });
  const receiver = new Client({
    url: `http://127.0.0.1:${(far.address() as AddressInfo).port}`,
    credentials: { type: 'key', clientId: CREDENTIALS.clientId, privateKey, tokenLifetime },
  });
  const told: string[] = [];
  receiver.on('problem', ({ message }) => told.push(message));
  const counts = [new Map<number, number>(), new Map<number, number>()];
  const began = performance.now();
  let published = 0;
  try {
    const body = { jwtPublicKey: publicKey };
    await sender.request(operations.setJwtPublicKey, CREDENTIALS.clientId, body);
    await Promise.all(
      counts.map((count, index) => {
        const delivery =
          index === 0 ? ({ type: 'every' } as const) : ({ type: 'group', group: 'g' } as const);
        return new Promise<void>((resolve, reject) => {
          receiver.subscribe(STREAM, delivery, {
            message: (message) => {
              const { n } = message as { n: number };
              count.set(n, (count.get(n) ?? 0) + 1);
            },
            ready: () => resolve(),
            error: reject,
          });
        });
      }),
    );
    receiver.on('state', ({ name }) => told.push(name));
    const sent: Promise<void>[] = [];
    const start = performance.now();
    const end = start + (renewals + 2) * tokenLifetime + 10_000;
    while (connections <= renewals && performance.now() < end) {
      const due = Math.floor(((performance.now() - start) * rate) / 1000);
      for (; published < due; published += 1) sent.push(sender.publish(STREAM, { n: published }));
      await delay(TICK);
    }
    await Promise.all(sent);
    const arrived = (): boolean => counts.every((count) => count.size >= published);
    for (let tries = 0; !arrived() && tries < 500; tries += 1) await delay(TICK);
    // What comes twice may come later.
    await delay(200);
  } finally {
    await Promise.all([sender.close(), receiver.close()]);
    await server.close();
    far.close();
  }
  const all = counts.map((count) => [...count.values()].reduce((sum, times) => sum + times, 0));
  return {
    published,
    lost: counts.reduce((sum, count) => sum + published - count.size, 0),
    doubled: counts.reduce((sum, count, index) => sum + (all[index] ?? 0) - count.size, 0),
    renewals: connections - 1,
    mostConnections,
    connections,
    took: Math.round(performance.now() - began),
    told: told.filter((each) => each !== 'closed' && each !== 'idle'),
  };
}

/** The server, as somebody sees it who is some way off. */
async function openFarAway(port: number): Promise<Server> {
  const lead = (from: Socket, to: Socket): void => {
    from.on('data', (chunk) => setTimeout(() => to.write(chunk), AWAY));
    from.on('end', () => setTimeout(() => to.end(), AWAY));
    from.on('error', () => setTimeout(() => to.resetAndDestroy(), AWAY));
  };
  const far = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const there = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    lead(near, there);
    lead(there, near);
  });
  await new Promise<void>((resolve) => {
    far.listen(0, '127.0.0.1', resolve);
  });
  return far;
}
