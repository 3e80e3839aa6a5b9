import assert from 'node:assert/strict';
import { type Clock, install } from '@sinonjs/fake-timers';
import type { CatalogueChange } from '../../../src/engine/catalogue';
import { EngineAway } from '../../../src/engine/faults';
import { MemoryCatalogue } from '../../../src/engine/memory/memory-catalogue';
import { Follower } from '../../../src/server/directory/follower';

describe('Follower', () => {
  let clock: Clock;
  let catalogue: MemoryCatalogue;
  let follower: Follower;
  let told: string[];
  /** Ends the watch that stands. */
  let fail: (error: Error) => void;
  /** While set, a watch that begins fails. */
  let fault: Error | undefined;
  let watches: number;

  beforeEach(() => {
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    catalogue = new MemoryCatalogue();
    told = [];
    fault = undefined;
    watches = 0;
    follower = new Follower({
      catalogue: { watch },
      apply: (change) => {
        if (change.type === 'remove') told.push(`-${change.key[0]}`);
        else {
          const records = change.type === 'put' ? [change.record] : [...change.records.values()];
          told.push(...records.map(({ key, value }) => `+${key[0]}=${value}`));
        }
      },
      onError: (error) => told.push(String(error)),
      onBack: () => told.push('back'),
    });
  });
  afterEach(() => {
    follower.stop();
    clock.uninstall();
  });

  async function* watch(signal: AbortSignal): AsyncGenerator<CatalogueChange> {
    watches += 1;
    if (fault !== undefined) throw fault;
    const own = new AbortController();
    let failed: Error | undefined;
    fail = (error) => {
      failed = error;
      own.abort();
    };
    signal.addEventListener('abort', () => own.abort());
    yield* catalogue.watch(own.signal);
    if (failed !== undefined) throw failed;
  }

  /** As long as nothing waits for a timer. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  it('takes a watch up again that has failed, and tells what has changed meanwhile, and nothing else', async () => {
    const revisions = [];
    for (const name of ['a', 'b', 'c']) revisions.push(await catalogue.put([name], '1', undefined));
    await follower.start();
    assert.deepEqual(told.splice(0), ['+a=1', '+b=1', '+c=1']);
    assert.equal(follower.isCurrent, true);
    fail(new Error('no'));
    await settle();
    assert.equal(follower.isCurrent, false);
    await catalogue.put(['a'], '2', revisions[0]);
    await catalogue.remove(['b'], revisions[1] ?? 0);
    await catalogue.put(['d'], '1', undefined);
    await settle();
    assert.deepEqual(told.splice(0), ['Error: no'], 'nothing is seen');
    await clock.tickAsync(500);
    await settle();
    assert.deepEqual(told.splice(0), ['+a=2', '+d=1', '-b', 'back']);
    assert.equal(follower.isCurrent, true);
    await catalogue.put(['e'], '1', undefined);
    await settle();
    assert.deepEqual(told, ['+e=1']);
  });

  it('tells of a record that is another under the number that it had, as in a catalogue that was made anew', async () => {
    await catalogue.put(['a'], '1', undefined);
    await catalogue.put(['b'], '1', undefined);
    await follower.start();
    catalogue = new MemoryCatalogue();
    await catalogue.put(['a'], '2', undefined);
    await catalogue.put(['b'], '1', undefined);
    fail(new Error('no'));
    await settle();
    await clock.tickAsync(500);
    await settle();
    assert.deepEqual(told, ['+a=1', '+b=1', 'Error: no', '+a=2', 'back']);
  });

  it('says so once, however often it fails, and tries less and less often', async () => {
    await follower.start();
    fault = new Error('still');
    fail(new Error('no'));
    await settle();
    const began = watches;
    for (let time = 0; time < 600; time += 1) {
      await clock.tickAsync(500);
      await settle();
    }
    const tried = watches - began;
    assert(tried >= 10 && tried <= 20, `${tried} times in 5 minutes`);
    assert.deepEqual(told, ['Error: no']);
    fault = undefined;
    await clock.tickAsync(30_000);
    await settle();
    assert.deepEqual(told, ['Error: no', 'back']);
    fail(new Error('again'));
    await settle();
    await clock.tickAsync(500);
    await settle();
    assert.deepEqual(told, ['Error: no', 'back', 'Error: again', 'back']);
  });

  it('fails to start with what the first watch fails with, and when the engine is closed', async () => {
    fault = new Error('no');
    await assert.rejects(follower.start(), /no/);
    fault = undefined;
    catalogue.close();
    await assert.rejects(follower.start(), EngineAway);
    assert.deepEqual(told, [], 'who starts it is told');
  });

  it('stops, also while it waits', async () => {
    await follower.start();
    fail(new Error('no'));
    await settle();
    follower.stop();
    await settle();
    assert.equal(clock.countTimers(), 0);
    assert.equal(follower.isCurrent, false);
    assert.equal(watches, 1);
  });
});
