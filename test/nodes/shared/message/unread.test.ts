import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { Unread } from '../../../../nodes/shared/message/unread';
import { Value } from '../../../../nodes/shared/message/value';

describe('values that are being read', () => {
  const LIMIT = new Value('flow', 'flow.limit', () => undefined);
  const PAYLOAD = new Value('msg', 'msg.payload', () => undefined);
  const VALUES = [LIMIT, PAYLOAD];
  let clock: ReturnType<typeof install>;
  let told: (string | undefined)[];
  let unread: Unread<object>;

  beforeEach(() => {
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    told = [];
    unread = new Unread((awaited) => told.push(awaited));
  });

  afterEach(() => clock.uninstall());

  it('are told once they have not come for two seconds, and when they have', () => {
    const [first, second] = [{}, {}];
    unread.add(first, VALUES);
    clock.tick(1_000);
    unread.add(second, VALUES);
    clock.tick(999);
    assert.deepEqual(told, []);
    clock.tick(1);
    assert.deepEqual(told, ['flow.limit']);
    clock.tick(10_000);
    assert.deepEqual(told, ['flow.limit']);
    assert.ok(unread.delete(first));
    assert.ok(!unread.delete(first));
    assert.deepEqual(told, ['flow.limit', undefined]);
    clock.tick(4_000);
    assert.deepEqual(told, ['flow.limit', undefined, 'flow.limit']);
  });

  it('are not told while they come, however many', () => {
    for (let n = 0; n < 50; n += 1) {
      const item = {};
      unread.add(item, VALUES);
      clock.tick(100);
      unread.delete(item);
    }
    assert.deepEqual(told, []);
    clock.tick(4_000);
    assert.equal(clock.countTimers(), 0);
  });

  it('are nobody’s any more with their node', () => {
    const [first, second] = [{}, {}];
    unread.add(first, VALUES);
    unread.add(second, VALUES);
    assert.deepEqual(unread.close(), [first, second]);
    assert.ok(!unread.has(first) && !unread.delete(second));
    assert.equal(clock.countTimers(), 0);
    assert.deepEqual(told, []);
  });
});
