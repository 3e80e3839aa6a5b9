import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProtocolError } from '../../src/errors';
import { MAX_NESTING } from '../../src/protocol/constants';
import {
  type ClientFrame,
  deliveryHead,
  encodeAuthenticateReply,
  encodeClientFrame,
  encodeSubscriptionAnswer,
  failedAuthenticationId,
  parseClientFrame,
  parseServerFrame,
  type ServerFrame,
} from '../../src/protocol/frames';

const id = fc.integer({ min: 1 });

const encodeDelivery = (number: number, streamName: string, message: string): string =>
  `${deliveryHead(number, streamName)}${message}}`;

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
          payload: number,
        });
        assert.deepEqual(parseServerFrame(encodeDelivery(number, streamName, JSON.stringify(payload))), {
          id: number,
          action: 'subscription',
          refuses: false,
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

  it('say the same however they are written: a delivery that is read in a shorter way, and any that is nearly one', () => {
    const part = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('"id":2', '"action":"subscription"', '"streamName":"s"') },
      { weight: 3, arbitrary: fc.json().map((value) => `"payload":${value}`) },
      fc.constantFrom(
        '"id":"2"',
        '"id":02',
        '"id":1e1',
        '"id":0',
        '"id":9007199254740993',
        '"success":false',
      ),
      fc.constantFrom(
        '"streamName":"\\u0073"',
        '"streamName":"\n"',
        '"streamName":"\u007f\u2028"',
        '"pay\\u006coad":1',
      ),
      fc.constantFrom('"payload":', '"payload":1}', '"payload":{}}', '"__proto__":{"a":1}', '"x":1', ''),
    );
    const space = fc.constantFrom('', '', '', '', ' ', '\n');
    const written = fc
      .tuple(fc.array(part, { maxLength: 6 }), space, space, space)
      .map(([parts, before, between, after]) => `{${before}${parts.join(`,${between}`)}}${after}`);
    const delivery = fc
      .tuple(id, fc.string({ unit: 'grapheme' }), fc.json())
      .map(([number, streamName, message]) => encodeDelivery(number, streamName, message));
    const slip = fc
      .tuple(
        delivery,
        fc.nat(),
        fc.nat(2),
        fc.constantFrom('"', '\\', '}', '{', ',', ':', '0', ' ', '\n', ',"id":3', ''),
      )
      .map(([text, at, cut, put]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + put + text.slice(place + cut);
      });
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(written, delivery, slip), (text) => {
        const frame = outcomeOf(text);
        // With a blank before it, it is always read as a whole.
        assert.deepEqual(frame, outcomeOf(` ${text}`));
        if (frame === undefined || frame.action !== 'subscription') return;
        read += 1;
        const whole = JSON.parse(text) as Record<string, unknown>;
        assert.deepEqual([frame.id, frame.payload], [whole.id, whole.payload]);
        assert.equal(frame.refuses, whole.success === false);
      }),
      { numRuns: 5_000 },
    );
    assert.ok(read > 1_000, 'most were no frames');
  });

  it('nest as deep as any text may, and no deeper', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    for (const name of ['s', 'n'.repeat(500)]) {
      const [most, more] = [MAX_NESTING - 1, MAX_NESTING].map((levels) =>
        encodeDelivery(2, name, nested(levels)),
      );
      assert.equal(outcomeOf(most ?? '')?.action, 'subscription');
      assert.throws(() => parseServerFrame(more ?? ''), { name: 'ProtocolError', message: /nest/ });
    }
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

/** Nothing: it is no frame. */
function outcomeOf(text: string): ServerFrame | undefined {
  try {
    return parseServerFrame(text);
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error));
    return undefined;
  }
}
