/**
 * A real Node-RED is killed at random moments with messages in its disk queue, and started again in the same folder.
 * Once killed, its folder is read: what is found there was accepted, and must arrive. KILLS says how often.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { readOutbox } from '../../src/client/outbox/outbox-reader';
import { startFaultProxy } from '../support/network/fault-proxy';
import { ok, Wire } from '../support/network/wire';
import { startServer } from '../support/sea/sea';
import { MortalNodeRed } from './mortal-node-red';
import { Random } from './random';

const KILLS = Number(process.env.KILLS ?? 5);
const SEED = Number(process.env.SEED ?? 1);
const GAUGE = { clientId: 'gauge', clientSecret: 'gauge-secret' };
const SCHEMA = {
  version: 1,
  fields: [
    { name: 'life', type: 'integer' },
    { name: 'n', type: 'integer' },
  ],
};
const LINES_APART = 20;
const MOST_GENERATED = 600;

interface Reading {
  readonly life: number;
  readonly n: number;
}

/** Sends messages without end, and says so now and then; says of each when the server has it. */
const flows = (port: number): object[] => [
  { id: 'tab', type: 'tab', label: 'test' },
  {
    id: 'sea',
    type: 'stream-sea-server',
    where: 'remote',
    host: '127.0.0.1',
    port: String(port),
    offline: 'disk',
    queueLimit: 100_000,
  },
  {
    id: 'generate',
    z: 'tab',
    type: 'function',
    func: '',
    initialize: `
      let n = 0;
      const generate = () => {
        for (let i = 0; i < 5; i += 1) node.send({ payload: { life: Number(env.get('LIFE')), n: n++ } });
        if (n % ${LINES_APART} === 0) node.warn('generated ' + n + '.');
      };
      context.set('timer', setInterval(generate, 2), 'memory');`,
    outputs: 1,
    x: 1,
    y: 1,
    wires: [['out']],
  },
  { id: 'out', z: 'tab', type: 'stream-sea-out', server: 'sea', stream: 'readings', x: 1, y: 1, wires: [] },
  { id: 'complete', z: 'tab', type: 'complete', scope: ['out'], x: 1, y: 1, wires: [['done']] },
  {
    id: 'done',
    z: 'tab',
    type: 'function',
    func: `node.warn('completed ' + msg.payload.n + '.');`,
    outputs: 0,
    x: 1,
    y: 1,
    wires: [],
  },
  { id: 'catch', z: 'tab', type: 'catch', scope: null, x: 1, y: 1, wires: [['failed']] },
  {
    id: 'failed',
    z: 'tab',
    type: 'function',
    func: `node.warn('FAILED ' + msg.error.message);`,
    outputs: 0,
    x: 1,
    y: 1,
    wires: [],
  },
];

describe('kill -9', () => {
  let nodeRed: MortalNodeRed | undefined;

  afterEach(async () => {
    await nodeRed?.remove();
  });

  it(`${KILLS} times at random moments: every accepted message arrives after the restart (G9)`, async () => {
    const random = new Random(SEED);
    const server = await startServer();
    await ok(server.url, 'POST', '/streams/readings/define', SCHEMA, { as: GAUGE });
    const observer = await Wire.login(server.url, GAUGE);
    await observer.subscribe('readings', randomUUID());
    const proxy = await startFaultProxy(server.port);
    nodeRed = await MortalNodeRed.prepare(flows(proxy.port), { sea: GAUGE });

    const arrived = new Arrivals();
    const listen = async (): Promise<void> => {
      for (;;) {
        arrived.add(((await observer.next()) as { payload: Reading }).payload);
      }
    };
    const listening = listen().catch(() => {});

    const accepted: Reading[] = [];
    const completed: Reading[] = [];
    for (let life = 0; life < KILLS; life += 1) {
      await proxy.setDoor('open');
      await nodeRed.start({ LIFE: String(life) });
      await arrived.all(accepted);
      // Mostly away, so that messages pile up on the disk; at times there, so that they are deleted as the end comes.
      if (random.chance(0.7)) {
        await proxy.setDoor('refuse');
        proxy.strike({ type: 'cut' });
      }
      const lines = 1 + random.below(MOST_GENERATED / LINES_APART);
      await nodeRed.prints(new RegExp(`generated ${lines * LINES_APART}\\.`));
      await nodeRed.kill();
      assert.doesNotMatch(nodeRed.output, /FAILED/);
      for (const [, n] of nodeRed.output.matchAll(/completed (\d+)\./g))
        completed.push({ life, n: Number(n) });
      accepted.push(...(await onDisk(nodeRed.userDir)));
    }
    await proxy.setDoor('open');
    await nodeRed.start({ LIFE: String(KILLS) });
    await arrived.all(accepted);
    await nodeRed.kill();

    await arrived.all(completed);
    assert.ok(accepted.length > KILLS * 10, `only ${accepted.length} were ever on the disk`);
    arrived.assertNoHoles();
    if (process.env.KILLS) {
      console.log(
        `${KILLS} kills: ${accepted.length} found on the disk, ${completed.length} completed, ` +
          `${arrived.messages} arrived, ${arrived.doubled} of them twice`,
      );
    }
    observer.ws.terminate();
    await listening;
  }).timeout(60_000 + KILLS * 20_000);
});

/** What the server got, told apart by the life that sent it. */
class Arrivals {
  readonly #lives = new Map<number, Set<number>>();
  readonly #outOfOrder: Reading[] = [];
  #changed: () => void = () => {};
  messages = 0;
  doubled = 0;

  add({ life, n }: Reading): void {
    const numbers = this.#lives.get(life) ?? new Set();
    this.#lives.set(life, numbers);
    this.messages += 1;
    if (numbers.has(n)) this.doubled += 1;
    // At least once: what was sent as the end came may be sent again. The first time counts.
    if (!numbers.has(n) && n !== numbers.size) this.#outOfOrder.push({ life, n });
    numbers.add(n);
    this.#changed();
  }

  /** Resolves once these are all there. */
  async all(readings: readonly Reading[]): Promise<void> {
    let missing = readings.length;
    while (missing > 0) {
      const { life = 0, n = 0 } = readings[missing - 1] ?? {};
      if (this.#lives.get(life)?.has(n)) missing -= 1;
      else {
        await new Promise<void>((resolve) => {
          this.#changed = resolve;
        });
      }
    }
  }

  /** Each life’s messages came in order and without a hole, up to where it was killed. */
  assertNoHoles(): void {
    assert.deepEqual(this.#outOfOrder, []);
  }
}

/** What the disk queue of a Node-RED that is dead holds. */
async function onDisk(userDir: string): Promise<Reading[]> {
  const queues = join(userDir, 'stream-sea', 'queues');
  // The end may come before the first message is.
  const [queue] = existsSync(queues) ? readdirSync(queues) : [];
  const stored = queue === undefined ? [] : (await readOutbox(join(queues, queue, 'messages'))).messages;
  return stored.map(({ text }) => JSON.parse(text) as Reading);
}
