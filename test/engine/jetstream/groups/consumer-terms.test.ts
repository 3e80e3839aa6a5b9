import assert from 'node:assert/strict';
import { consumerTerms } from '../../../../src/engine/jetstream/groups/consumer-terms';

describe('engine/jetstream/consumer-terms', () => {
  it('are in nanoseconds, and bound what is under way', () => {
    assert.deepEqual(consumerTerms(1_000, 600_000), {
      ack_wait: 1_000_000_000,
      inactive_threshold: 600_000_000_000,
      max_ack_pending: 50_000,
    });
  });
});
