import assert from 'node:assert/strict';
import type { Definition, Field } from '../../src/protocol/schema/schema';
import {
  checkDefinition,
  checkDefinitionText,
  checkDescription,
  checkMessages,
  checkRoom,
  checkVector,
  checkVersions,
} from '../../src/server/bounds';
import { limitsOf } from '../../src/server/limits';
import { Refusal } from '../../src/server/refusal';

const limits = limitsOf({
  maxNameLength: 5,
  maxVersionLength: 4,
  maxDefinitionBytes: 20,
  maxFields: 4,
  maxFieldDepth: 3,
  maxEnumValues: 3,
  maxVector: 2,
  maxMessages: 2,
  maxDescriptionLength: 3,
  maxDefinitionsBytes: 100,
  maxBodyBytes: 10,
});

const integer = (name: string): Field => ({ name, type: 'integer' });
const object = (name: string, ...fields: Field[]): Field => ({ name, type: 'object', fields });
const options = (...values: string[]): Field => ({ name: 'e', type: 'enum', enum: values });
const definition = (fields: Field[], version: number | string = 1): Definition => ({
  name: 's',
  version,
  fields,
});

const refused = (act: () => void, says: RegExp, status = 400) =>
  assert.throws(
    act,
    (error) => error instanceof Refusal && error.status === status && says.test(error.message),
  );

describe('the bounds of a definition', () => {
  it('are taken up to the last', () => {
    checkDefinitionText('ä'.repeat(10), limits);
    checkDefinition(
      definition([object('a', object('abcde', options('x', 'y', 'z'))), integer('n')], '1.12'),
      limits,
    );
  });

  it('are bytes as it is sent', () => {
    refused(() => checkDefinitionText('ä'.repeat(11), limits), /20 bytes here, but has 22/, 413);
  });

  for (const [what, beyond, says] of [
    ['a version', definition([], '1.123'), /A version may have 4 characters here, not 5/],
    ['a number as a version', definition([], 1e-10), /A version may have 4/],
    [
      'fields, at all depths',
      definition([object('a', integer('b'), integer('c')), integer('d'), integer('e')]),
      /4 fields/,
    ],
    ['levels', definition([object('a', object('b', object('c', integer('d'))))]), /3 levels/],
    [
      'values of enums',
      definition([object('a', options('x', 'y')), { ...options('x', 'y'), name: 'f' }]),
      /3 values/,
    ],
    [
      "a field's name",
      definition([object('a', integer('abcdef'))]),
      /field's name may have 5 characters here, not 6/,
    ],
  ] as const) {
    it(`are those of ${what}`, () => refused(() => checkDefinition(beyond, limits), says));
  }

  it('are those of all definitions of a jail', () => {
    const one = definition([integer('a')]);
    checkRoom(one, 100 - JSON.stringify(one).length, limits);
    refused(() => checkRoom(one, 101 - JSON.stringify(one).length, limits), /100 bytes together/);
  });
});

describe('the bounds of a request', () => {
  it('are messages', () => {
    checkMessages(2, limits);
    refused(() => checkMessages(3, limits), /2 messages, not 3/, 413);
  });

  it('are the length of a vector', () => {
    checkVector(['a', 'b'], limits);
    refused(() => checkVector(['a', 'b', 'c'], limits), /the versions of 2 streams, not of 3/);
  });

  it('are those of its reply, however long a version was once taken', () => {
    checkVersions(['x'.repeat(9), null], limits);
    refused(() => checkVersions(['x'.repeat(9), 1, null], limits), /Ask for fewer at once/, 413);
  });

  it('are those of a description', () => {
    checkDescription('abc', 'It', limits);
    refused(() => checkDescription('abcd', 'It', limits), /It may have 3 characters, not 4/);
  });
});
