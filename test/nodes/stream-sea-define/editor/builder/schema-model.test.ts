import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mistakesOf } from '../../../../../nodes/stream-sea-define/editor/builder/schema-mistakes.editor';
import {
  addField,
  addMissingFields,
  emptyModel,
  jsonOf,
  modelOf,
  moveField,
  nameOf,
  nodeOf,
  placeOf,
  ROOT_ID,
  removeField,
  renameField,
  replaceFields,
  retypeField,
  type SchemaModel,
  type SchemaNode,
  setName,
  setValues,
  setVersion,
  shiftField,
  textOf,
  UnreadableError,
} from '../../../../../nodes/stream-sea-define/editor/builder/schema-model.editor';
import { definitionProblem } from '../../../../../nodes/stream-sea-define/editor/definition.editor';
import { FIELD_TYPES } from '../../../../../src/protocol/schema/schema';
import { fieldsOf, versionText } from '../../../../protocol/arbitraries';

const BOILER = {
  version: 3,
  fields: [
    { name: 'temperature', type: 'float' },
    { name: 'state', type: 'enum', enum: ['on', 'off'] },
    { name: 'place', type: 'object', fields: [{ name: 'room', type: 'string' }] },
  ],
};

const definitions = fc.record({
  name: fc.string({ minLength: 1 }),
  version: fc.oneof(fc.integer(), versionText),
  fields: fieldsOf(2),
});

/** Fields with every mistake a person can make, and keys that mean nothing. */
const sloppyFields = fc.letrec<{ field: object; fields: object[] }>((tie) => ({
  field: fc.record(
    {
      name: fc.oneof(fc.constantFrom('a', 'b', '', '__proto__'), fc.string()),
      type: fc.oneof(fc.constantFrom(...FIELD_TYPES), fc.string()),
      enum: fc.array(fc.constantFrom('on', 'off', '')),
      fields: fc.oneof({ maxDepth: 3, withCrossShrink: true }, fc.constant([]), tie('fields')),
      unit: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
  fields: fc.array(tie('field'), { maxLength: 4 }),
})).fields;

const sloppyDefinitions = fc.record(
  {
    name: fc.constantFrom('boiler', 'kettle', ''),
    version: fc.oneof(
      fc.integer(),
      fc.constantFrom('1.0.0', '', ' ', null, true),
      fc.double({ noNaN: true }),
    ),
    fields: sloppyFields,
    comment: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

function names(model: SchemaModel): unknown {
  const list = (node: SchemaNode): unknown[] =>
    (node.fields ?? []).flatMap((field) => (field.fields ? [nameOf(field), list(field)] : [nameOf(field)]));
  return list(model.root);
}

function idOf(model: SchemaModel, name: string): number {
  const find = (node: SchemaNode): number | undefined =>
    nameOf(node) === name ? node.id : node.fields?.map(find).find((id) => id !== undefined);
  return find(model.root) ?? assert.fail(`no field ${name}`);
}

describe('the model of a definition', () => {
  it('gives back any definition as it came, down to the order of its keys', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const json = JSON.stringify(definition);
        assert.equal(JSON.stringify(jsonOf(modelOf(JSON.parse(json)).root)), json);
      }),
    );
  });

  it('gives back what is not valid yet, with keys that mean nothing', () => {
    fc.assert(
      fc.property(sloppyDefinitions, (definition) => {
        const json = JSON.stringify(definition);
        assert.equal(JSON.stringify(jsonOf(modelOf(JSON.parse(json)).root)), json);
      }),
    );
  });

  it('shows any JSON at all without loss, or says where it cannot', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const value: unknown = JSON.parse(json);
        try {
          assert.equal(JSON.stringify(jsonOf(modelOf(value).root)), JSON.stringify(value));
        } catch (error) {
          assert.ok(error instanceof UnreadableError);
        }
      }),
    );
  });

  it('finds a mistake exactly where the runtime refuses the definition', () => {
    fc.assert(
      fc.property(sloppyDefinitions, fc.constantFrom('', 'boiler'), (definition, stream) => {
        const json = JSON.stringify(definition);
        const mistakes = mistakesOf(modelOf(JSON.parse(json)), stream);
        assert.equal(mistakes.length === 0, definitionProblem(json, stream) === undefined);
      }),
      { numRuns: 400 },
    );
  });

  it('names the place of what is no field', () => {
    const place = (value: unknown): string => {
      try {
        modelOf(value);
      } catch (error) {
        return error instanceof UnreadableError ? error.message : assert.fail();
      }
      return assert.fail('it was read');
    };
    assert.equal(place([]), '');
    assert.equal(place({ fields: {} }), 'fields');
    assert.equal(place({ fields: ['temperature'] }), 'fields[0]');
    assert.equal(place({ fields: [{ name: 7 }] }), 'fields[0].name');
    assert.equal(
      place({ fields: [{ type: 'object', fields: [{ type: 'enum', enum: [1] }] }] }),
      'fields[0].fields[0].enum',
    );
  });

  it('adds fields, at the top and within an object', () => {
    const top = addField(modelOf(BOILER), ROOT_ID, 1, { name: 'pressure', type: 'integer' });
    const nested = addField(top.model, idOf(top.model, 'place'), 1);
    assert.deepEqual(names(nested.model), ['temperature', 'pressure', 'state', 'place', ['room', '']]);
    assert.deepEqual(nodeOf(nested.model, nested.id)?.json, { name: '', type: 'string' });
    assert.notEqual(nested.id, top.id);
  });

  it('makes the list of fields that was missing', () => {
    assert.deepEqual(jsonOf(addField(modelOf({ version: 1 }), ROOT_ID, 0).model.root), {
      version: 1,
      fields: [{ name: '', type: 'string' }],
    });
  });

  it('removes a field with all that is in it', () => {
    const model = modelOf(BOILER);
    assert.deepEqual(names(removeField(model, idOf(model, 'place'))), ['temperature', 'state']);
  });

  it('moves fields up, down, into the object above and out of it', () => {
    let model = modelOf(BOILER);
    const step = (name: string, direction: 'up' | 'down' | 'in' | 'out', expected: unknown) => {
      model = shiftField(model, idOf(model, name), direction);
      assert.deepEqual(names(model), expected);
    };
    step('temperature', 'up', ['temperature', 'state', 'place', ['room']]);
    step('temperature', 'down', ['state', 'temperature', 'place', ['room']]);
    step('temperature', 'in', ['state', 'temperature', 'place', ['room']]);
    step('temperature', 'down', ['state', 'place', ['room'], 'temperature']);
    step('temperature', 'in', ['state', 'place', ['room', 'temperature']]);
    step('temperature', 'up', ['state', 'place', ['temperature', 'room']]);
    step('temperature', 'out', ['state', 'place', ['room'], 'temperature']);
    step('temperature', 'out', ['state', 'place', ['room'], 'temperature']);
  });

  it('refuses to put an object into itself', () => {
    const model = modelOf({
      fields: [{ name: 'a', type: 'object', fields: [{ name: 'b', type: 'object' }] }],
    });
    assert.equal(moveField(model, idOf(model, 'a'), idOf(model, 'b'), 0), model);
  });

  it('keeps every field and every key wherever fields are moved to', () => {
    const moves = fc.array(
      fc.tuple(fc.nat(), fc.constantFrom('up' as const, 'down' as const, 'in' as const, 'out' as const)),
    );
    fc.assert(
      fc.property(definitions, moves, (definition, steps) => {
        let model = modelOf(definition);
        const before = [...JSON.stringify(jsonOf(model.root))].sort().join('');
        for (const [seed, direction] of steps) {
          const id = seed % model.nextId;
          model = shiftField(model, id, direction);
          assert.ok(id === ROOT_ID || placeOf(model, id) !== undefined);
        }
        assert.equal(
          [...JSON.stringify(jsonOf(model.root))].sort().join('').replace(/,/g, ''),
          before.replace(/,/g, ''),
        );
      }),
    );
  });

  it('gives back values and nested fields when a type comes back', () => {
    const model = modelOf(BOILER);
    for (const [name, type] of [
      ['state', 'enum'],
      ['place', 'object'],
    ] as const) {
      const id = idOf(model, name);
      const away = retypeField(retypeField(model, id, 'array<object>'), id, 'float');
      assert.deepEqual(nodeOf(away, id)?.json, { name, type: 'float' });
      assert.deepEqual(jsonOf(retypeField(away, id, type).root), BOILER);
    }
  });

  it('renames, and changes values, version and name', () => {
    let model = modelOf(BOILER);
    model = renameField(model, idOf(model, 'temperature'), 'heat');
    model = setValues(model, idOf(model, 'state'), ['on']);
    model = setName(setVersion(model, '3.1'), 'boiler');
    assert.deepEqual(jsonOf(model.root), {
      version: '3.1',
      name: 'boiler',
      fields: [
        { name: 'heat', type: 'float' },
        { name: 'state', type: 'enum', enum: ['on'] },
        BOILER.fields[2],
      ],
    });
    assert.equal('name' in jsonOf(setName(model, undefined).root), false);
  });

  it('takes other fields in place of its own, or those that are new', () => {
    const fields = [
      { name: 'state', type: 'string' },
      { name: 'pressure', type: 'integer' },
    ];
    assert.deepEqual(jsonOf(replaceFields(modelOf(BOILER), fields).root), { version: 3, fields });
    assert.deepEqual(jsonOf(addMissingFields(modelOf(BOILER), fields).root).fields, [
      ...BOILER.fields,
      fields[1],
    ]);
  });

  it('starts with version 1 and no field', () => {
    assert.deepEqual(JSON.parse(textOf(emptyModel())), { version: 1, fields: [] });
  });
});
