import assert from 'node:assert/strict';
import { type MessageCheck, SchemaCheck, UNCHECKED } from '../../../src/client/http/message-check';
import { PayloadError } from '../../../src/errors';
import { type Message, toMessage } from '../../../src/protocol/message/message';
import type { Field } from '../../../src/protocol/schema/schema';

describe('client/message-check', () => {
  function check(...fields: Field[]): MessageCheck {
    return new SchemaCheck({ name: 's', version: 1, fields }, 'strict');
  }

  function refusal(by: MessageCheck, message: Message): PayloadError {
    assert.equal(by.fit(message), undefined);
    try {
      by.pass(message);
    } catch (error) {
      assert.ok(error instanceof PayloadError);
      return error;
    }
    return assert.fail('it has passed');
  }

  it('gives back what follows the schema, and anything where there is none', () => {
    const message = toMessage({ n: 1 });
    for (const any of [check({ name: 'n', type: 'integer' }), UNCHECKED]) {
      assert.equal(any.pass(message), message);
      assert.equal(any.fit(message), message);
    }
  });

  it('puts dates where the schema wants dates, and leaves other texts alone', () => {
    const dated = check({ name: 'at', type: 'date' }, { name: 'text', type: 'string' });
    const moment = { toJSON: () => '2026-01-02T04:04:05.678+01:00' };
    const message = toMessage({ at: moment, text: moment });
    for (const sent of [dated.pass(message), dated.fit(message)]) {
      assert.equal(sent?.text, '{"at":"2026-01-02T03:04:05Z","text":"2026-01-02T04:04:05.678+01:00"}');
    }
    refusal(dated, toMessage({ at: '2026-01-02T04:04:05.678+01:00', text: '' }));
  });

  it('names every problem of a message', () => {
    const two = check({ name: 'a', type: 'string' }, { name: 'b', type: 'integer' });
    const { message } = refusal(two, toMessage({ b: 1.5 }));
    assert.equal(
      message,
      'a is missing; b should be an integer, but is the number 1.5 (by the schema of "s")',
    );
  });

  it('names twenty in its text, and has all as data', () => {
    const fields = Array.from({ length: 100 }, (_, n): Field => ({ name: `f${n}`, type: 'string' }));
    const error = refusal(check(...fields), toMessage({}));
    assert.match(error.message, /(f\d+ is missing; ){20}and 80 more \(by the schema/);
    assert.equal(error.problems.length, 100);
  });
});
