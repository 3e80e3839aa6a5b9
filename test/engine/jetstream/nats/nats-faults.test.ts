import assert from 'node:assert/strict';
import { EngineAway } from '../../../../src/engine/faults';
import {
  isPassing,
  natsFaultOf,
  outageOf,
  refusalOf,
} from '../../../../src/engine/jetstream/nats/nats-faults';
import { inEnglish } from '../../../../src/sentences';

const named = (name: string, more: object = {}): Error => Object.assign(new Error(name), { name }, more);

describe('engine/jetstream/nats-faults', () => {
  it('tells what an error means', () => {
    assert.equal(natsFaultOf(named('TimeoutError')), 'silent');
    assert.equal(natsFaultOf(named('RequestError', { cause: named('TimeoutError') })), 'silent');
    assert.equal(natsFaultOf(named('RequestError', { cause: named('NoResponders') })), 'away');
    for (const name of ['NoResponders', 'JetStreamNotEnabled', 'ConnectionError', 'ClosedConnectionError']) {
      assert.equal(natsFaultOf(named(name)), 'away', name);
    }
    assert.equal(natsFaultOf(new EngineAway('so')), 'away');
    assert.equal(natsFaultOf(named('JetStreamApiError', { code: 10008, status: 503 })), 'away');
    assert.equal(natsFaultOf(named('JetStreamApiError', { code: 10005, status: 400 })), 'away');
    assert.equal(natsFaultOf(named('JetStreamApiError', { code: 10014, status: 404 })), 'missing consumer');
    assert.equal(natsFaultOf(named('JetStreamApiError', { code: 10059, status: 404 })), 'missing stream');
    assert.equal(natsFaultOf(named('JetStreamApiError', { code: 10071, status: 400 })), 'conflict');
    assert.equal(natsFaultOf(named('JetStreamApiError', { code: 10058, status: 400 })), 'exists');
    assert.equal(natsFaultOf(named('JetStreamApiError', { code: 10065, status: 400 })), 'exists');
    for (const [code, status] of [
      [10002, 400],
      [10023, 503],
      [10028, 500],
      [10047, 500],
      [10077, 503],
    ]) {
      assert.equal(natsFaultOf(named('JetStreamApiError', { code, status })), 'full', `${code}`);
    }
    const forbidden = named('RequestError', { cause: named('PermissionViolationError') });
    for (const error of [
      named('JetStreamApiError', { code: 10025, status: 400 }),
      forbidden,
      new TypeError('x'),
      'x',
    ]) {
      assert.equal(natsFaultOf(error), 'refused');
    }
  });

  it('says what is wrong with NATS, or with what was asked', () => {
    const full = named('JetStreamApiError', { code: 10023, status: 503 });
    const said = [full, named('TimeoutError'), named('NoResponders')].map((error) =>
      inEnglish(outageOf(error, 'a:1')),
    );
    assert.deepEqual(said, [
      'NATS at a:1 has no room for anything new: JetStreamApiError',
      'NATS at a:1 does not answer',
      'JetStream cannot be used at a:1 now: it is off, or its servers have no leader',
    ]);
    assert.match(inEnglish(refusalOf(full, 'a:1')), /^NATS at a:1 refused what was asked: /);
  });

  it('tells what passes by itself', () => {
    assert.equal(isPassing(named('TimeoutError')), true);
    assert.equal(isPassing(named('NoResponders')), true);
    assert.equal(isPassing(named('JetStreamApiError', { code: 10023, status: 503 })), true);
    assert.equal(isPassing(named('JetStreamApiError', { code: 10014, status: 404 })), false);
  });
});
