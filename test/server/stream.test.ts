import assert from 'node:assert/strict';
import { parseDefinition } from '../../src/protocol/schema';
import type { Subscriber } from '../../src/server/group';
import { Refusal } from '../../src/server/refusal';
import { Stream } from '../../src/server/stream';
import { BOILER } from '../support/sea';

function boiler(change: object = {}) {
  return parseDefinition({ ...BOILER, ...change }, 'boiler');
}

function defined(): Stream {
  const stream = new Stream('boiler');
  stream.define(boiler());
  return stream;
}

class Inbox implements Subscriber {
  readonly messages: unknown[] = [];
  readonly isOpen = true;
  takes = () => true;
  deliver = (json: string) => this.messages.push(JSON.parse(json));
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

describe('Stream.define (P15)', () => {
  it('stores a first definition and a higher version', () => {
    const stream = defined();
    stream.define(boiler({ version: 2, fields: [] }));
    assert.deepEqual(stream.definition, { name: 'boiler', version: 2, fields: [] });
  });

  it('accepts the same version with the same set of fields, and keeps the stored one', () => {
    const stream = defined();
    const stored = stream.definition;
    stream.define(boiler({ version: '1', fields: [...BOILER.fields].reverse() }));
    assert.equal(stream.definition, stored);
  });

  it('refuses the same version with other fields, and keeps the stored one', () => {
    const stream = defined();
    const { status, message } = refusal(() => stream.define(boiler({ fields: [] })));
    assert.equal(status, 400);
    assert.match(message, /define a higher version/);
    assert.equal(stream.definition?.fields.length, 3);
  });

  it('refuses a lower version in the words of existing servers', () => {
    const stream = new Stream('boiler');
    stream.define(boiler({ version: '1.10.0' }));
    const { status, message } = refusal(() => stream.define(boiler({ version: '1.9.0' })));
    assert.equal(status, 400);
    assert.equal(
      message,
      'The version pushed for the schema [boiler] is [1.9.0] but there is already an older version defined [1.10.0]',
    );
    assert.equal(stream.version, '1.10.0');
  });
});

describe('Stream.publish', () => {
  const fine = { temperature: 91, pressure: 3001, mode: 'on' };

  it('takes every message while there is no schema to check it against', () => {
    const stream = new Stream('b');
    const inbox = new Inbox();
    stream.join('g', inbox);
    assert.equal(stream.publish({ messages: [{ temperature: 'hot' }, 7], batch: true }), 2);
    assert.deepEqual(inbox.messages, [{ temperature: 'hot' }, 7]);
  });

  it('gives each message to one member of every group, in order (P27)', () => {
    const stream = defined();
    const [a, b, alone] = [new Inbox(), new Inbox(), new Inbox()];
    stream.join('shared', a);
    stream.join('shared', b);
    stream.join('alone', alone);
    const messages = [1, 2, 3].map((temperature) => ({ temperature }));
    assert.equal(stream.publish({ messages, batch: true }), 6);
    assert.deepEqual(alone.messages, messages);
    assert.deepEqual(a.messages, [messages[0], messages[2]]);
    assert.deepEqual(b.messages, [messages[1]]);
  });

  it('writes a message as text once, however many groups it goes to, and not at all for none', () => {
    const stream = new Stream('boiler');
    stream.define(boiler({ fields: [] }));
    let written = 0;
    const message = { toJSON: () => ({ written: ++written }) };
    stream.publish({ messages: [message], batch: false });
    assert.equal(written, 0);
    for (const group of ['a', 'b', 'c']) stream.join(group, new Inbox());
    stream.publish({ messages: [message], batch: false });
    assert.equal(written, 1);
  });

  it('says what is wrong with a message', () => {
    const { status, errors } = refusal(() =>
      defined().publish({ messages: [{ temperature: 'hot', pressure: 1.5 }], batch: false }),
    );
    assert.equal(status, 400);
    assert.equal(errors.length, 2);
    assert.match(errors[0] ?? '', /^temperature should be a number, but is the string "hot"/);
    assert.match(errors[1] ?? '', /^pressure should be an integer/);
  });

  it('delivers nothing of a batch that holds one bad message, and says which it is (P5)', () => {
    const stream = defined();
    const inbox = new Inbox();
    stream.join('g', inbox);
    const messages = [fine, { ...fine, mode: 'idle' }, 7];
    const { errors } = refusal(() => stream.publish({ messages, batch: true }));
    assert.match(errors[0] ?? '', /^\[1\]\.mode should be one of "on", "off"/);
    assert.match(errors[1] ?? '', /^\[2\] should be an object/);
    assert.deepEqual(inbox.messages, []);
  });

  it('speaks of the message when it is no object', () => {
    const { errors } = refusal(() => defined().publish({ messages: [null], batch: false }));
    assert.match(errors[0] ?? '', /^The message should be an object/);
  });

  it('lists no more than a hundred errors', () => {
    const { errors } = refusal(() => defined().publish({ messages: Array(1_000).fill(null), batch: true }));
    assert.equal(errors.length, 101);
    assert.match(errors[100] ?? '', /There are more errors/);
  });

  it('accepts missing and extra fields (P12)', () => {
    assert.equal(defined().publish({ messages: [{ extra: 1 }], batch: false }), 0);
  });
});

describe('Stream groups', () => {
  it('are forgotten when their last member leaves, as each fresh UUID makes one', () => {
    const stream = new Stream('boiler');
    const [a, b] = [new Inbox(), new Inbox()];
    stream.join('g', a);
    stream.join('g', b);
    assert.equal(stream.subscriptions, 2);
    stream.leave('g', a);
    stream.leave('g', b);
    stream.leave('g', b);
    assert.equal(stream.subscriptions, 0);
    assert.equal(stream.isVacant, true);
  });
});
