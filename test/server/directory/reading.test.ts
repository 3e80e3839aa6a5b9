import assert from 'node:assert/strict';
import type { Jail } from '../../../src/server/directory/jail';
import { Reading } from '../../../src/server/directory/reading';
import { Stream } from '../../../src/server/directory/stream';
import { Turn } from '../../../src/server/turn';
import { settled } from '../../support/clock';

describe('Reading', () => {
  const textOf = (version: number) => JSON.stringify({ version, fields: [] });
  const LENGTH = textOf(1).length;

  function jailOf(streams: Record<string, string>): Jail & { read: () => number } {
    const all = Object.entries(streams).map(
      ([name, text]) => [name, new Stream(name, text, () => {})] as const,
    );
    return {
      id: 'j',
      name: 'j',
      exists: true,
      clients: new Map(),
      streams: new Map(all),
      read: () => all.filter(([, { isRead }]) => isRead).length,
    };
  }

  const many = (count: number) =>
    jailOf(Object.fromEntries(Array.from({ length: count }, (_, at) => [`s${at}`, textOf(1)])));

  it('takes as much in one turn as there is time for, of all who want some', async () => {
    const jail = many(10);
    const reading = new Reading(new Turn(4 * LENGTH));
    const [all, one] = [reading.definitionsOf(jail), reading.versionsOf(jail, ['s9'])];
    const counts: number[] = [];
    for (let turns = 0; turns < 4; turns += 1) {
      counts.push(jail.read());
      await settled();
    }
    assert.deepEqual(counts, [4, 8, 10, 10]);
    assert.equal((await all).length, 10);
    assert.deepEqual(await one, [1]);
  });

  it('has what was read before at once', async () => {
    const jail = many(10);
    const reading = new Reading(new Turn(4 * LENGTH));
    await reading.definitionsOf(jail);
    let isDone = false;
    void reading.definitionsOf(jail).then(() => {
      isDone = true;
    });
    await Promise.resolve().then(() => {});
    await Promise.resolve();
    assert(isDone);
  });

  it('leaves out what cannot be read, and has null for its version, and for a stream that there is not', async () => {
    const jail = jailOf({ a: textOf(1), b: '{"version":', c: textOf(3) });
    const reading = new Reading(new Turn());
    assert.deepEqual(await reading.versionsOf(jail, ['c', 'b', 'none', 'a', 'c']), [3, null, null, 1, 3]);
    assert.deepEqual(
      (await reading.definitionsOf(jail)).map(({ name }) => name),
      ['a', 'c'],
    );
  });
});
