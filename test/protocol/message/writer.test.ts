import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { MAX_BODY_BYTES } from '../../../src/protocol/constants';
import { toMessage, toText } from '../../../src/protocol/message/message';
import { Writer } from '../../../src/protocol/message/writer';
import { anyFickleValue, anyValue } from '../values';

const anyReading = fc.dictionary(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'toJSON', '1', 'constructor')),
  fc.oneof(
    fc.double(),
    fc.integer(),
    fc.string({ unit: 'binary', maxLength: 120 }),
    fc.boolean(),
    fc.constantFrom(null, undefined, -0, '\ud800', 'Kessel Süd', 'a"b\\c'),
    fc.jsonValue(),
    fc.date({ noInvalidDate: true }),
  ),
  { maxKeys: 40, noNullPrototype: false },
);

/** The text, or that it is refused. */
function outcomeOf(make: () => string): string | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

describe('protocol/message/writer', () => {
  // One for all, as it remembers names.
  const writer = new Writer();

  it('says of a reading, letter for letter, what its copy says, or nothing', () => {
    fc.assert(
      fc.property(anyReading, (reading) => {
        const slow = outcomeOf(() => toMessage(reading).text);
        assert.equal(
          outcomeOf(() => toText(reading, writer)),
          slow,
        );
        const quick = writer.write(reading);
        if (quick !== undefined) assert.equal(quick, slow);
      }),
      { numRuns: 5_000 },
    );
  });

  it('does so of anything at all', () => {
    fc.assert(
      fc.property(anyValue, (make) => {
        assert.equal(
          outcomeOf(() => toText(make(), writer)),
          outcomeOf(() => toMessage(make()).text),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('writes JSON of what changes its mind, or refuses it', () => {
    fc.assert(
      fc.property(anyFickleValue, (make) => {
        const text = outcomeOf(() => toText(make(), writer));
        if (text !== undefined) assert.equal(JSON.stringify(JSON.parse(text)), text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('writes readings itself, and reads each of their properties once', () => {
    let reads = 0;
    const reading = {
      temperature: 90.5,
      place: 'Kessel Süd',
      on: true,
      since: null,
      missing: undefined,
      inner: { list: [1, { a: 'b' }] },
      get count() {
        reads += 1;
        return reads;
      },
    };
    assert.equal(
      writer.write(reading),
      '{"temperature":90.5,"place":"Kessel Süd","on":true,"since":null,"inner":{"list":[1,{"a":"b"}]},"count":1}',
    );
    assert.equal(reads, 1);
    assert.equal(writer.write({}), '{}');
    // As a flow's functions make them.
    assert.equal(writer.write(runInNewContext('({ a: 1, list: [2] })')), '{"a":1,"list":[2]}');
    assert.equal(writer.write({ missing: undefined }), '{}');
  });

  it('leaves to others what is no reading', () => {
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, field) => [`field${field}`, field]));
    for (const other of [1, 'text', null, undefined, [1], many, { a: Number.NaN }, { a: 1n }, new Date(0)]) {
      assert.equal(writer.write(other), undefined);
    }
  });

  it('writes nothing that is longer than a message may be, by a single character either', () => {
    const ofLength = (length: number) => ({ a: 'x'.repeat(length - '{"a":""}'.length) });
    assert.equal(writer.write(ofLength(MAX_BODY_BYTES))?.length, MAX_BODY_BYTES);
    assert.equal(writer.write(ofLength(MAX_BODY_BYTES + 1))?.length, undefined);
  });

  it('is bounded, whatever names fields have', () => {
    const fresh = new Writer();
    for (let name = 0; name < 3_000; name += 1) {
      assert.equal(fresh.write({ [`a${name}`]: name }), `{"a${name}":${name}}`);
    }
    const long = 'x'.repeat(2_000);
    assert.equal(fresh.write({ [long]: 1 }), `{"${long}":1}`);
  });

  it('may be asked for a text while it writes one', () => {
    const given = { a: 1, inner: { toJSON: () => writer.write({ b: 2 }) }, c: 3 };
    assert.equal(toText(given, writer), '{"a":1,"inner":"{\\"b\\":2}","c":3}');
    const getter = {
      a: 1,
      get b() {
        return writer.write({ c: 2 });
      },
    };
    assert.equal(writer.write(getter), '{"a":1,"b":"{\\"c\\":2}"}');
  });
});
