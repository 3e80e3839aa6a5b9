import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  diffDefinitions,
  raisedVersion,
} from '../../../../nodes/stream-sea-define/editor/schema-diff.editor';
import { type Definition, type Field, sameFields } from '../../../../src/protocol/schema/schema';
import { compareVersions, type Version } from '../../../../src/protocol/schema/versions';
import { fieldsOf, versionText } from '../../../protocol/arbitraries';

function definition(version: Version, ...fields: Field[]): Definition {
  return { name: 'boiler', version, fields };
}

const HEAT: Field = { name: 'heat', type: 'float' };
const STATE: Field = { name: 'state', type: 'enum', enum: ['on', 'off'] };
const PLACE: Field = { name: 'place', type: 'object', fields: [{ name: 'room', type: 'string' }] };

describe('what a definition changes', () => {
  it('is all of it when there is none yet', () => {
    assert.deepEqual(diffDefinitions(null, definition(1, HEAT, PLACE)), {
      verdict: 'new',
      changes: [
        { kind: 'added', path: 'heat', type: 'float' },
        { kind: 'added', path: 'place', type: 'object' },
      ],
    });
  });

  it('names fields that are added, removed, of another type, or with other values, at any depth', () => {
    const next = definition(
      2,
      { ...HEAT, type: 'integer' },
      { ...STATE, enum: ['off', 'idle'] },
      { ...PLACE, fields: [{ name: 'floor', type: 'integer' }] },
    );
    assert.deepEqual(diffDefinitions(definition(1, PLACE, STATE, HEAT), next), {
      verdict: 'newVersion',
      changes: [
        { kind: 'retyped', path: 'heat', from: 'float', to: 'integer' },
        { kind: 'values', path: 'state', added: ['idle'], removed: ['on'] },
        { kind: 'added', path: 'place.floor', type: 'integer' },
        { kind: 'removed', path: 'place.room', type: 'string' },
      ],
    });
  });

  it('tells what the server will say to the version (P16)', () => {
    const verdict = (stored: Definition, next: Definition) => diffDefinitions(stored, next).verdict;
    assert.equal(verdict(definition(2, HEAT), definition(2, HEAT)), 'same');
    assert.equal(verdict(definition(2, HEAT), definition('2', HEAT)), 'same');
    assert.equal(verdict(definition(2, HEAT), definition(2, HEAT, STATE)), 'sameVersion');
    assert.equal(verdict(definition('1.10', HEAT), definition('1.9', STATE)), 'lowerVersion');
    assert.equal(verdict(definition(2, HEAT), definition(3, HEAT)), 'onlyVersion');
    assert.equal(verdict(definition(2, HEAT), definition(3, STATE)), 'newVersion');
  });

  it('is nothing exactly when the fields are the same, in whatever order (P14)', () => {
    fc.assert(
      fc.property(fieldsOf(2), fieldsOf(2), fc.boolean(), (a, b, same) => {
        const next = same ? [...a].reverse() : b;
        const { changes } = diffDefinitions(definition(1, ...a), definition(2, ...next));
        assert.equal(changes.length === 0, sameFields(a, next));
      }),
    );
  });

  it('needs a version above the stored one, which is offered in the form of the stored one', () => {
    assert.equal(raisedVersion(2), 3);
    assert.equal(raisedVersion(1.5), 2);
    assert.equal(raisedVersion('2'), '3');
    assert.equal(raisedVersion('1.2.9'), '1.2.10');
    assert.equal(raisedVersion('1.0-rc'), '1.0-rc.1');
    fc.assert(
      fc.property(fc.oneof(versionText, fc.integer()), (version) => {
        assert.ok(compareVersions(raisedVersion(version), version) > 0);
      }),
    );
  });
});
