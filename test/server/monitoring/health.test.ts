import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { EngineState } from '../../../src/engine/engine';
import { conditionOf } from '../../../src/server/monitoring/health';

describe('health', () => {
  const health = (state: EngineState, given: { isDraining?: boolean; isStale?: boolean } = {}) =>
    conditionOf({ isDraining: false, isStale: false, ...given, engine: { name: 'disk', state } });

  it('is 200 while the engine is ready', () => {
    assert.deepEqual(health({ name: 'ready' }), {
      status: 200,
      body: { state: 'ready', engine: { name: 'disk', state: 'ready' } },
    });
  });

  it('is 503 while the engine is away, since when, and not a word of why', () => {
    assert.deepEqual(health({ name: 'away', since: 5, why: 'nats://10.0.0.1 hides' }), {
      status: 503,
      body: { state: 'away', engine: { name: 'disk', state: 'away', since: 5 } },
    });
    assert.equal(health({ name: 'closed' }).status, 503);
  });

  it('is 503 when the server is about to stop, however well the engine is', () => {
    const { status, body } = health({ name: 'ready' }, { isDraining: true });
    assert.deepEqual([status, body.state], [503, 'draining']);
  });

  it('is 503 while the engine takes nothing', () => {
    assert.deepEqual(health({ name: 'refusing', since: 5, why: '/srv/sea is full' }), {
      status: 503,
      body: { state: 'refusing', engine: { name: 'disk', state: 'refusing', since: 5 } },
    });
  });

  it('is 503 while changes of the catalogue are not seen', () => {
    const isStale = true;
    const { status, body } = health({ name: 'ready' }, { isStale });
    assert.deepEqual([status, body.state, body.engine.state], [503, 'stale', 'ready']);
    assert.equal(health({ name: 'away', since: 5, why: '' }, { isStale }).body.state, 'away');
  });
});
