import assert from 'node:assert/strict';
import { FLOWING, sameSending, sendingState } from '../../../src/client/publish/sending';
import { CredentialsError, NetworkError } from '../../../src/errors';

const why = new NetworkError('gone');

describe('client/sending', () => {
  it('is what all lines know, before what one of them waits for', () => {
    const wait = { attempt: 2, until: 50, why };
    assert.deepEqual(sendingState({ name: 'well' }, undefined), FLOWING);
    assert.deepEqual(sendingState({ name: 'well' }, wait), { name: 'waiting', ...wait });
    const away = { attempt: 7, until: 70, why: new NetworkError('nobody') };
    assert.deepEqual(sendingState({ name: 'away', ...away }, wait), { name: 'waiting', ...away });
    const refused = { name: 'refused', until: 90, why: new CredentialsError('no') } as const;
    assert.deepEqual(sendingState(refused, wait), refused);
  });

  it('is the same while reason and time are', () => {
    const one = { name: 'waiting', attempt: 1, until: 5, why } as const;
    assert.ok(sameSending(one, { ...one }));
    assert.ok(sameSending(FLOWING, { name: 'flowing' }));
    for (const other of [FLOWING, { ...one, until: 6 }, { ...one, why: new NetworkError('gone') }]) {
      assert.ok(!sameSending(one, other));
      assert.ok(!sameSending(other, one));
    }
  });
});
