import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toMessage } from '../../../src/protocol/message/message';
import { Reader } from '../../../src/protocol/message/reader';
import { anyValue } from '../values';

describe('Reader', () => {
  it('reads slowly what plain data is copied to at full rate', () => {
    fc.assert(
      fc.property(anyValue, (make) => {
        let quick: unknown;
        try {
          quick = toMessage(make()).value;
        } catch {
          assert.throws(() => new Reader().read(make()));
          return;
        }
        assert.deepEqual(JSON.stringify(new Reader().read(make())), JSON.stringify(quick));
      }),
      { numRuns: 500 },
    );
  });

  it('takes what is no longer, as JSON, than a message may be', () => {
    const takes = (value: unknown): void => {
      const { length } = JSON.stringify(new Reader().read(value));
      assert.equal(JSON.stringify(new Reader(length).read(value)).length, length);
    };
    for (const item of ['', 1, null, true, {}, [], { a: 1 }, { a: '', b: null }, new Date(0)]) {
      takes(item);
      takes(Array(1_000).fill(item));
    }
    takes(new Uint8Array(1_000));
    fc.assert(fc.property(fc.jsonValue(), takes));
  });

  it('notes where objects wrote moments in time', () => {
    const reader = new Reader();
    reader.read({ a: [1, { toJSON: () => '2026-01-02T03:04:05.678Z' }], b: '2026-01-02T03:04:05.678Z' });
    assert.deepEqual(reader.instants, [['a', 1]]);
  });
});
