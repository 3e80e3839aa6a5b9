import assert from 'node:assert/strict';
import { SettingError } from '../../src/errors';
import { limitsOf } from '../../src/server/limits';

describe('limitsOf', () => {
  it('takes 16 MB bodies and 1 MB frames by default', () => {
    assert.equal(limitsOf().maxBodyBytes, 16 * 1024 * 1024);
    assert.equal(limitsOf().maxFrameBytes, 1024 * 1024);
  });

  it('replaces only what is given', () => {
    const limits = limitsOf({ maxStreams: 3 });
    assert.deepEqual(limits, { ...limitsOf(), maxStreams: 3 });
  });

  for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`refuses ${value}, and names the limit`, () => {
      assert.throws(
        () => limitsOf({ maxJails: value }),
        (error: unknown) => {
          assert(error instanceof SettingError);
          assert.match(error.message, /maxJails/);
          return true;
        },
      );
    });
  }
});
