import assert from 'node:assert/strict';
import { type Clock, install } from '@sinonjs/fake-timers';
import { Revisions } from '../../../src/server/directory/revisions';

describe('Revisions', () => {
  const key = ['client', 'a'];
  let revisions: Revisions;
  let clock: Clock;
  let seen: string[];

  beforeEach(() => {
    revisions = new Revisions();
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    seen = [];
  });
  afterEach(() => clock.uninstall());

  const wait = async (name: string, revision: number): Promise<void> => {
    await revisions.when(key, (one) => one !== undefined && one >= revision);
    seen.push(name);
  };

  it('are those seen last, by their keys', () => {
    revisions.set(key, 3);
    revisions.set(['client', 'b'], 4);
    assert.deepEqual([revisions.of(key), revisions.of(['client', 'b'])], [3, 4]);
    revisions.set(key, undefined);
    assert.equal(revisions.of(key), undefined);
  });

  it('come many at once, first or later, and end waits then', async () => {
    for (const one of [1, 2]) {
      const waiting = wait(`${one}`, one);
      revisions.setAll(
        new Map([
          ['["client","a"]', { revision: one }],
          [`["client","${one}"]`, { revision: 7 }],
        ]),
      );
      await waiting;
    }
    assert.deepEqual(seen, ['1', '2']);
    assert.deepEqual(
      [key, ['client', '1'], ['client', '2']].map((each) => revisions.of(each)),
      [2, 7, 7],
    );
  });

  it('are waited for no longer once they are closed', async () => {
    const waits = [wait('two', 2), wait('three', 3)];
    revisions.close();
    await Promise.all([...waits, wait('later', 4)]);
    assert.deepEqual([seen, clock.countTimers()], [['two', 'three', 'later'], 0]);
  });

  it('are waited for, each by whom it is enough for, and no timer stays', async () => {
    const waits = [wait('two', 2), wait('three', 3)];
    revisions.set(key, 2);
    await waits[0];
    assert.deepEqual([seen, clock.countTimers()], [['two'], 1]);
    revisions.set(key, 5);
    await waits[1];
    assert.deepEqual([seen, clock.countTimers()], [['two', 'three'], 0]);
    await wait('at once', 4);
  });

  it('are waited for no longer than a while: what was written may have been overwritten unseen', async () => {
    const waiting = wait('two', 2);
    await clock.tickAsync(2_000);
    await waiting;
    assert.deepEqual(seen, ['two']);
  });
});
