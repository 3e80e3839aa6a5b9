import assert from 'node:assert/strict';
import { Brake } from '../../../src/client/connection/brake';

describe('client/brake', () => {
  it('tells when the first holds it, and when the last has released it', () => {
    const brake = new Brake();
    const told: boolean[] = [];
    const braked = { brake: (held: boolean) => void told.push(held) };
    brake.add(braked);
    brake.hold();
    brake.hold();
    brake.release();
    assert.deepEqual([told, brake.held], [[true], true]);
    brake.release();
    assert.deepEqual([told, brake.held], [[true, false], false]);
    brake.delete(braked);
    brake.hold();
    assert.equal(told.length, 2);
  });
});
