import assert from 'node:assert/strict';
import { OutMessage } from '../../../nodes/stream-sea-in/out-message';

describe('OutMessage', () => {
  it('is as plain as a literal, whatever a flow does with it', () => {
    const message = new OutMessage('boiler', { pressure: 7 }, 5, 'a1');
    const literal = { topic: 'boiler', payload: { pressure: 7 }, received: 5, _msgid: 'a1' };
    assert.deepEqual(message, literal);
    assert.equal(Object.getPrototypeOf(message), Object.prototype);
    assert.equal(message.constructor, Object);
    assert.equal(JSON.stringify(message), JSON.stringify(literal));
    assert.deepEqual(structuredClone(message), literal);
    assert.deepEqual(Object.keys({ ...message }), Object.keys(literal));
  });
});
