import assert from 'node:assert/strict';
import { NodeSubscriptions } from '../../../nodes/stream-sea-in/subscriptions';
import { settled } from '../../support/clock';

describe("a node's subscriptions", () => {
  it('tell once of many that change together: whoever looks goes through all of them', async () => {
    let told = 0;
    let size = 0;
    const subscriptions = new NodeSubscriptions({
      owner: 'in',
      message: () => {},
      failed: () => {},
      changed: () => {
        told += 1;
        size = subscriptions.size;
      },
    });
    for (let n = 0; n < 100; n += 1)
      subscriptions.add([{ stream: `stream ${n}`, delivery: { type: 'every' } }]);
    await settled();
    assert.deepEqual([told, size], [1, 100]);
    subscriptions.clear();
    await settled();
    assert.deepEqual([told, size], [2, 0]);
  });
});
