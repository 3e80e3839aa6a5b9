import assert from 'node:assert/strict';
import { parseDefinition } from '../../../src/protocol/schema/schema';
import type { Words } from '../../../src/sentences';
import { type OnUnreadable, Stream } from '../../../src/server/directory/stream';
import { Refusal } from '../../../src/server/refusal';
import { BOILER } from '../../support/sea/sea';

function boiler(change: object = {}) {
  return parseDefinition({ ...BOILER, ...change }, 'boiler');
}

/** @param kept its record */
function streamOf(kept: unknown, onUnreadable: OnUnreadable = assert.fail): Stream {
  return new Stream('boiler', typeof kept === 'string' ? kept : JSON.stringify(kept), onUnreadable);
}

function refusal(act: () => unknown): Refusal {
  try {
    act();
  } catch (error) {
    assert(error instanceof Refusal);
    return error;
  }
  assert.fail('was not refused');
}

describe('Stream.yieldsTo (P15)', () => {
  it('a higher version, and not to the same version with the same set of fields', () => {
    const stream = streamOf(boiler());
    assert.equal(stream.yieldsTo(boiler({ version: 2, fields: [] })), true);
    assert.equal(stream.yieldsTo(boiler({ version: '1', fields: [...BOILER.fields].reverse() })), false);
  });

  it('refuses the same version with other fields', () => {
    const { status, message } = refusal(() => streamOf(boiler()).yieldsTo(boiler({ fields: [] })));
    assert.equal(status, 400);
    assert.match(message, /^Define a higher version to change the fields:/);
  });

  it('refuses a lower version in the words of existing servers', () => {
    const stream = streamOf(boiler({ version: '1.10.0' }));
    const { status, message } = refusal(() => stream.yieldsTo(boiler({ version: '1.9.0' })));
    assert.equal(status, 400);
    assert.equal(
      message,
      'The version pushed for the schema [boiler] is [1.9.0] but there is already an older version defined [1.10.0]',
    );
  });
});

describe('Stream.check', () => {
  const fine = { temperature: 91, pressure: 3001, mode: 'on' };
  const check = (messages: unknown[], batch: boolean) => streamOf(boiler()).check(messages, batch);

  it('says what is wrong with a message', () => {
    const { status, errors } = refusal(() => check([{ temperature: 'hot', pressure: 1.5 }], false));
    assert.equal(status, 400);
    assert.equal(errors.length, 2);
    assert.match(errors[0] ?? '', /^temperature should be a number, but is the string "hot"/);
    assert.match(errors[1] ?? '', /^pressure should be an integer/);
  });

  it('refuses a batch that holds one bad message, and says which it is (P5)', () => {
    const { errors } = refusal(() => check([fine, { ...fine, mode: 'idle' }, 7], true));
    assert.match(errors[0] ?? '', /^\[1\]\.mode should be one of "on", "off"/);
    assert.match(errors[1] ?? '', /^\[2\] should be an object/);
  });

  it('speaks of the message when it is no object', () => {
    const { errors } = refusal(() => check([null], false));
    assert.match(errors[0] ?? '', /^The message should be an object/);
  });

  it('lists no more than a hundred errors', () => {
    const { errors } = refusal(() => check(Array(1_000).fill(null), true));
    assert.equal(errors.length, 101);
    assert.match(errors[100] ?? '', /There are more errors/);
  });

  it('accepts missing and extra fields (P12)', () => check([{ extra: 1 }], false));
});

describe('A stream whose record cannot be read', () => {
  for (const kept of ['{"version":1', '[]', { version: 1 }, { ...BOILER, name: 'another' }]) {
    it(`as ${JSON.stringify(kept)}, says so once, when it is needed, and is refused until it is defined again`, () => {
      const told: [string, Words][] = [];
      const stream = streamOf(kept, (...both) => told.push(both));
      assert.deepEqual(told, []);
      for (const act of [() => stream.definition, () => stream.check([{}], false), () => stream.definition]) {
        const { status, message } = refusal(act);
        assert.equal(status, 500);
        assert.match(message, /\[boiler\] is kept, but it cannot be read\. Define it again/);
      }
      assert.equal(stream.readable, undefined);
      assert.deepEqual([told.length, told[0]?.[0]], [1, 'boiler']);
      assert.equal(stream.yieldsTo(boiler()), true);
    });
  }
});
