import assert from 'node:assert/strict';
import { MessagePattern } from '../../../src/protocol/message/message-pattern';
import { parseDefinition } from '../../../src/protocol/schema/schema';
import { Patterns } from '../../../src/server/directory/patterns';
import { Stream } from '../../../src/server/directory/stream';

const MANY = 1_000;
const FIELDS = ['a', 'b'].map((name) => ({ name, type: 'float' }));
const BOILER = parseDefinition({ name: 'boiler', version: 1, fields: FIELDS });

function streamOf(name = 'boiler'): Stream {
  return new Stream(name, JSON.stringify({ ...BOILER, name }), assert.fail);
}

describe('Patterns', () => {
  let patterns: Patterns;
  let stream: Stream;

  beforeEach(() => {
    patterns = new Patterns();
    stream = streamOf();
  });

  /** As the sea does it. @returns whether the body was read in full. */
  const publish = (message: object, to = stream): boolean => {
    if (patterns.textsOf(to, JSON.stringify({ payload: message }), MANY) !== undefined) return false;
    patterns.saw(to, [message]);
    return true;
  };
  /** How many of so many bodies were read in full. */
  const readOf = (count: number, messageOf: (index: number) => object, to = stream): number => {
    let read = 0;
    for (let index = 0; index < count; index += 1) if (publish(messageOf(index), to)) read += 1;
    return read;
  };

  it('know from the second body on how the messages of a stream look', () => {
    assert.deepEqual([publish({ a: 1 }), publish({ a: 2 })], [true, true]);
    assert.equal(
      readOf(100, (index) => ({ a: index })),
      0,
    );
    assert.equal(publish({ a: 1 }, streamOf()), true, 'another one, or the same with another schema');
  });

  it('stay with a few that look otherwise', () => {
    readOf(2, () => ({ a: 1 }));
    assert.equal(
      readOf(100, (index) => (index % 4 === 0 ? { b: 1 } : { a: 1 })),
      25,
    );
  });

  it('follow a stream whose messages come to look otherwise, soon if it was steady', () => {
    readOf(300, () => ({ a: 1 }));
    assert.equal(
      readOf(300, () => ({ b: 1 })),
      4 + 2 - 1,
    );
    assert.equal(
      readOf(300, () => ({ a: 1 })),
      4 + 2 - 1,
    );
  });

  it('make few of a stream that changes all the time', () => {
    const shape = (index: number) => Object.fromEntries([['a', 1] as const, [`x${index}`, 1] as const]);
    assert.equal(readOf(10_000, shape), 10_000);
    let made = 0;
    for (let index = 0; index < 10_000; index += 1) {
      const before = patterns.size;
      publish(shape(index));
      if (patterns.size > before) made += 1;
    }
    assert(made > 0 && made <= 11, `${made}`);
  });

  it('are made seldom of a stream that changes before one has been worth it', () => {
    const read = readOf(10_000, (index) => (index % 20 < 10 ? { a: 1 } : { b: 1 }));
    assert(read > 9_000, `${read}`);
  });

  it('are made within a thousand bodies, however long a stream has changed all the time', () => {
    readOf(20_000, (index) => ({ a: 1, [`x${index}`]: 1 }));
    const read = readOf(4_000, () => ({ a: 1 }));
    assert(read <= 1_024 + 4, `${read}`);
  });

  it('are for as many streams as there is room for, those that are in use', () => {
    const { length } = MessagePattern.of(BOILER.fields, { a: 1 }) ?? assert.fail();
    patterns = new Patterns(2.5 * length);
    const [idle, busy, next] = ['idle', 'busy', 'next'].map(streamOf);
    assert(idle && busy && next);
    // The one in use is the first that is looked at.
    for (const each of [busy, idle]) readOf(3, () => ({ a: 1 }), each);
    let read = 0;
    for (let index = 0; index < 200; index += 1) {
      assert.equal(publish({ a: 1 }, busy), false);
      if (publish({ a: 1 }, next)) read += 1;
    }
    assert.equal(patterns.size, 2);
    assert(read < 40, `${read}`);
    assert.equal(publish({ a: 1 }, idle), true);
    const [wide] = ['wide'].map(streamOf);
    readOf(2_000, () => ({ a: 1, b: 1, c: 1, d: 1 }), wide);
    assert.equal(publish({ a: 1, b: 1, c: 1, d: 1 }, wide), true, 'it is longer than all the room');
    readOf(2_000, () => ({ a: 1, b: 1 }), idle);
    assert.deepEqual(
      [patterns.size, publish({ a: 1, b: 1 }, idle)],
      [1, false],
      'one that takes the room of two',
    );
  });

  it('know nothing of messages that no pattern says', () => {
    assert.equal(
      readOf(100, () => ({ a: 1, other: {} })),
      100,
    );
    assert.equal(patterns.size, 0);
  });
});
