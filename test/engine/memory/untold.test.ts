import assert from 'node:assert/strict';
import { Untold } from '../../../src/engine/memory/untold';

describe('engine/memory/untold', () => {
  let untold: Untold;
  beforeEach(() => {
    untold = new Untold();
  });

  const put = (name: string, value: string, revision = 1) =>
    untold.put(name, { key: [name], value, revision });
  const next = async (): Promise<string | undefined> => {
    const change = await untold.next();
    if (change?.type === 'put') return `+${change.record.key[0]}=${change.record.value}`;
    return change?.type === 'remove' ? `-${change.key[0]}` : change?.type;
  };

  it('tells of each record the latest alone, and the mark behind all that was there', async () => {
    put('a', '1');
    put('b', '1');
    untold.current();
    for (let round = 2; round <= 100; round += 1) put('a', `${round}`, round);
    assert.equal(untold.size, 3);
    assert.deepEqual([await next(), await next(), await next()], ['+a=100', '+b=1', 'current']);
    untold.remove('a', ['a']);
    put('b', '2', 2);
    assert.deepEqual([await next(), await next()], ['-a', '+b=2']);
  });

  it('tells what was there at once, before all else, and what became of it after that', async () => {
    const records = new Map(['a', 'b'].map((name) => [name, { key: [name], value: '1', revision: 1 }]));
    untold.there(records);
    untold.current();
    untold.remove('a', ['a']);
    put('b', '2', 2);
    records.clear();
    const first = await untold.next();
    assert.deepEqual(first?.type === 'there' && [...first.records.keys()], ['a', 'b']);
    assert.deepEqual([await next(), await next(), await next()], ['current', '-a', '+b=2']);
    untold.there(records);
    put('c', '1');
    assert.equal(await next(), '+c=1', 'nothing was there');
  });

  it('holds nothing of what comes and goes while nobody asks', async () => {
    for (let round = 0; round < 1_000; round += 1) {
      put(`${round}`, '1');
      untold.remove(`${round}`, [`${round}`]);
    }
    assert.equal(untold.size, 0);
    put('a', '1');
    await next();
    untold.remove('a', ['a']);
    put('a', '2', 2);
    untold.remove('a', ['a']);
    assert.deepEqual([untold.size, await next()], [1, '-a']);
    untold.remove('a', ['a']);
    assert.equal(untold.size, 0, 'it was told that it is gone');
  });

  it('wakes who waits, and ends', async () => {
    const waits = next();
    put('a', '1');
    assert.equal(await waits, '+a=1');
    const last = next();
    untold.end();
    assert.equal(await last, undefined);
    put('a', '2', 2);
    assert.equal(await next(), undefined);
  });
});
