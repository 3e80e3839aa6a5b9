import assert from 'node:assert/strict';
import { parsePriorRecord, priorGroupKey } from '../../../src/engine/disk/prior-record';

const group = { jail: 'works', stream: 'boiler', group: 'client a' };

describe('engine/disk/prior-record', () => {
  it('reads what the first release wrote', () => {
    assert.deepEqual(parsePriorRecord('["group","works","boiler","client a"]', '{"vacantSince":5}'), {
      kind: 'prior group',
      group,
      vacantSince: 5,
    });
    assert.deepEqual(parsePriorRecord('["message","works","boiler","client a",12]', '{"a":1}'), {
      kind: 'message',
      group,
      number: 12,
    });
    assert.equal(priorGroupKey(group), '["group","works","boiler","client a"]');
  });

  it('gives a group with members up last', () => {
    const parsed = parsePriorRecord(priorGroupKey(group), '{"vacantSince":null}');
    assert.ok(parsed?.kind === 'prior group' && parsed.vacantSince > Date.now());
  });

  it('takes nothing else for it', () => {
    for (const [key, value] of [
      ['["stream","works","boiler"]', '{"name":"boiler"}'],
      ['["group","works","boiler","client a"]', '{}'],
      ['["group","works","boiler","client a"]', 'nonsense'],
      ['["message","works","boiler","client a"]', '1'],
      ['nonsense', '{"vacantSince":5}'],
    ] as const) {
      assert.equal(parsePriorRecord(key, value), undefined, key);
    }
  });
});
