/**
 * What a look costs the Node-RED that is looked at: CPU at 10,000 messages a second, nobody looking, somebody looking at
 * a stream that a flow receives, and at one that none does. `npx tsx bench/look.ts`, after a build; on Linux.
 */

import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { startNodeRed } from '../test/support/node-red/node-red';

const RATE = 10_000;
const ROUNDS = 3;
const SECONDS = 6;

/** In a thread of its own: what publishing costs is none of Node-RED's. */
const SEA = `
  const { Client, startServer } = require('./dist/src/index.js');
  const { parentPort } = require('node:worker_threads');
  startServer({ jail: { clientId: 'gauge', clientSecret: 'gauge-secret' } }).then(async (server) => {
    const client = new Client({ url: server.url, credentials: { type: 'basic', ...server.credentials } });
    const fields = [
      { name: 'boiler', type: 'enum', enum: ['north', 'east', 'west'] },
      { name: 'at', type: 'date' },
      { name: 'temperature', type: 'float' },
      { name: 'pressure', type: 'float' },
    ];
    await client.define({ name: 'boiler_data', version: 1, fields });
    parentPort.postMessage(server.port);
    let sent = 0;
    const start = performance.now();
    setInterval(() => {
      const due = Math.floor(((performance.now() - start) / 1000) * ${RATE}) - sent;
      if (due <= 0) return;
      const messages = Array.from({ length: Math.min(due, 2000) }, () => {
        sent += 1;
        const boiler = fields[0].enum[sent % 3];
        return { boiler, at: '2026-01-02T03:04:05Z', temperature: 160 + (sent % 40), pressure: 7.25 };
      });
      client.publishAll('boiler_data', messages).catch(() => {});
    }, 10);
  });
`;

async function main(): Promise<void> {
  const sea = new Worker(SEA, { eval: true });
  const port = await new Promise<number>((resolve) => sea.once('message', resolve));
  const remote = { type: 'stream-sea-server', where: 'remote', host: '127.0.0.1', port: String(port) };
  const flows = [
    { id: 'tab', type: 'tab', label: 'Flow' },
    { id: 'used', ...remote },
    { id: 'unused', ...remote },
    {
      id: 'in',
      z: 'tab',
      type: 'stream-sea-in',
      server: 'used',
      stream: 'boiler_data',
      wires: [[]],
      x: 1,
      y: 1,
    },
  ];
  const client = { clientId: 'gauge', clientSecret: 'gauge-secret' };
  const nodeRed = await startNodeRed({ flows, credentials: { used: client, unused: client } });
  try {
    const received = async (): Promise<number> => {
      const { servers } = await (await fetch(new URL('stream-sea/servers', nodeRed.url))).json();
      return servers[0].subscriptions[0].received;
    };
    const pid = childOf(process.pid);
    await pause(4_000);
    const modes = {
      'nobody looks': undefined,
      'a look at what a flow receives': 'used',
      'a look of its own': 'unused',
    };
    const found = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [mode, server] of Object.entries(modes)) {
        const looking = new AbortController();
        const looked = server === undefined ? undefined : look(nodeRed.url, server, looking.signal);
        await pause(1_500);
        const [cpu, at, count] = [cpuOf(pid), performance.now(), await received()];
        await pause(SECONDS * 1_000);
        const seconds = (performance.now() - at) / 1_000;
        const share = (cpuOf(pid) - cpu) / seconds;
        const rate = ((await received()) - count) / seconds;
        looking.abort();
        await looked;
        found.set(mode, [...(found.get(mode) ?? []), share]);
        console.log(`${mode}: ${(share * 100).toFixed(1)} % of a core, ${rate.toFixed(0)} messages/s`);
      }
    }
    for (const [mode, shares] of found) {
      const sorted = shares.toSorted((a, b) => a - b);
      const percent = (share: number | undefined) => `${((share ?? 0) * 100).toFixed(1)} %`;
      const [least, median, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)].map(percent);
      console.log(`${mode}: median ${median} (${least} to ${most})`);
    }
  } finally {
    await nodeRed.close();
    await sea.terminate();
  }
}

/** As the sidebar asks. */
async function look(url: string, server: string, signal: AbortSignal): Promise<void> {
  const id = randomUUID();
  while (!signal.aborted) {
    const query = `id=${id}&after=0&last=1&values=1&field=temperature&by=boiler`;
    await (await fetch(new URL(`stream-sea/${server}/streams/boiler_data/peek?${query}`, url))).text();
    await pause(700);
  }
  await fetch(new URL(`stream-sea/${server}/peeks/${id}`, url), { method: 'DELETE' });
}

function childOf(parent: number): number {
  const child = readdirSync('/proc').find((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return command.includes('node-red-process') && Number(statOf(name)[1]) === parent;
    } catch {
      return false;
    }
  });
  return Number(child);
}

/** Seconds, of all its threads. */
function cpuOf(pid: number): number {
  const [user, system] = statOf(String(pid)).slice(11, 13).map(Number);
  return ((user ?? 0) + (system ?? 0)) / 100;
}

/** From the state on: the name before it may hold spaces. */
function statOf(pid: string): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

void main();
