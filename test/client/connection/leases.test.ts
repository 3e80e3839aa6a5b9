import assert from 'node:assert/strict';
import { Leases } from '../../../src/client/connection/leases';
import { FakeClock } from '../../support/clock';

describe('client/leases', () => {
  let clock: FakeClock;
  let told: string[];
  let leases: Leases;

  beforeEach(() => {
    clock = new FakeClock();
    told = [];
    leases = new Leases({
      clock,
      grace: 1_000,
      first: () => told.push('first'),
      last: () => told.push('last'),
    });
  });

  it('tells of the first and, after the grace time, of the last', async () => {
    const one = leases.acquire();
    const two = leases.acquire();
    one.release();
    two.release();
    assert.deepEqual(told, ['first']);
    await clock.advance(1_000);
    assert.deepEqual(told, ['first', 'last']);
    assert.equal(clock.pending, 0);
  });

  it('says nothing of the last when a successor comes within the grace time', async () => {
    leases.acquire().release();
    await clock.advance(999);
    leases.acquire();
    await clock.advance(10_000);
    assert.deepEqual(told, ['first', 'first']);
  });

  it('counts a release once', async () => {
    const one = leases.acquire();
    leases.acquire();
    one.release();
    one.release();
    await clock.advance(10_000);
    assert.deepEqual(told, ['first']);
  });

  it('calls nobody once closed, and leaves no timer', async () => {
    const one = leases.acquire();
    const two = leases.acquire();
    one.release();
    leases.close();
    two.release();
    assert.equal(clock.pending, 0);
    assert.deepEqual(told, ['first']);
  });
});
