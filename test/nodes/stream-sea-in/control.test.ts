import assert from 'node:assert/strict';
import { deliveryOf, parseControl } from '../../../nodes/stream-sea-in/control';
import { SettingError } from '../../../src/index';
import { translate } from '../../support/browser/catalogue';

const every = { type: 'every' } as const;
const parse = (message: object) => parseControl({ _msgid: '1', ...message }, every, translate);

describe('parseControl', () => {
  it('reads what the core MQTT nodes taught people to send', () => {
    assert.deepEqual(parse({ action: 'connect' }), { action: 'connect' });
    assert.deepEqual(parse({ action: 'getSubscriptions' }), { action: 'subscriptions' });
    for (const action of ['queue', 'purge']) assert.deepEqual(parse({ action }), { action });
    assert.deepEqual(parse({ action: 'unsubscribe', topic: true }), { action: 'unsubscribeAll' });
    assert.deepEqual(parse({ action: 'unsubscribe', topic: ['a', { topic: 'b' }] }), {
      action: 'unsubscribe',
      streams: ['a', 'b'],
    });
  });

  it('takes the delivery from the message, the list, or the node', () => {
    assert.deepEqual(parse({ action: 'subscribe', topic: 'a' }), {
      action: 'subscribe',
      wanted: [{ stream: 'a', delivery: every }],
    });
    assert.deepEqual(parse({ action: 'subscribe', topic: 'a', delivery: 'shared' }), {
      action: 'subscribe',
      wanted: [{ stream: 'a', delivery: { type: 'shared' } }],
    });
    assert.deepEqual(parse({ action: 'subscribe', topic: ['a', { topic: 'b', group: 'night' }] }), {
      action: 'subscribe',
      wanted: [
        { stream: 'a', delivery: every },
        { stream: 'b', delivery: { type: 'group', group: 'night' } },
      ],
    });
  });

  it('takes names as configured ones are: without blanks at their ends, and numbers too', () => {
    assert.deepEqual(parse({ action: 'unsubscribe', topic: [' a ', 7, { topic: 8 }] }), {
      action: 'unsubscribe',
      streams: ['a', '7', '8'],
    });
  });

  it('says what is wrong otherwise', () => {
    for (const [message, says] of [
      [{}, /msg.action is undefined/],
      [{ action: 'dance' }, /msg.action is dance/],
      [{ action: 'subscribe' }, /No stream/],
      [{ action: 'subscribe', topic: [{}] }, /No stream/],
      [{ action: 'subscribe', topic: ' ' }, /No stream/],
      [{ action: 'subscribe', topic: null }, /No stream/],
      [{ action: 'subscribe', topic: 'a', delivery: 'often' }, /often/],
      [{ action: 'subscribe', topic: 'a', delivery: 'group' }, /group/i],
    ] as const) {
      assert.throws(() => parse(message), { name: 'SettingError', message: says });
    }
    assert.throws(() => deliveryOf('group', '', translate), SettingError);
  });

  it('says what is wrong in a sentence, whatever a message has there', () => {
    for (const odd of ['x'.repeat(1_000_000), Object.create(null)]) {
      for (const message of [{ action: odd }, { action: 'subscribe', topic: 'a', delivery: odd }]) {
        assert.throws(
          () => parse(message),
          (error) => error instanceof SettingError && error.message.length < 600,
        );
      }
    }
  });
});
