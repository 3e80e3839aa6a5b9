import assert from 'node:assert/strict';
import { deliveryOf, statusOf } from '../../../src/engine/jetstream/delivery';

describe('engine/jetstream/delivery', () => {
  it('is read from where answers go, of older servers and of newer ones', () => {
    const expected = { isAgain: false, number: 7, count: 8, pending: 9 };
    assert.deepEqual(deliveryOf('$JS.ACK.stream.consumer.1.7.8.1700000000000000000.9'), expected);
    assert.deepEqual(deliveryOf('$JS.ACK.hub.acc.stream.consumer.1.7.8.1700000000000000000.9.x'), expected);
  });

  it('says that it was delivered before', () => {
    const { isAgain } = deliveryOf('$JS.ACK.stream.consumer.2.7.8.1700000000000000000.9') ?? {};
    assert.equal(isAgain, true);
  });

  it('is none of anything else', () => {
    for (const reply of [undefined, '', '_INBOX.a.b', '$JS.ACK.stream', '$JS.FC.a.b.c.d.e.f.g']) {
      assert.equal(deliveryOf(reply), undefined);
    }
  });

  it('is no status', () => {
    assert.deepEqual(statusOf({ headers: { code: 404, description: 'No Messages' } }), {
      code: 404,
      text: 'no messages',
    });
    assert.equal(statusOf({ headers: { code: 0, description: '' } }), undefined);
    assert.equal(statusOf({}), undefined);
  });
});
