import assert from 'node:assert/strict';
import { checkMessage } from '../../../nodes/stream-sea-out/message-check.editor';
import type { Definition } from '../../../src/protocol/schema/schema';

const BOILER: Definition = {
  name: 'boiler',
  version: 2,
  fields: [
    { name: 'temperature', type: 'float' },
    { name: 'readings', type: 'array<object>', fields: [{ name: 'at', type: 'date' }] },
  ],
};

function problems(text: string, mode: 'types' | 'strict' = 'types'): string[] {
  const result = checkMessage(text, BOILER, mode);
  assert.equal(result.kind, 'checked');
  return 'problems' in result ? result.problems.map(({ path, message }) => `${path} ${message}`) : [];
}

describe('the check of a message in the dialog', () => {
  it('finds nothing in a message that follows the schema', () => {
    assert.deepEqual(problems('{ "temperature": 21.5 }'), []);
    assert.deepEqual(problems('{ "temperature": 21.5, "readings": [] }', 'strict'), []);
  });

  it('names each problem by its path', () => {
    assert.deepEqual(problems('{ "temperature": "hot", "readings": [{}, { "at": "now" }] }'), [
      'temperature should be a number, but is the string "hot"',
      'readings[1].at should be a date YYYY-MM-DDTHH:mm:ssZ, but is the string "now"',
    ]);
  });

  it('is as strict as it is told', () => {
    assert.deepEqual(problems('{ "temperature": 1, "extra": 2 }', 'strict'), [
      'readings is missing',
      'extra is not a field of the schema',
    ]);
  });

  it('takes a list for several messages, as the node does', () => {
    assert.deepEqual(problems('[{ "temperature": 1 }, { "temperature": "hot" }, 7]'), [
      '[1].temperature should be a number, but is the string "hot"',
      '[2] should be an object, but is the number 7',
    ]);
  });

  it('tells what is not JSON from what is not there', () => {
    assert.deepEqual(checkMessage(' ', BOILER, 'types'), { kind: 'empty' });
    assert.equal(checkMessage('{ "a": ', BOILER, 'types').kind, 'notJson');
  });
});
