import assert from 'node:assert/strict';
import { Gate } from '../../../src/client/publish/gate';
import { FakeClock } from '../../support/clock';

describe('client/gate', () => {
  let clock: FakeClock;
  let told: string[];
  let patience: number;
  let gate: Gate;

  beforeEach(() => {
    clock = new FakeClock();
    told = [];
    patience = 10_000;
    gate = new Gate({
      clock,
      patience: () => patience,
      asked: () => told.push('asked'),
      opened: () => told.push('opened'),
    });
  });

  it('lets all pass while nobody needs the connection and nothing was left', () => {
    assert.ok(gate.ask());
    assert.deepEqual(told, []);
  });

  it('holds what has waited until the subscriptions are answered, and has the socket tried meanwhile', () => {
    gate.shut();
    assert.ok(!gate.ask());
    assert.ok(!gate.ask());
    assert.deepEqual(told, ['asked']);
    gate.open();
    assert.deepEqual(told, ['asked', 'opened']);
    assert.ok(gate.ask());
    assert.equal(clock.pending, 0);
  });

  it('holds it no longer than patience lasts', async () => {
    gate.shut();
    gate.ask();
    await clock.advance(9_999);
    assert.ok(!gate.ask());
    await clock.advance(1);
    assert.deepEqual(told, ['asked', 'opened']);
    assert.ok(gate.ask());
  });

  it('counts patience anew when it has become longer', async () => {
    patience = 1_000;
    gate.hold();
    gate.ask();
    patience = 10_000;
    gate.extend();
    await clock.advance(9_999);
    assert.ok(!gate.ask());
    await clock.advance(1);
    assert.ok(gate.ask());
  });

  it('lets go when the socket cannot be had now, until nobody answers requests either', () => {
    gate.shut();
    gate.ask();
    gate.lost();
    assert.ok(gate.ask());
    gate.hold();
    assert.ok(!gate.ask());
    assert.deepEqual(told, ['asked', 'opened', 'asked']);
  });

  it('holds what an earlier client left, unless the subscriptions have been answered', () => {
    gate.hold();
    assert.ok(!gate.ask());
    gate.open();
    gate.hold();
    assert.ok(gate.ask());
  });

  it('shuts with the connection, but goes on waiting when asked', async () => {
    gate.open();
    gate.lost();
    assert.ok(!gate.ask());
    gate.shut();
    await clock.advance(10_000);
    assert.ok(gate.ask());
  });

  it('leaves no wait behind', () => {
    gate.shut();
    gate.ask();
    gate.close();
    assert.equal(clock.pending, 0);
  });
});
