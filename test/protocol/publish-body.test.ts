import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { operations } from '../../src/protocol/operations';
import { publishBody } from '../../src/protocol/publish-body';

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

  it('counts bytes, not letters', () => {
    const messages = ['"ä€"', '"𝄞"', '"a"'];
    assert.deepEqual(parse(...messages).messages, ['ä€', '𝄞', 'a']);
  });
});
