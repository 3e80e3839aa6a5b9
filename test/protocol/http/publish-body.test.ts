import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { operations } from '../../../src/protocol/http/operations';
import { publishBody } from '../../../src/protocol/http/publish-body';

const parse = (...messages: string[]) =>
  operations.publish.parseBody(JSON.parse(publishBody(messages).toString()));

describe('the body of a publish', () => {
  it('holds one message bare, several as a batch (P4)', () => {
    assert.equal(publishBody(['{"a":1}']).toString(), '{"payload":{"a":1}}');
    assert.equal(publishBody(['{"a":1}', '{"a":2}']).toString(), '{"payload":[{"a":1},{"a":2}]}');
    assert.deepEqual(parse('{"a":1}'), { messages: [{ a: 1 }], batch: false });
  });

  it('holds a message that is an array as a batch of one, as bare it would be taken for a batch (P4)', () => {
    assert.deepEqual(parse('[1,2]').messages, [[1, 2]]);
  });

  it('holds the same in a short batch, which is joined, and in a long one, which is written', () => {
    const messages = ['ä€', '𝄞', 'a'];
    for (const times of [1, 20_000]) {
      const long = messages.map((text) => text.repeat(times));
      const body = publishBody(long.map((text) => JSON.stringify(text)));
      assert.equal(typeof body === 'string', times === 1);
      assert.deepEqual(JSON.parse(body.toString()), { payload: long });
    }
  });
});
