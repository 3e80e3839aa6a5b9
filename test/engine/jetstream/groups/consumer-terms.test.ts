import assert from 'node:assert/strict';
import { consumerTerms, questionTime } from '../../../../src/engine/jetstream/groups/consumer-terms';

describe('engine/jetstream/consumer-terms', () => {
  it('are in nanoseconds, and bound what is under way', () => {
    assert.deepEqual(consumerTerms(1_000, 600_000), {
      ack_wait: 1_000_000_000,
      inactive_threshold: 600_000_000_000,
      max_ack_pending: 50_000,
    });
  });

  it('are such that no question outlives what its reader has, renewed each third of that time', () => {
    for (const ackWait of [1_000, 15_000, 60_000, 3_600_000]) {
      assert.ok(questionTime(ackWait) < (2 / 3) * ackWait);
      assert.ok(questionTime(ackWait) <= 30_000);
    }
  });
});
