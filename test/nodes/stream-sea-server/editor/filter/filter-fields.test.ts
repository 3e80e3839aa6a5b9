import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  fieldsOfMessage,
  fieldsOfSchema,
  shownPath,
  typedPath,
} from '../../../../../nodes/stream-sea-server/editor/filter/filter-fields.editor';
import { filterPasses, parseFilter } from '../../../../../src/protocol/filter';
import { parseDefinition } from '../../../../../src/protocol/schema/schema';

describe('the fields that a filter can look at', () => {
  it('are those of a schema, with what each is compared with', () => {
    const { fields } = parseDefinition({
      name: 'plant',
      version: 1,
      fields: [
        { name: 'boiler', type: 'enum', enum: ['north', 'south'] },
        { name: 'at', type: 'date' },
        { name: 'inner part', type: 'object', fields: [{ name: 'pressure', type: 'float' }] },
        { name: 'pumps', type: 'array<object>', fields: [{ name: 'speed', type: 'integer' }] },
        { name: 'tags', type: 'array<string>' },
        { name: `it's "both"`, type: 'string' },
      ],
    });
    assert.deepEqual(
      fieldsOfSchema(fields).map(({ path, kind, values }) => [path, kind, ...values]),
      [
        ['$.boiler', 'string', 'north', 'south'],
        ['$.at', 'string'],
        ["$['inner part'].pressure", 'number'],
        ['$.pumps[0].speed', 'number'],
        ['$.tags[0]', 'string'],
      ],
    );
  });

  it('are those of a message, and lead to what is there', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.constantFrom('x', 1, true)), (message) => {
        for (const { path, kind } of fieldsOfMessage({ inner: message })) {
          const there = parseFilter({
            t: 'eq',
            e: [
              { t: 'path', e: path },
              { t: 'path', e: path },
            ],
          });
          assert.equal(filterPasses(there, { inner: message }, { streamName: 's' }), true, path);
          assert.ok(['string', 'number', 'bool'].includes(kind));
        }
      }),
    );
    assert.deepEqual(fieldsOfMessage([1]), []);
    assert.deepEqual(fieldsOfMessage(undefined), []);
  });

  it('are written without the message that they are in, which goes without saying', () => {
    for (const [path, shown] of [
      ['$.boiler.pressure', 'boiler.pressure'],
      ["$['a b'].c", "['a b'].c"],
      ['$.', ''],
    ] as const) {
      assert.equal(shownPath(path), shown);
      assert.equal(typedPath(shown), path);
    }
    // As others write it: it stays so until it is typed anew.
    assert.equal(shownPath('pressure'), 'pressure');
    assert.equal(typedPath('$.pressure '), '$.pressure');
  });
});
