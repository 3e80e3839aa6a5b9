/** Runs the sides of a group in turn, round by round, and compares them round by round. */

import { loadavg } from 'node:os';

/**
 * @param {{ openings: number, rounds: number, ms: number }} times each side is opened anew so many times, as a process
 *   may come to be compiled for the worse and stay so; each time it takes so many rounds.
 */
export async function compare(group, setup, { openings, rounds, ms }) {
  const results = Object.fromEntries(Object.keys(group.sides).map((name) => [name, []]));
  for (let opening = 0; opening < openings; opening += 1) {
    const sides = {};
    try {
      for (const [name, open] of Object.entries(group.sides)) sides[name] = await open(setup);
      // Rounds that do not count: sockets are open, heaps have grown, code is compiled. After two of them the nodes took
      // a third longer a message than after five, and bare programs did not; a gateway runs for months.
      for (let warming = 0; warming < (group.warmUp ?? 5); warming += 1) {
        for (const side of Object.values(sides)) await side.round(ms);
      }
      for (let round = 0; round < rounds; round += 1) {
        // Each round begins with another side, so that none always follows the same neighbour.
        const names = rotated(Object.keys(sides), opening + round);
        for (const name of names) results[name].push(await sides[name].round(ms));
      }
    } finally {
      await Promise.all(Object.values(sides).map((side) => side.close()));
    }
  }
  return {
    name: group.name,
    unit: group.unit,
    load: loadavg()[0],
    sides: Object.fromEntries(Object.entries(results).map(([name, list]) => [name, summary(list)])),
    rows: group.rows.map((row) => compareRow(row, results)),
  };
}

/** Round by round, as what disturbs the machine disturbs neighbours in time alike. */
function compareRow({ of, to, as, difference = false, goal, better }, results) {
  const pairs = results[of].map((result, round) => [result.value, results[to][round].value]);
  const ratio = spread(pairs.map(([a, b]) => (difference ? a - b : a / b)));
  const met =
    goal === undefined ? undefined : better === 'more' ? ratio.median >= goal : ratio.median <= goal;
  return {
    name: as ?? `${of} / ${to}`,
    ...ratio,
    perCpu: perCpu(results[of], results[to]),
    goal,
    better,
    met,
  };
}

/** The same per second of processor time: what it would be, were the machine not shared with anybody. */
function perCpu(ofs, tos) {
  const pairs = ofs.map((result, round) => result.perCpuSecond / tos[round].perCpuSecond);
  return pairs.some(Number.isNaN) ? undefined : spread(pairs).median;
}

function summary(list) {
  const last = list.at(-1);
  const values = spread(list.map(({ value }) => value));
  const extra = {};
  for (const key of ['p99', 'cpu', 'serverCpu', 'perCpuSecond']) {
    if (last[key] !== undefined) extra[key] = spread(list.map((result) => result[key])).median;
  }
  return { ...values, ...extra };
}

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median =
    sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

function rotated(list, by) {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
