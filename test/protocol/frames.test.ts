import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProtocolError } from '../../src/errors';
import {
  type ClientFrame,
  encodeAuthenticateReply,
  encodeClientFrame,
  encodeDelivery,
  encodeSubscriptionAnswer,
  failedAuthenticationId,
  parseClientFrame,
  parseServerFrame,
} from '../../src/protocol/frames';

const id = fc.integer({ min: 1 });

describe('client frames', () => {
  it('round-trip', () => {
    const frames: fc.Arbitrary<ClientFrame> = fc.oneof(
      fc.record({
        id,
        action: fc.constant('authenticate' as const),
        payload: fc.oneof(
          fc.record({
            type: fc.constant('basic' as const),
            clientId: fc.string(),
            clientSecret: fc.string(),
          }),
          fc.record({ type: fc.constant('jwt' as const), clientId: fc.string(), jwt: fc.string() }),
        ),
      }),
      fc.record({ id, action: fc.constant('subscribe' as const), payload: fc.string() }),
      fc.record({ id, action: fc.constant('subscribe' as const), payload: fc.string(), groupId: fc.uuid() }),
    );
    fc.assert(
      fc.property(frames, (frame) => {
        assert.deepEqual(parseClientFrame(encodeClientFrame(frame)), JSON.parse(JSON.stringify(frame)));
      }),
    );
  });

  it('are what the specification shows', () => {
    assert.equal(
      encodeClientFrame({
        id: 1,
        action: 'authenticate',
        payload: { type: 'basic', clientId: 'abc', clientSecret: 's' },
      }),
      '{"id":1,"action":"authenticate","payload":{"type":"basic","clientId":"abc","clientSecret":"s"}}',
    );
    assert.equal(
      encodeClientFrame({ id: 2, action: 'subscribe', payload: 'boiler_data' }),
      '{"id":2,"action":"subscribe","payload":"boiler_data"}',
    );
  });

  for (const [text, says] of [
    ['[]', /a frame should be a JSON object, but is an array/],
    ['null', /a frame should be a JSON object/],
    ['{"action":"subscribe"}', /id should be a positive integer, but is missing/],
    ['{"id":"1","action":"subscribe"}', /id should be .* the string "1"/],
    ['{"id":0,"action":"subscribe"}', /id should be/],
    ['{"id":1.5,"action":"subscribe"}', /id should be/],
    [
      '{"id":1,"action":"publish"}',
      /action should be "authenticate" or "subscribe", but is the string "publish"/,
    ],
    ['{"id":1,"action":"subscribe","payload":3}', /payload should be a string, but is the number 3/],
    ['{"id":1,"action":"subscribe","payload":"s","groupId":3}', /groupId should be a string/],
    ['{"id":1,"action":"authenticate"}', /payload should be an object, but is missing/],
    ['{"id":1,"action":"authenticate","payload":{"type":"x","clientId":"a"}}', /payload.type should be/],
    [
      '{"id":1,"action":"authenticate","payload":{"type":"basic","clientId":1}}',
      /payload.clientId should be/,
    ],
  ] as const) {
    it(`name the property at fault in ${text}`, () => {
      assert.throws(() => parseClientFrame(text), { name: 'ProtocolError', message: says });
    });
  }

  it('that were meant as an authentication can be answered as one, however broken (P22)', () => {
    for (const [text, answers] of [
      ['{"id":1,"action":"authenticate"}', 1],
      ['{"id":7,"action":"authenticate","payload":null}', 7],
      ['{"id":"1","action":"authenticate"}', 1],
      ['{"action":"authenticate"}', 1],
      ['{"id":1,"action":"subscribe"}', undefined],
      ['[{"action":"authenticate"}]', undefined],
      ['{"id":1,"action":"authenticate"', undefined],
      ['', undefined],
    ] as const) {
      assert.equal(failedAuthenticationId(text), answers, text);
    }
  });

  it('never show a secret in an error', () => {
    const frame = {
      id: 1,
      action: 'authenticate',
      payload: { type: 'basic', clientId: 'a', clientSecret: [4711] },
    };
    assert.throws(
      () => parseClientFrame(JSON.stringify(frame)),
      (error: Error) => !error.message.includes('4711') && error instanceof ProtocolError,
    );
  });
});

describe('server frames', () => {
  it('round-trip as replies to an authentication', () => {
    fc.assert(
      fc.property(id, fc.string(), (number, text) => {
        assert.deepEqual(parseServerFrame(encodeAuthenticateReply(number, { jailId: text })), {
          id: number,
          action: 'authenticate',
          success: true,
          jailId: text,
        });
        assert.deepEqual(parseServerFrame(encodeAuthenticateReply(number, { error: text })), {
          id: number,
          action: 'authenticate',
          success: false,
          error: text,
        });
      }),
    );
  });

  it('round-trip as answers and deliveries, whatever the stream and the message', () => {
    fc.assert(
      fc.property(id, fc.string({ unit: 'grapheme' }), fc.jsonValue(), (number, streamName, message) => {
        const payload: unknown = JSON.parse(JSON.stringify(message));
        assert.deepEqual(parseServerFrame(encodeSubscriptionAnswer(number, { streamName })), {
          id: number,
          action: 'subscription',
          refuses: false,
          streamName,
          payload: number,
        });
        assert.deepEqual(parseServerFrame(encodeDelivery(number, streamName, JSON.stringify(payload))), {
          id: number,
          action: 'subscription',
          refuses: false,
          streamName,
          payload,
        });
        assert.deepEqual(parseServerFrame(encodeSubscriptionAnswer(number, { error: 'no' })), {
          id: number,
          action: 'subscription',
          refuses: true,
          payload: undefined,
          error: 'no',
        });
      }),
    );
  });

  it('called subscribe are taken for subscription (P25)', () => {
    const reply = parseServerFrame(
      '{"id":2,"action":"subscribe","success":true,"streamName":"s","payload":2}',
    );
    assert.equal(reply.action, 'subscription');
    assert.equal(parseServerFrame('{"id":2,"action":"subscribe","payload":{}}').action, 'subscription');
  });

  it('refuse a subscribe only with the word false, and nothing like it (P24)', () => {
    for (const success of ['true', '"yes"', '"false"', '0', 'null', '[]']) {
      const reply = parseServerFrame(`{"id":2,"action":"subscription","success":${success}}`);
      assert.equal(reply.action === 'subscription' && reply.refuses, false, success);
    }
  });

  it('name the property at fault', () => {
    for (const [text, says] of [
      ['{"id":1,"action":"authenticate"}', /success should be true or false, but is missing/],
      ['{"id":2,"action":"delivery"}', /action should be/],
      ['{"action":"subscription"}', /id should be/],
    ] as const) {
      assert.throws(() => parseServerFrame(text), { name: 'ProtocolError', message: says });
    }
  });

  it('are understood when an error is a bare string, and when fields nobody knows come along', () => {
    const reply = parseServerFrame('{"id":2,"action":"subscription","success":false,"error":"gone","x":1}');
    assert.equal(reply.error, 'gone');
  });
});
