import assert from 'node:assert/strict';
import { pageError } from '../../../src/client/http/answer';
import { Schemas } from '../../../src/client/http/schemas';
import {
  AbortedError,
  NetworkError,
  PayloadError,
  ProtocolError,
  ReplyError,
  SchemaError,
  TimeoutError,
} from '../../../src/errors';
import { toMessage } from '../../../src/protocol/message/message';
import type { Definition } from '../../../src/protocol/schema/schema';
import { FakeClock, settled } from '../../support/clock';

function definition(version: number, name = 's'): Definition {
  return { name, version, fields: [{ name: 'n', type: version === 1 ? 'integer' : 'string' }] };
}

describe('client/schemas', () => {
  let fetched: string[];
  let answer: () => Promise<Definition | null>;
  let schemas: Schemas;
  let told: string[];
  let clock: FakeClock;

  beforeEach(() => {
    fetched = [];
    answer = async () => definition(1);
    told = [];
    clock = new FakeClock();
    schemas = new Schemas({
      clock,
      fetch: (stream) => {
        fetched.push(stream);
        return answer();
      },
      problem: ({ message }) => told.push(message),
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
    assert.throws(() => checks[0]?.pass(toMessage({ n: 'x' })), PayloadError);
  });

  it('says that there is nothing to check against, and asks again next time', async () => {
    answer = async () => null;
    await assert.rejects(schemas.load('s', 'types'), (error) => {
      return error instanceof PayloadError && error.message.startsWith('No schema');
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
    const message = toMessage({ n: 'x' });
    assert.equal(schemas.check('s', 'types')?.pass(message), message);
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

  it('checks with what it has fetched, though something older came to be kept meanwhile (G3)', async () => {
    let answerLate = (_: Definition): void => {};
    answer = () =>
      new Promise((resolve) => {
        answerLate = resolve;
      });
    const asked = schemas.reload('s', 'types');
    await settled();
    schemas.keep('s', definition(1));
    answerLate(definition(2));
    (await asked).pass(toMessage({ n: 'x' }));
  });

  it('does not keep what somebody has read when something was kept or forgotten since he asked', async () => {
    const late = async (meanwhile: () => void, read: Definition | null): Promise<void> => {
      await schemas.read('s', async () => {
        meanwhile();
        return read;
      });
    };
    await late(() => {}, definition(1));
    const first = schemas.check('s', 'types');
    assert.notEqual(first, undefined);
    await late(() => schemas.forget('s'), definition(1));
    assert.equal(schemas.check('s', 'types'), undefined);
    await late(() => schemas.keep('s', definition(2)), definition(2));
    schemas.check('s', 'types')?.pass(toMessage({ n: 'x' }));
    await late(() => schemas.keep('s', definition(2)), definition(1));
    assert.equal(schemas.check('s', 'types'), undefined, 'which is older nobody knows');
    schemas.keep('s', definition(1));
    await late(() => {}, null);
    assert.equal(schemas.check('s', 'types'), undefined);
  });

  describe('of what somebody writes', () => {
    const kept = (): string | undefined => {
      const check = schemas.check('s', 'types');
      if (check === undefined) return undefined;
      try {
        check.pass(toMessage({ n: 'x' }));
        return 'newer';
      } catch {
        return 'older';
      }
    };
    /** Written at once, and answered when told to. */
    const write = (version: number) => {
      let answered = (_error?: Error): void => {};
      const answer = new Promise<void>((resolve, reject) => {
        answered = (error) => (error === undefined ? resolve() : reject(error));
      });
      const end = schemas.write('s', definition(version), () => answer).then(() => {}, assert.ok);
      return async (error?: Error): Promise<void> => {
        answered(error);
        await end;
      };
    };

    it('takes in what is answered', async () => {
      await write(1)();
      assert.equal(kept(), 'older');
      await write(2)();
      assert.equal(kept(), 'newer');
    });

    it('knows nothing where two have overtaken each other, but what both have written', async () => {
      for (const order of [
        [0, 1],
        [1, 0],
      ]) {
        const answers = [write(1), write(2)];
        for (const at of order) await answers[at]?.();
        assert.equal(kept(), undefined, order.join());
      }
      const same = [write(2), write(2)];
      for (const answer of same) await answer();
      assert.equal(kept(), 'newer');
    });

    it('knows nothing where something newer may have been read, or heard of, meanwhile', async () => {
      const meanwhile = write(1);
      await schemas.read('s', async () => definition(2));
      await meanwhile();
      assert.equal(kept(), undefined);
      const forgotten = write(1);
      schemas.forget('s');
      await forgotten();
      assert.equal(kept(), undefined);
    });

    it('knows nothing where, having been overtaken, it finds what may be older being asked for', async () => {
      const overtaken = write(2);
      schemas.forget('s');
      let arrive = (_definition: Definition): void => {};
      answer = () => new Promise((resolve) => (arrive = resolve));
      const load = schemas.load('s', 'types');
      await overtaken();
      arrive(definition(1));
      await load;
      assert.equal(kept(), undefined);
    });

    it('knows nothing once it may have been written, and stays as it was when it was refused', async () => {
      await write(1)();
      const refusal = new ReplyError('lower', { status: 400 });
      await write(2)(refusal);
      assert.equal(kept(), 'older');
      for (const error of [
        new NetworkError('reset'),
        new TimeoutError('late'),
        new ReplyError('a proxy’s', { status: 504 }),
        new AbortedError('enough', { sent: true }),
      ]) {
        await write(1)();
        await write(2)(error);
        assert.equal(kept(), undefined, error.message);
      }
    });

    it('passes on why it could not be', async () => {
      const error = new NetworkError('reset');
      await assert.rejects(
        schemas.write('s', definition(1), () => Promise.reject(error)),
        (thrown) => thrown === error,
      );
    });
  });

  it('fetches anew behind a fetch that is under way: that may have been read before the message came', async () => {
    const answers: ((definition: Definition) => void)[] = [];
    answer = () => new Promise((resolve) => answers.push(resolve));
    const first = schemas.load('s', 'types');
    const asked = [schemas.reload('s', 'types'), schemas.reload('s', 'types')];
    await settled();
    assert.equal(fetched.length, 1);
    answers[0]?.(definition(1));
    await first;
    await settled();
    assert.equal(fetched.length, 2, 'once for both');
    answers[1]?.(definition(2));
    for (const check of await Promise.all(asked)) check.pass(toMessage({ n: 'x' }));
  });

  it('fetches anew when told to, once for all who ask, and keeps the old one until then', async () => {
    const old = await schemas.load('s', 'types');
    answer = async () => definition(2);
    const asked = [schemas.reload('s', 'types'), schemas.reload('s', 'strict')];
    assert.equal(schemas.check('s', 'types'), old);
    const [check] = await Promise.all(asked);
    assert.deepEqual(fetched, ['s', 's']);
    assert.equal(schemas.check('s', 'types'), check);
    check?.pass(toMessage({ n: 'x' }));
  });

  it('finds out that a stream has no schema any more', async () => {
    await schemas.load('s', 'types');
    answer = async () => null;
    await assert.rejects(schemas.reload('s', 'types'), /: No schema/);
    assert.equal(schemas.check('s', 'types'), undefined);
  });

  it('keeps what it has when a newer one cannot be fetched', async () => {
    const old = await schemas.load('s', 'types');
    answer = () => Promise.reject(new NetworkError('down'));
    await assert.rejects(schemas.reload('s', 'types'), /down/);
    assert.equal(schemas.check('s', 'types'), old);
  });

  it('takes a web page for no schema at all, and keeps what it has (P8)', async () => {
    answer = () => Promise.reject(pageError('sea:80'));
    await assert.rejects(schemas.load('s', 'types'), /is a web page/);
    answer = async () => definition(1);
    const old = await schemas.load('s', 'types');
    answer = () => Promise.reject(pageError('sea:80'));
    await assert.rejects(schemas.reload('s', 'types'), /is a web page/);
    assert.equal(schemas.check('s', 'types'), old);
    assert.deepEqual(told, []);
  });

  describe('of a schema that nobody here understands', () => {
    const anything = toMessage({ n: 'x' });

    beforeEach(() => {
      answer = () => Promise.reject(new ProtocolError('a field of type "colour"'));
    });

    it('checks nothing, says so once, and asks again only after a while', async () => {
      const check = await schemas.load('s', 'strict');
      assert.equal(check.pass(anything), anything);
      assert.equal(schemas.check('s', 'types')?.pass(anything), anything);
      await schemas.reload('s', 'types');
      const text =
        'Messages to "s" are not checked, as its schema cannot be understood: a field of type "colour"';
      assert.deepEqual(told, [text]);
      clock.step(3_600_000);
      await clock.advance(299_999);
      assert.notEqual(schemas.check('s', 'types'), undefined);
      await clock.advance(1);
      assert.equal(schemas.check('s', 'types'), undefined);
      await schemas.load('s', 'types');
      assert.deepEqual(told, [text]);
    });

    it('says it again of another stream, for another reason, and after it was understood', async () => {
      await schemas.load('s', 'types');
      await schemas.load('t', 'types');
      answer = () => Promise.reject(new SchemaError('no fields'));
      await schemas.reload('s', 'types');
      assert.equal(told.length, 3);
      schemas.keep('s', definition(1));
      await schemas.reload('s', 'types');
      assert.equal(told.length, 4);
    });

    it('keeps nothing of that where the schema was written, or forgotten, since it was asked for', async () => {
      for (const since of [() => schemas.keep('s', definition(1)), () => schemas.forget('s')]) {
        let arrive = (): void => {};
        answer = () =>
          new Promise((_, reject) => {
            arrive = () => reject(new ProtocolError('a field of type "colour"'));
          });
        const loads = [schemas.load('s', 'types'), schemas.load('s', 'types')];
        since();
        const kept = schemas.check('s', 'types');
        arrive();
        for (const check of await Promise.all(loads)) assert.equal(check.pass(anything), anything);
        assert.equal(schemas.check('s', 'types'), kept);
        schemas.forget('s');
      }
      assert.deepEqual(told, []);
    });

    it('looks again at once when another version is heard of', async () => {
      await schemas.load('s', 'types');
      schemas.heard('s', 7);
      assert.equal(schemas.check('s', 'types'), undefined);
    });
  });

  it('keeps a thousand, and lets the oldest go', () => {
    for (let n = 0; n <= 1_000; n += 1) schemas.keep(`s${n}`, definition(1, `s${n}`));
    assert.equal(schemas.check('s0', 'types'), undefined);
    assert.notEqual(schemas.check('s1', 'types'), undefined);
  });
});
