import assert from 'node:assert/strict';
import { Schemas, schemaMismatch } from '../../src/client/schemas';
import { PayloadError } from '../../src/errors';
import type { Definition } from '../../src/protocol/schema';

function definition(version: number, name = 's'): Definition {
  return { name, version, fields: [{ name: 'n', type: version === 1 ? 'integer' : 'string' }] };
}

describe('client/schemas', () => {
  let fetched: string[];
  let answer: () => Promise<Definition | null>;
  let schemas: Schemas;

  beforeEach(() => {
    fetched = [];
    answer = async () => definition(1);
    schemas = new Schemas((stream) => {
      fetched.push(stream);
      return answer();
    });
  });

  it('has no check before it has a schema', () => {
    assert.equal(schemas.check('s', 'types'), undefined);
  });

  it('fetches once for all who ask, and keeps the compiled check', async () => {
    const checks = await Promise.all([schemas.load('s', 'types'), schemas.load('s', 'types')]);
    assert.deepEqual(fetched, ['s']);
    assert.equal(checks[0], checks[1]);
    assert.equal(schemas.check('s', 'types'), checks[0]);
    assert.notEqual(schemas.check('s', 'strict'), checks[0]);
    assert.equal(checks[0]?.({ n: 'x' }).length, 1);
  });

  it('says that there is nothing to check against, and asks again next time', async () => {
    answer = async () => null;
    await assert.rejects(schemas.load('s', 'types'), (error) => {
      return error instanceof PayloadError && error.message.includes('has no schema');
    });
    answer = async () => definition(1);
    await schemas.load('s', 'types');
    assert.equal(fetched.length, 2);
  });

  it('passes on why it could not be fetched, to all, and asks again next time', async () => {
    answer = () => Promise.reject(new Error('down'));
    const asked = [schemas.load('s', 'types'), schemas.load('s', 'strict')];
    for (const load of asked) await assert.rejects(load, /down/);
    answer = async () => definition(1);
    await schemas.load('s', 'types');
    assert.equal(fetched.length, 2);
  });

  it('takes in a newer definition, and forgets the old check', async () => {
    await schemas.load('s', 'types');
    schemas.keep('s', definition(2));
    assert.deepEqual(schemas.check('s', 'types')?.({ n: 'x' }), []);
  });

  it('forgets a schema when another version is heard of, however it is written', async () => {
    await schemas.load('s', 'types');
    schemas.heard('s', '1');
    assert.notEqual(schemas.check('s', 'types'), undefined);
    schemas.heard('s', 2);
    assert.equal(schemas.check('s', 'types'), undefined);
  });

  it('does not keep what was fetched before it was told to forget', async () => {
    let answerLate = (_: Definition): void => {};
    answer = () =>
      new Promise((resolve) => {
        answerLate = resolve;
      });
    const old = schemas.load('s', 'types');
    schemas.forget('s');
    answerLate(definition(1));
    await old;
    assert.equal(schemas.check('s', 'types'), undefined);
  });

  it('keeps a thousand, and lets the oldest go', () => {
    for (let n = 0; n <= 1_000; n += 1) schemas.keep(`s${n}`, definition(1, `s${n}`));
    assert.equal(schemas.check('s0', 'types'), undefined);
    assert.notEqual(schemas.check('s1', 'types'), undefined);
  });

  it('names every problem of a message', () => {
    const error = schemaMismatch('s', [
      { path: 'a', message: 'is missing' },
      { path: '', message: 'should be an object' },
    ]);
    assert.equal(
      error.message,
      'The message does not follow the schema of "s": a is missing; it should be an object',
    );
  });
});
