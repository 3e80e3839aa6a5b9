import assert from 'node:assert/strict';
import { Refusal } from '../../src/server/refusal';

describe('Refusal', () => {
  it('has a body of message and errors (P8)', () => {
    assert.deepEqual(new Refusal(400, 'No.', ['a is wrong']).body, {
      message: 'No.',
      errors: ['a is wrong'],
    });
  });

  it('says it in bounded space, whatever it quotes', () => {
    const long = 'x'.repeat(1_000_000);
    const { message, errors = [] } = new Refusal(400, long, Array(1_000).fill(long)).body;
    assert.equal(message?.length, 1_001);
    assert.deepEqual([errors.length, errors[0]?.length], [101, 1_001]);
  });

  it('leaves errors out where there are none (P8)', () => {
    assert.deepEqual(Object.keys(new Refusal(404, 'No.').body), ['message']);
  });
});
