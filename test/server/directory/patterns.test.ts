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
  const lengthOf = (message: object): number =>
    MessagePattern.of(BOILER.fields, message)?.length ?? assert.fail('there is none');
  /** Characters that are to be read in full until a pattern for such messages is made. */
  const costOf = (message: object): number => Math.max(10_000, 256 * lengthOf(message));

  beforeEach(() => {
    patterns = new Patterns();
    stream = streamOf();
  });

  /** As the sea does it, a hundred messages at once. @returns the characters that were read in full. */
  const publish = (message: object, to = stream): number => {
    const body = JSON.stringify({ payload: Array.from({ length: 100 }, () => message) });
    if (patterns.textsOf(to, body, MANY) !== undefined) return 0;
    patterns.saw(to, body, [message]);
    return body.length;
  };
  const readOf = (count: number, messageOf: (index: number) => object, to = stream): number => {
    let read = 0;
    for (let index = 0; index < count; index += 1) read += publish(messageOf(index), to);
    return read;
  };
  /** To within one body. */
  const about = (read: number, expected: number): void =>
    assert(read >= expected && read < expected + 10_000, `${read} instead of ${expected}`);

  it('know how the messages of a stream look once it has cost as much to read them as to know', () => {
    about(
      readOf(2_000, (index) => ({ a: index })),
      costOf({ a: 1 }),
    );
    assert(publish({ a: 1 }, streamOf()) > 0, 'another one, or the same with another schema');
  });

  it('stay with a few that look otherwise', () => {
    readOf(2_000, () => ({ a: 1 }));
    const length = publish({ b: 1 });
    assert.equal(
      readOf(100, (index) => (index % 4 === 0 ? { b: 1 } : { a: 1 })),
      25 * length,
    );
  });

  it('follow a stream whose messages come to look otherwise, soon if it was steady', () => {
    readOf(2_000, () => ({ a: 1 }));
    for (const name of ['b', 'a', 'b'])
      about(
        readOf(2_000, () => ({ [name]: 1 })),
        costOf({ a: 1 }),
      );
  });

  it('are made ever more seldom of a stream that changes before one has been worth it', () => {
    let made = 0;
    let before = 0;
    for (let index = 0; index < 20_000; index += 1) {
      publish({ a: 1, [`x${Math.floor(index / 10)}`]: 1 });
      if (patterns.size > before) made += 1;
      before = patterns.size;
    }
    assert(made > 2 && made < 12, `${made}`);
  });

  it('are made again of a stream that has changed for very long', () => {
    readOf(50_000, (index) => ({ a: 1, [`x${index}`]: 1 }));
    const read = readOf(60_000, () => ({ a: 1 }));
    assert(read < 1_100 * costOf({ a: 1 }), `${read}`);
    assert.equal(publish({ a: 1 }), 0);
  });

  it('are for as many streams as there is room for, those that are in use', () => {
    patterns = new Patterns(2.5 * lengthOf({ a: 1 }));
    const [idle, busy, next] = ['idle', 'busy', 'next'].map(streamOf);
    assert(idle && busy && next);
    for (const each of [busy, idle]) readOf(300, () => ({ a: 1 }), each);
    assert.equal(patterns.size, 2);
    let read = 0;
    for (let index = 0; index < 500; index += 1) {
      assert.equal(publish({ a: 1 }, busy), 0);
      read += publish({ a: 1 }, next);
    }
    assert.equal(patterns.size, 2);
    assert(read <= 3 * costOf({ a: 1 }), `${read}`);
    assert(publish({ a: 1 }, idle) > 0);
    const wide = { a: 1, b: 1, c: 1, d: 1, e: 1 };
    assert(readOf(2_000, () => wide, idle) > 2 * costOf(wide), 'it is longer than all the room');
    assert(publish(wide, idle) > 0);
  });

  it('leave no room to streams that are gone, or defined anew', () => {
    patterns = new Patterns(100 * lengthOf({ a: 1 }));
    for (let index = 0; index < 100; index += 1) readOf(100, () => ({ a: 1 }), streamOf());
    assert.equal(patterns.size, 100);
    readOf(2_000, () => ({ a: 1 }));
    assert.equal(publish({ a: 1 }), 0);
  });

  it('know nothing of messages that no pattern says', () => {
    const message = { a: 1, other: {} };
    assert.equal(
      readOf(1_000, () => message),
      1_000 * JSON.stringify({ payload: Array(100).fill(message) }).length,
    );
    assert.equal(patterns.size, 0);
  });
});
