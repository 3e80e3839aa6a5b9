import assert from 'node:assert/strict';
import { Refusal } from '../../src/server/refusal';

describe('Refusal', () => {
  it('has a body of message and errors (P8)', () => {
    assert.deepEqual(new Refusal(400, 'No.', ['a is wrong']).body, {
      message: 'No.',
      errors: ['a is wrong'],
    });
  });

  it('leaves errors out where there are none (P8)', () => {
    assert.deepEqual(Object.keys(new Refusal(404, 'No.').body), ['message']);
  });
});
