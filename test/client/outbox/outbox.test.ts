import assert from 'node:assert/strict';
import { memoryOutbox } from '../../../src/client/outbox/outbox';
import { keep } from '../../support/store/outbox';

describe('client/outbox', () => {
  it('keeps nothing beyond the process, and says so', async () => {
    assert.equal(memoryOutbox.durable, false);
    assert.equal(await keep(memoryOutbox, { stream: 's', text: '1', batch: true, at: 5 }), 0);
    assert.deepEqual(await memoryOutbox.open(() => {}), []);
    memoryOutbox.settle(0);
    await memoryOutbox.close();
  });
});
