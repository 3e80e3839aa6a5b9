import assert from 'node:assert/strict';
import { Warnings } from '../../../../src/engine/jetstream/nats/warnings';
import { inEnglish, say } from '../../../../src/sentences';

describe('engine/jetstream/warnings', () => {
  it('tells the same once a minute, and what is new at once', () => {
    const told: string[] = [];
    let now = 0;
    const warnings = new Warnings(
      (words) => told.push(inEnglish(words)),
      () => now,
    );
    const [one, two] = [say('nats.silent', { where: 'a:1' }), say('nats.silent', { where: 'b:1' })];
    assert.deepEqual(
      [one, two, one].map((words) => warnings.tell(words)),
      [true, true, false],
    );
    now = 60_000;
    warnings.tell(one);
    assert.deepEqual(told, [one, two, one].map(inEnglish));
  });
});
