import assert from 'node:assert/strict';
import { choiceOf, fieldsOf } from '../../../../../nodes/shared/editor/values/value-choice.editor';
import { parseDefinition } from '../../../../../src/index';

const fields = fieldsOf(
  parseDefinition({
    ...{ name: 's', version: 1 },
    fields: [
      { name: 'id', type: 'string' },
      { name: 'boiler', type: 'enum', enum: ['north', 'east'] },
      { name: 'at', type: 'date' },
      { name: 'temperature', type: 'float' },
      { name: 'place', type: 'object', fields: [{ name: 'floor', type: 'integer' }] },
      { name: 'parts', type: 'array<object>', fields: [{ name: 'weight', type: 'float' }] },
    ],
  }),
);
const none = new Set<string>();

describe('what is drawn of a stream', () => {
  it('is a number, also one that is nested, by an enum or a text', () => {
    assert.deepEqual(fields, { numbers: ['temperature', 'place.floor'], enums: ['boiler'], texts: ['id'] });
    assert.deepEqual(fieldsOf(null), { numbers: [], enums: [], texts: [] });
  });

  it('is the first number by the first enum, unless somebody chose', () => {
    assert.deepEqual(choiceOf({}, fields, none), { field: 'temperature', by: 'boiler' });
    const chosen = { field: 'place.floor', by: 'id' };
    assert.deepEqual(choiceOf(chosen, fields, none), chosen);
    assert.deepEqual(choiceOf({ by: '' }, fields, none), { field: 'temperature', by: '' });
    assert.deepEqual(choiceOf({ field: 'gone', by: 'gone' }, fields, none), {
      field: 'temperature',
      by: 'boiler',
    });
  });

  it('is one line where the only text has a value for each message', () => {
    const ids = { ...fields, enums: [] };
    assert.deepEqual(choiceOf({}, ids, none).by, 'id');
    assert.deepEqual(choiceOf({}, ids, new Set(['id'])).by, '');
    assert.deepEqual(choiceOf({ by: 'id' }, ids, new Set(['id'])).by, 'id');
  });

  it('is nothing where there is no number', () => {
    assert.deepEqual(choiceOf({}, fieldsOf(null), none), { by: '' });
  });
});
