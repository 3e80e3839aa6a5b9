import assert from 'node:assert/strict';
import { Calls } from '../../../../src/engine/jetstream/nats/calls';

describe('engine/jetstream/calls', () => {
  it('are settled once all have been told, whatever they were told', async () => {
    const calls = new Calls();
    await calls.settled();
    const ends: (() => void)[] = [];
    const told: string[] = [];
    const tell = (what: unknown): void => void told.push(String(what));
    calls.run(() => new Promise<string>((resolve) => ends.push(() => resolve('done')))).then(tell, tell);
    calls
      .run(() => new Promise((_, reject) => ends.push(() => reject(new TypeError('no')))))
      .then(tell, tell);
    const settled = [calls.settled(), calls.settled()].map((each) => each.then(() => tell('settled')));
    for (const end of ends) {
      assert.ok(!told.includes('settled'));
      end();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(settled);
    assert.deepEqual(told, ['done', 'TypeError: no', 'settled', 'settled']);
    await calls.settled();
  });
});
