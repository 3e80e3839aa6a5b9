import assert from 'node:assert/strict';
import { parseDefinition } from '../../src/protocol/schema';
import { hashSecret } from '../../src/server/auth';
import type { Subscriber } from '../../src/server/group';
import { type Client, Jail } from '../../src/server/jail';
import { noJournal } from '../../src/server/journal';
import { limitsOf } from '../../src/server/limits';
import { BOILER } from '../support/sea';

const UUID = '184cfa3d-d610-475b-9258-f62e76e47c2f';

function clientOf(jail: Jail, id: string): Client {
  return { id, description: '', jail, secret: hashSecret(''), jwtPublicKey: null, connections: new Set() };
}

function inbox(): Subscriber & { messages: string[] } {
  const messages: string[] = [];
  return { messages, isOpen: true, takes: () => true, deliver: (json) => messages.push(json) };
}

describe('Jail', () => {
  let jail: Jail;
  let client: Client;
  const define = (name: string) => jail.define(parseDefinition(BOILER, name));
  const publish = (name: string) => jail.publish(name, { messages: [{ temperature: 1 }], batch: false });

  beforeEach(() => {
    jail = new Jail('works', 'Works', {
      limits: limitsOf({ maxStreams: 2, maxNameLength: 20 }),
      journal: noJournal,
      tally: { published: 0, delivered: 0, dropped: 0 },
      now: Date.now,
    });
    client = clientOf(jail, 'gauge');
  });

  it('takes a subscription to a stream that is defined later', () => {
    const member = inbox();
    jail.subscribe(client, 'later', undefined, member);
    assert.equal(jail.versionOf('later'), null);
    assert.equal(publish('later'), 1);
    define('later');
    assert.equal(publish('later'), 1);
    assert.deepEqual(member.messages, ['{"temperature":1}', '{"temperature":1}']);
  });

  it('forgets a stream without a schema when its last subscription leaves', () => {
    const { leave } = jail.subscribe(client, 'never', undefined, inbox());
    assert.equal(jail.subscriptions, 1);
    leave();
    assert.equal(jail.subscriptions, 0);
    assert.deepEqual(jail.definitions, []);
  });

  it('keeps each client’s default group to itself, and UUID groups open to all clients (P27)', () => {
    define('boiler');
    const other = clientOf(jail, 'display');
    const members = [client, client, other].map((one) => {
      const member = inbox();
      jail.subscribe(one, 'boiler', undefined, member);
      return member;
    });
    const shared = [client, other].map((one, index) => {
      const member = inbox();
      jail.subscribe(one, 'boiler', index === 0 ? UUID : UUID.toUpperCase(), member);
      return member;
    });
    publish('boiler');
    assert.deepEqual(
      members.map(({ messages }) => messages.length),
      [1, 0, 1],
    );
    assert.deepEqual(
      shared.map(({ messages }) => messages.length),
      [1, 0],
    );
  });

  it('keeps a client that is called like a UUID out of the group of that UUID', () => {
    define('boiler');
    const [own, group] = [inbox(), inbox()];
    jail.subscribe(clientOf(jail, UUID), 'boiler', undefined, own);
    jail.subscribe(client, 'boiler', UUID, group);
    publish('boiler');
    assert.deepEqual([own.messages.length, group.messages.length], [1, 1]);
  });

  it('refuses a stream beyond its limit, but not a new version of one it has', () => {
    define('a');
    define('b');
    assert.throws(() => define('c'), /The jail has 2 streams already/);
    jail.define(parseDefinition({ ...BOILER, version: 2 }, 'b'));
    assert.equal(jail.versionOf('b'), 2);
    assert.equal(jail.versionOf('c'), null);
  });

  it('refuses a name that is empty or too long', () => {
    assert.throws(() => jail.subscribe(client, '', undefined, inbox()), /A stream needs a name/);
    assert.throws(() => define('x'.repeat(21)), /may have 20 characters, not 21/);
  });
});
