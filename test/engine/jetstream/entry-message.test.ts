import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeEntry, encodeEntry } from '../../../src/engine/jetstream/entry-message';

const from = { publisher: 'A-1_b', before: 12 };

describe('engine/jetstream/entry-message', () => {
  it('gives each text back letter by letter', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json());
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        assert.deepEqual(decodeEntry(encodeEntry({ ...from, texts })), { ...from, texts });
      }),
    );
  });

  it('knows what is none', () => {
    const foreign = [
      '',
      '\n',
      'x',
      '{"a":1}',
      'a 1 2',
      'a 1 2\nx',
      'a 1 1\nxx',
      'a 1 \n',
      'a 1 1,\nx',
      'a -1 1\nx',
    ];
    for (const body of foreign) assert.equal(decodeEntry(Buffer.from(body)), undefined, body);
    assert.equal(decodeEntry(Buffer.from([0xff, 0x0a, 0xfe])), undefined);
  });
});
