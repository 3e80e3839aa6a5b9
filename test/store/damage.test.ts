/**
 * Damage at random: whatever is done to the files, each record whose bytes are whole comes out, nothing false does,
 * and what is said of it is right. SEED and RUNS choose others.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Store } from '../../src/store/store';
import { Random } from '../faults/random';
import { fileIn, LOG } from '../support/store/damage';
import { freshFolder, setAsides } from '../support/store/folders';

const RUNS = Number(process.env.RUNS ?? 30);
const SEED = Number(process.env.SEED ?? 1);

/** A block of a table is closed by the entry that makes it larger than this; any wrong byte costs all of it. */
const BLOCK = 4_096;

interface Written {
  readonly value: string;
  /** Where in the log it is; nothing once it is in a table. */
  readonly span?: readonly [from: number, to: number];
}

describe('store/damage (G9)', () => {
  it(`${RUNS} times at random: what is whole comes out, nothing false does, and the numbers are right`, async () => {
    for (let run = 0; run < RUNS; run += 1) {
      const random = new Random(SEED * 10_000 + run);
      await damageAtRandom(random).catch((thrown) => {
        throw new Error(`run ${run} of SEED ${SEED}: ${thrown.message}`, { cause: thrown });
      });
    }
  }).timeout(20_000 + RUNS * 500);
});

async function damageAtRandom(random: Random): Promise<void> {
  const folder = freshFolder();
  const warnings: string[] = [];
  const open = async () => {
    const store = new Store({ folder, format: 'test 1', warn: (text) => warnings.push(text) });
    return { store, entries: await store.open() };
  };

  const written = new Map<string, Written>();
  for (let session = 0; session < 2; session += 1) {
    for (const [key, { value }] of written) written.set(key, { value });
    const { store } = await open();
    const log = fileIn(folder, LOG);
    for (let count = random.below(60) + 1; count > 0; count -= 1) {
      const key = `key ${written.size + 1_000}`;
      const value = `${key}:${random.next()}:${'x'.repeat(random.below(random.chance(0.1) ? 50_000 : 900))}`;
      const from = statSync(log).size;
      await store.write([{ type: 'put', key, value }], { flush: false });
      written.set(key, { value, span: [from, statSync(log).size] });
    }
    await store.close();
  }
  assert.deepEqual(warnings, []);

  const names = readdirSync(folder).filter((name) => /^(CURRENT|MANIFEST-\d+|\d+\.(log|ldb))$/.test(name));
  const name = random.pick(names as [string, ...string[]]);
  const path = join(folder, name);
  const before = readFileSync(path);
  const [from, to, after] = damaged(random, before);
  if (after === undefined) unlinkSync(path);
  else writeFileSync(path, after);
  const what = `${name} of ${before.length} bytes, ${after?.length ?? 'deleted'}: from ${from} to ${to}`;

  const { store, entries } = await open();
  await store.close();
  const found = new Map(entries);
  for (const [key, value] of found) assert.equal(value, written.get(key)?.value, `${what}: ${key} is false`);

  let missingBytes = 0;
  for (const [key, { value, span }] of written) {
    if (found.has(key)) continue;
    missingBytes += value.length;
    if (LOG.test(name)) {
      assert(span && span[0] < to && span[1] > from, `${what}: ${key} at ${span} is missing, but whole`);
    } else {
      assert(name.endsWith('.ldb'), `${what}: ${key} is missing`);
      const at = before.indexOf(value.slice(0, 20));
      const distance = Math.max(from - (at + value.length), at - to, 0);
      assert(at >= 0 && distance < BLOCK + 50_000, `${what}: ${key} at ${at} is missing, but whole`);
    }
  }

  const isChanged = after === undefined || !after.equals(before);
  // An end that is missing, or is zeros, is what a dying process leaves, too.
  const isUnfinished = LOG.test(name) && after !== undefined && to === before.length;
  if (!isChanged) assert.deepEqual(warnings, []);
  if (isChanged && missingBytes > 0 && !isUnfinished) assert.equal(warnings.length, 1, what);
  assert(warnings.length <= 1);
  const [warning] = warnings;
  if (warning === undefined) return;
  const [, records, bytes] =
    /Records saved: (\d+)\.(?: Bytes that could not be read: (\d+) \(files: 1\))?/.exec(warning) ?? [];
  const [, kept] = /Records in the new one: (\d+)/.exec(warning) ?? [];
  assert.equal(Number(records ?? kept), found.size, warning);
  if (bytes !== undefined && after !== undefined) {
    assert(Number(bytes) >= missingBytes && Number(bytes) <= before.length, `${what}: ${warning}`);
  }
  if (missingBytes > 0 && !isUnfinished) assert.equal((await setAsides(folder)).length, 1, warning);
  if (/^(CURRENT|MANIFEST)/.test(name)) assert.deepEqual(await setAsides(folder), []);
}

function damaged(random: Random, file: Buffer): [from: number, to: number, after: Buffer | undefined] {
  const from = random.below(file.length);
  const to = Math.min(file.length, from + 1 + random.below(random.chance(0.5) ? 4 : 9_000));
  const after = Buffer.from(file);
  switch (random.below(6)) {
    case 0:
      return [0, file.length, undefined];
    case 1:
      return [from, file.length, file.subarray(0, from)];
    case 2:
      return [from, to, after.fill(0, from, to)];
    case 3:
      for (let at = from; at < to; at += 1) after[at] = random.below(256);
      return [from, to, after];
    default:
      after[from] = (file[from] ?? 0) ^ (1 << random.below(8));
      return [from, from + 1, after];
  }
}
