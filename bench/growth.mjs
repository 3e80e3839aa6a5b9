/**
 * `npm run bench -- --growth`: how cost grows with streams, nodes, clients, readers, groups, gateways and sizes; drawn
 * as SVG. Points of one curve are measured one after the other, several times over; the median is drawn.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spread } from './lib/compare.mjs';
import { SMALL } from './lib/messages.mjs';
import { plot } from './lib/plot.mjs';
import { figure } from './lib/report.mjs';
import { servingMany, subscribing } from './lib/sides.mjs';
import { intoNodeRed, outOfNodeRed, raw } from './rows/sides.mjs';

const COUNTS = [1, 10, 100, 1_000, 10_000];
const SIZES = [10, 100, 1_000, 10_000, 100_000, 1_000_000];

const served = (options) => servingMany({ bytes: SMALL, publishers: 2, ...options });

const readers = (engine) => (count) => served({ engine, subscribers: count, groups: 'one' });
const groups = (engine) => (count) => served({ engine, subscribers: count, groups: 'lasting' });

/** However many: the same publishers, and the same readers, who share a group. */
const gateways = (perProcessor) => (count) =>
  served({
    ...{ servers: count, engine: 'jetstream', perProcessor },
    ...{ publishers: 6, subscribers: 6, groups: 'one' },
  });

const megabytes = ({ heapUsed, arrayBuffers }) => (heapUsed + arrayBuffers) / 1e6;

export const curves = [
  {
    file: 'streams',
    title: 'Streams on one connection, 96 B',
    x: 'streams',
    points: COUNTS,
    memory: true,
    lines: {
      'stream in': (streams) => subscribing({ bytes: SMALL, streams }),
      'raw ws + JSON.parse': (streams) => raw(SMALL, streams),
      'stream out, 256 offered': (streams) => outOfNodeRed('publish', SMALL, { streams }),
    },
  },
  {
    file: 'nodes',
    title: 'stream in nodes, each its own stream, 96 B',
    x: 'nodes',
    points: [1, 10, 100, 1_000],
    memory: true,
    lines: { 'stream in': (streams) => intoNodeRed('receive', SMALL, { streams }) },
  },
  {
    file: 'clients',
    title: 'Remote clients of the embedded server: deliveries, 96 B',
    x: 'clients',
    points: [1, 10, 100, 1_000],
    memory: true,
    lines: { 'embedded server': (count) => served({ subscribers: count }) },
  },
  {
    file: 'readers',
    title: 'Readers that share a group of a server, 96 B',
    x: 'readers',
    points: [1, 10, 100, 1_000],
    memory: true,
    lines: { memory: readers('memory'), JetStream: readers('jetstream') },
  },
  {
    file: 'groups',
    title: 'Lasting groups, each gets every message: deliveries, 96 B',
    x: 'groups',
    points: [1, 10, 100],
    memory: true,
    lines: { memory: groups('memory'), JetStream: groups('jetstream') },
  },
  {
    file: 'gateways',
    title: 'Gateways on one NATS, 6 publishers, 6 readers that share a group, 96 B',
    x: 'gateways',
    points: [1, 2, 3],
    lines: { 'messages a second': gateways(false), 'a second of a processor': gateways(true) },
  },
  {
    file: 'sizes',
    title: 'Size of a message',
    x: 'bytes of JSON',
    points: SIZES,
    lines: {
      'stream in': (bytes) => intoNodeRed('receive', bytes),
      'raw ws + JSON.parse': raw,
      'stream out, 256 offered': (bytes) => outOfNodeRed('publish', bytes),
    },
  },
];

/** @returns {Promise<object[]>} each curve with its measured lines */
export async function grow(setup, { rounds, ms, out, isChosen }) {
  const results = [];
  for (const { lines, ...curve } of curves.filter(({ title }) => isChosen(title))) {
    console.log(`\n${curve.title}`);
    const measured = [];
    for (const [name, sideOf] of Object.entries(lines)) {
      const line = { name, points: [] };
      for (const x of curve.points) {
        const side = await sideOf(x)(setup);
        await side.round(Math.min(ms, 500));
        const values = [];
        for (let round = 0; round < rounds; round += 1) values.push((await side.round(ms)).value);
        const memory = curve.memory ? megabytes(await side.subject.heap()) : undefined;
        await side.close();
        const point = { x, ...spread(values), memory };
        line.points.push(point);
        const heap = memory === undefined ? '' : `  ${memory.toFixed(1)} MB`;
        console.log(
          `  ${name.padEnd(28)}${String(x).padStart(9)}  ${figure(point.median)} messages/s${heap}`,
        );
      }
      measured.push(line);
    }
    results.push({ ...curve, lines: measured });
    await draw(curve, measured, out);
  }
  return results;
}

async function draw({ file, title, x, memory }, lines, out) {
  const rate = { title: `${title}: messages/s`, x, y: 'messages/s' };
  const series = (key) =>
    lines.map(({ name, points }) => ({ name, points: points.map((point) => [point.x, point[key]]) }));
  await mkdir(out, { recursive: true });
  await writeFile(join(out, `${file}.svg`), plot(rate, series('median')));
  if (!memory) return;
  const heap = { title: `${title}: memory`, x, y: 'MB in use' };
  await writeFile(join(out, `${file}-memory.svg`), plot(heap, series('memory')));
}
