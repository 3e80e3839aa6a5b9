import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { because, type Translate } from '../../../nodes/shared/catalogue';

describe('what somebody else’s code throws, as a setting’s error', () => {
  const t: Translate = (key, values) => `${key} ${JSON.stringify(values)}`;
  const of = (thrown: unknown) => because(t, 'fails', {}, thrown);

  it('has a text in its cause, as JSONata throws none, and all that was in it', () => {
    const thrown = { code: 'D3030', position: 7, message: 'no number' };
    const { message, cause } = of(thrown);
    assert.match(message, /no number/);
    assert.equal(String(cause), 'no number');
    assert.deepEqual(cause, thrown);
    assert.notEqual(cause, thrown, 'what is somebody else’s is not changed');
    const own = JSON.parse('{"message":"no number","__proto__":{"code":1}}');
    assert.deepEqual(Object.keys(Object(of(own).cause)), ['message', '__proto__']);
  });

  it('has what was thrown for its cause where that has a text, in a function node’s realm too', () => {
    for (const thrown of [new RangeError('boom'), runInNewContext('new RangeError("boom")'), 'boom']) {
      const { message, cause } = of(thrown);
      assert.match(message, /"boom"/);
      assert.equal(cause, thrown);
    }
  });

  it('says what can be read, where the rest cannot', () => {
    const no = (): never => {
      throw new Error('not to be read');
    };
    for (const thrown of [
      Object.defineProperty({ message: 'the reason' }, 'value', { get: no, enumerable: true }),
      new Proxy({ message: 'the reason' }, { ownKeys: no }),
    ]) {
      const { message, cause } = of(thrown);
      assert.match(message, /the reason/);
      assert.equal(cause, undefined);
    }
    assert.match(
      of({
        get message() {
          return no();
        },
      }).message,
      /not to be read/,
    );
  });
});
