/**
 * `npm run soak`: a real Node-RED publishes and subscribes for minutes through a network that fails all the time; then
 * the network is good again, everything must come to an end, and the books must balance. The last line says what was
 * sent, accepted, delivered, lost and doubled, and what the process held. Exit code 1 if anything was lost.
 *
 * MINUTES: how long (10). SEED: the same one gives the same faults (1).
 */

import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../src/client/client.ts';
import { startServer } from '../../src/server/server.ts';
import { Random } from '../../test/faults/random.ts';
import { openFaultProxy } from '../../test/support/network/fault-proxy.ts';

const MINUTES = Number(process.env.MINUTES ?? 10);
const SEED = Number(process.env.SEED ?? 1);

/** How each stream is published: a server node of each kind of queue, with and without batches and checks. */
const STREAMS = [
  { name: 'memory', server: 'sea-in-memory', validate: 'types' },
  { name: 'alone', server: 'sea-in-memory', batch: false },
  { name: 'disk', server: 'sea-on-disk' },
];
const SCHEMA = { version: 1, fields: [{ name: 'n', type: 'integer' }] };
const CREDENTIALS = { clientId: 'soak', clientSecret: 'soak-secret' };

/** Milliseconds between messages of a stream, and between faults. */
const PACE = 5;
const CALM = [50, 3_000];
const TROUBLE = [20, 2_000];

/** For everything to come to an end once the network is good: some of the longest backoffs. */
const SETTLE = 240_000;

const root = resolve(import.meta.dirname, '../..');
const random = new Random(SEED);
const faults = new Map();

/** Each strikes, and tells its name; the network is mended some time later. */
const FAULTS = [
  async (proxy) => strikeAll(proxy, { type: 'cut' }),
  async (proxy) => strikeAll(proxy, { type: 'end' }),
  async (proxy) => strikeAll(proxy, { type: 'stall' }),
  async (proxy) => strikeAll(proxy, { type: 'swallow' }),
  async (proxy) => strikeAll(proxy, { type: 'delay', ms: random.below(50) }),
  async (proxy) => strikeAll(proxy, { type: 'throttle', bytesPerMs: 1 + random.below(50) }),
  async (proxy) => strikeAll(proxy, { type: 'corrupt', at: random.next() }),
  (proxy) => shut(proxy, 'refuse'),
  (proxy) => shut(proxy, 'cut'),
  (proxy) => shut(proxy, 'end'),
  (proxy) => shut(proxy, 'hang'),
  async (proxy) => {
    const type = random.pick(['cut', 'end', 'swallow', 'corrupt']);
    proxy.onChunk = () => (random.chance(0.1) ? { type, at: random.next() } : undefined);
    return `${type} now and then`;
  },
];

function strikeAll(proxy, fault) {
  const direction = random.pick(['up', 'down', undefined]);
  proxy.strike(fault, direction);
  return `${fault.type} ${direction ?? 'both ways'}`;
}

async function shut(proxy, door) {
  await proxy.setDoor(door);
  if (random.chance(0.5)) proxy.strike({ type: 'cut' });
  return `${door} newcomers`;
}

function flows(port) {
  const remote = {
    type: 'stream-sea-server',
    where: 'remote',
    host: '127.0.0.1',
    port: String(port),
    queueLimit: 1_000_000,
    requestTimeout: 3,
    silenceTimeout: 5,
  };
  const place = { z: 'tab', x: 1, y: 1, wires: [] };
  return [
    { id: 'tab', type: 'tab', label: 'soak' },
    { id: 'sea-in-memory', ...remote, offline: 'memory' },
    { id: 'sea-on-disk', ...remote, offline: 'disk' },
    ...STREAMS.flatMap(({ name, ...properties }) => [
      {
        ...place,
        id: `generate-${name}`,
        type: 'function',
        func: '',
        outputs: 1,
        initialize: `context.timer = setInterval(() => {
          const n = global.get('soak').next('${name}');
          if (n !== undefined) node.send({ topic: '${name}', payload: { n } });
        }, ${PACE});`,
        finalize: 'clearInterval(context.timer);',
        wires: [[`out-${name}`]],
      },
      { ...place, ...properties, id: `out-${name}`, type: 'stream-sea-out', stream: name },
      { ...place, id: `in-${name}`, type: 'stream-sea-in', ...properties, stream: name, wires: [['count']] },
    ]),
    { ...place, id: 'count', type: 'function', outputs: 0, func: `global.get('soak').received();` },
    ...['complete', 'catch'].map((type) => ({
      ...place,
      id: type,
      type,
      scope: STREAMS.map(({ name }) => `out-${name}`),
      wires: [['end']],
    })),
    {
      ...place,
      id: 'end',
      type: 'function',
      outputs: 0,
      func: `global.get('soak').ended(msg.topic, msg.payload.n, msg.error && msg.error.message);`,
    },
  ];
}

async function startNodeRed(port) {
  const userDir = await mkdtemp(join(tmpdir(), 'stream-sea-soak-'));
  await writeFile(join(userDir, 'flows.json'), JSON.stringify(flows(port)));
  await writeFile(
    join(userDir, 'flows_cred.json'),
    JSON.stringify({ 'sea-in-memory': CREDENTIALS, 'sea-on-disk': CREDENTIALS }),
  );
  await mkdir(join(userDir, 'node_modules', '@stream-sea'), { recursive: true });
  await symlink(root, join(userDir, 'node_modules', '@stream-sea', 'node-red'), 'junction');
  const child = fork(join(import.meta.dirname, 'soak-node-red.mjs'), { cwd: root });
  const ended = once(child, 'exit');
  child.send({ type: 'start', userDir });
  await Promise.race([once(child, 'message'), ended.then(() => Promise.reject(new Error('Node-RED ended')))]);
  return {
    pause: () => child.send({ type: 'pause' }),
    async report() {
      child.send({ type: 'report' });
      const [report] = await once(child, 'message');
      return report;
    },
    async close() {
      child.disconnect();
      await ended;
      await rm(userDir, { recursive: true, force: true });
    },
  };
}

/** Counts each number that arrives at the server, beside the bad network. */
async function observe(url) {
  const client = new Client({ url, credentials: { type: 'basic', ...CREDENTIALS } });
  const seen = new Map(STREAMS.map(({ name }) => [name, []]));
  for (const { name } of STREAMS) {
    await client.define(SCHEMA, { stream: name });
    const group = randomUUID();
    await new Promise((ready, error) => {
      client.subscribe(
        name,
        { type: 'group', group },
        {
          message: ({ n }) => {
            const numbers = seen.get(name);
            numbers[n] = (numbers[n] ?? 0) + 1;
          },
          error,
          ready,
        },
      );
    });
  }
  return { seen, close: () => client.close() };
}

async function disturb(proxy, until) {
  while (Date.now() < until) {
    await sleep(between(CALM));
    const name = await random.pick(FAULTS)(proxy);
    faults.set(name, (faults.get(name) ?? 0) + 1);
    await sleep(between(TROUBLE));
    await proxy.resume();
  }
}

function between([least, most]) {
  return least + random.below(most - least);
}

/** Until every message has its end. */
async function settled(nodeRed) {
  const until = Date.now() + SETTLE;
  for (;;) {
    const report = await nodeRed.report();
    if (report.streams.every(({ open }) => open.length === 0) || Date.now() > until) return report;
    await sleep(500);
  }
}

function balance(report, seen) {
  const books = { sent: 0, accepted: 0, delivered: 0, failed: 0, lost: 0, doubled: 0, lied: 0 };
  for (const { name, sent, completed, failed, open } of report.streams) {
    const failures = new Set(failed.map(([n]) => n));
    const unfinished = new Set(open);
    const numbers = seen.get(name);
    books.sent += sent;
    books.accepted += completed;
    books.failed += failed.length;
    for (let n = 0; n < sent; n += 1) {
      const times = numbers[n] ?? 0;
      if (times > 0) books.delivered += 1;
      if (times > 1) books.doubled += times - 1;
      if (times === 0 && !failures.has(n)) books.lost += 1;
      if (times > 0 && failures.has(n)) books.lied += 1;
      if (times > 0 && unfinished.has(n)) books.lied += 1;
    }
  }
  return books;
}

async function main() {
  console.log(`Soaking for ${MINUTES} minutes with seed ${SEED}.`);
  const server = await startServer({ jail: CREDENTIALS, pingInterval: 1_000 });
  const proxy = await openFaultProxy(server.port);
  const observer = await observe(server.url);
  const nodeRed = await startNodeRed(proxy.port);
  await sleep(2_000);
  const before = await nodeRed.report();

  const end = Date.now() + MINUTES * 60_000;
  const news = setInterval(async () => {
    const { sent, accepted, delivered } = balance(await nodeRed.report(), observer.seen);
    console.log(`  sent ${sent}, accepted ${accepted}, delivered ${delivered}, faults ${total(faults)}`);
  }, 60_000);
  await disturb(proxy, end);
  clearInterval(news);

  nodeRed.pause();
  const mended = Date.now();
  await settled(nodeRed);
  const recovery = Date.now() - mended;
  // What comes late is the last of the deliveries; then all that is idle is given up.
  await sleep(6_000);
  const after = await nodeRed.report();
  const books = balance(after, observer.seen);
  const reasons = new Map();
  for (const [, why] of after.streams.flatMap(({ failed }) => failed)) {
    reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  await nodeRed.close();
  await observer.close();
  await proxy.close();
  await server.close();

  for (const [name, count] of faults) console.log(`  ${count} x ${name}`);
  for (const [why, count] of reasons) console.log(`  ${count} messages failed: ${why}`);
  console.log(
    `  ${after.received} received by the flow; all had its end ${recovery} ms after the last fault`,
  );
  console.log(
    `sent ${books.sent}, accepted ${books.accepted}, delivered ${books.delivered}, failed and told ${books.failed}, ` +
      `lost ${books.lost}, doubled ${books.doubled}, told wrongly ${books.lied}, faults ${total(faults)}, ` +
      `peak memory ${Math.round(after.peakMemory / 1_048_576)} MiB, ` +
      `sockets ${after.sockets} (${before.sockets} before), timers ${after.timers} (${before.timers} before)`,
  );
  process.exitCode = books.lost + books.lied > 0 ? 1 : 0;
}

function total(counts) {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

await main();
