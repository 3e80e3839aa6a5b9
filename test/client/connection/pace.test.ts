import assert from 'node:assert/strict';
import { Brake } from '../../../src/client/connection/brake';
import { Pace } from '../../../src/client/connection/pace';
import { settled } from '../../support/clock';

describe('client/pace', () => {
  let brake: Brake;
  let pace: Pace;
  let calls: string[];

  beforeEach(() => {
    calls = [];
    brake = new Brake();
    pace = new Pace(brake);
    pace.start({ pause: () => calls.push('pause'), resume: () => calls.push('resume') });
  });

  const read = (frames: number): void => {
    for (let frame = 0; frame < frames; frame += 1) pace.read();
  };

  it('reads a slice in each turn', async () => {
    read(63);
    await settled();
    assert.deepEqual(calls, []);
    read(70);
    assert.deepEqual(calls, ['pause']);
    await settled();
    assert.deepEqual(calls, ['pause', 'resume']);
  });

  it('reads on after a slice only once the brake is released', async () => {
    pace.delivered();
    read(64);
    brake.hold();
    await settled();
    assert.deepEqual(calls, ['pause', 'pause']);
    brake.release();
    assert.deepEqual(calls, ['pause', 'pause', 'resume']);
  });

  it('is not braked before anything was delivered: it is not known yet that we are let in', () => {
    brake.hold();
    assert.deepEqual(calls, []);
    pace.delivered();
    pace.delivered();
    assert.deepEqual(calls, ['pause']);
  });

  it('takes its own silence for none of the other side', () => {
    pace.counts(() => 5);
    assert.equal(pace.progress(), pace.progress());
    pace.delivered();
    brake.hold();
    assert.notEqual(pace.progress(), pace.progress());
    brake.release();
    assert.equal(pace.progress(), pace.progress());
  });

  it('waits for nobody at its end', () => {
    pace.delivered();
    brake.hold();
    pace.end();
    assert.deepEqual(calls, ['pause', 'resume']);
    brake.release();
    assert.equal(calls.length, 2);
  });
});
