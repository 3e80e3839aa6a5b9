import assert from 'node:assert/strict';
import { parseDefinition } from '../../src/protocol/schema';
import { hashSecret } from '../../src/server/auth';
import type { Client, LiveConnection } from '../../src/server/jail';
import { limitsOf } from '../../src/server/limits';
import { Refusal } from '../../src/server/refusal';
import { Sea } from '../../src/server/sea';
import type { SeaSnapshot } from '../../src/server/snapshot';
import { BOILER } from '../support/sea';

const secret = hashSecret('s');

const START: SeaSnapshot = {
  jails: [
    {
      id: 'works',
      name: 'Works',
      clients: [{ id: 'gauge', description: 'first', secret, jwtPublicKey: null }],
      streams: [],
      groups: [],
    },
  ],
};

describe('Sea', () => {
  let sea: Sea;
  let gauge: Client;

  beforeEach(() => {
    sea = new Sea(START, limitsOf({ maxClients: 3, maxJails: 2 }));
    gauge = client('gauge');
  });

  function client(id: string): Client {
    const found = sea.findClient(id);
    assert(found);
    return found;
  }

  function addJail(id = 'tenant', clientId = 'lodger'): Client {
    sea.createJail(gauge, { id, name: '', clientId }, secret);
    return client(clientId);
  }

  function connect(to: Client, method: LiveConnection['method'] = 'basic'): string[] {
    const ends: string[] = [];
    const connection: LiveConnection = {
      method,
      end: (reason) => {
        ends.push(reason);
        to.connections.delete(connection);
      },
    };
    to.connections.add(connection);
    return ends;
  }

  function refused(status: number, act: () => unknown): void {
    assert.throws(act, (error) => error instanceof Refusal && error.status === status);
  }

  describe('jails', () => {
    it('keep streams of the same name apart', () => {
      const lodger = addJail();
      gauge.jail.define(parseDefinition(BOILER, 'boiler'));
      assert.equal(lodger.jail.versionOf('boiler'), null);
      const inbox = {
        messages: [] as string[],
        isOpen: true,
        takes: () => true,
        deliver: (json: string) => inbox.messages.push(json),
      };
      gauge.jail.subscribe(gauge, 'boiler', undefined, inbox);
      sea.publish(lodger, 'boiler', { messages: [{ temperature: 'none of yours' }], batch: false });
      assert.deepEqual(inbox.messages, []);
      lodger.jail.define(parseDefinition({ version: 7, fields: [] }, 'boiler'));
      assert.equal(gauge.jail.versionOf('boiler'), 1);
    });

    it('are made and deleted by clients of the first alone (P7)', () => {
      const lodger = addJail();
      refused(403, () => sea.createJail(lodger, { id: 'x', name: '', clientId: 'y' }, secret));
      refused(403, () => sea.deleteJail(lodger, 'works'));
      refused(403, () => sea.deleteJail(lodger, 'no such jail'));
    });

    it('take no id that is taken, and leave nothing behind when their client’s id is', () => {
      refused(409, () => addJail('works', 'new'));
      refused(409, () => addJail('new', 'gauge'));
      assert.equal(addJail('new', 'lodger').jail.id, 'new');
    });

    it('end their clients’ connections when they are deleted', () => {
      const ends = connect(addJail());
      sea.deleteJail(gauge, 'tenant');
      assert.deepEqual(ends, ['The jail was deleted.']);
      assert.equal(sea.findClient('lodger'), undefined);
      refused(404, () => sea.deleteJail(gauge, 'tenant'));
    });

    it('go, but never the first', () => refused(409, () => sea.deleteJail(gauge, 'works')));

    it('are no more than the limit', () => {
      addJail();
      assert.throws(() => addJail('third', 'c'), /There are 2 jails already/);
    });
  });

  describe('clients', () => {
    it('are made by any client, in its own jail (P7)', () => {
      const lodger = addJail();
      const made = sea.createClient(lodger, 'sub', 'a display', secret);
      assert.equal(made.jail, lodger.jail);
      refused(404, () => sea.deleteClient(gauge, 'sub'));
      sea.deleteClient(lodger, 'sub');
      assert.equal(sea.findClient('sub'), undefined);
    });

    it('take no id that is taken, in any jail: a client logs in by its id alone', () => {
      addJail();
      refused(409, () => sea.createClient(gauge, 'gauge', '', secret));
      refused(409, () => sea.createClient(gauge, 'lodger', '', secret));
    });

    it('have an id without a colon, neither empty nor too long', () => {
      for (const id of ['a:b', '', 'x'.repeat(1_001)]) {
        refused(400, () => sea.createClient(gauge, id, '', secret));
      }
    });

    it('may delete themselves, unless they are the last of their jail', () => {
      refused(409, () => sea.deleteClient(gauge, 'gauge'));
      sea.createClient(gauge, 'other', '', secret);
      const ends = connect(gauge);
      sea.deleteClient(gauge, 'gauge');
      assert.deepEqual(ends, ['The client was deleted.']);
      refused(401, () => sea.requirePresent(gauge));
    });

    it('are not present once another has taken their id', () => {
      sea.createClient(gauge, 'other', '', secret);
      const old = client('other');
      sea.deleteClient(gauge, 'other');
      sea.createClient(gauge, 'other', '', secret);
      refused(401, () => sea.requirePresent(old));
      sea.requirePresent(client('other'));
    });

    it('are no more in a jail than the limit', () => {
      sea.createClient(gauge, 'b', '', secret);
      sea.createClient(gauge, 'c', '', secret);
      assert.throws(() => sea.createClient(gauge, 'd', '', secret), /3 clients already/);
    });
  });

  describe('secrets and keys', () => {
    it('are changed by their own client alone (P7)', () => {
      sea.createClient(gauge, 'other', '', secret);
      refused(403, () => sea.rotateSecret(gauge, 'other', secret));
      refused(403, () => sea.rotateSecret(gauge, 'nobody', secret));
      refused(403, () => sea.setJwtPublicKey(gauge, 'other', 'pem'));
    });

    it('end the connections they opened when they change, and no others', () => {
      const [basic, jwt] = [connect(gauge, 'basic'), connect(gauge, 'jwt')];
      sea.setJwtPublicKey(gauge, 'gauge', 'pem');
      assert.deepEqual([basic, jwt], [[], ["The client's JWT public key was changed."]]);
      sea.rotateSecret(gauge, 'gauge', hashSecret('new'));
      assert.deepEqual(basic, ["The client's secret was changed."]);
    });

    it('end no connection when the key is the same as before', () => {
      sea.setJwtPublicKey(gauge, 'gauge', 'pem');
      const ends = connect(gauge, 'jwt');
      sea.setJwtPublicKey(gauge, 'gauge', 'pem');
      assert.deepEqual(ends, []);
    });
  });

  it('counts what is published and delivered', () => {
    gauge.jail.define(parseDefinition(BOILER, 'boiler'));
    const member = { isOpen: true, takes: () => true, deliver() {} };
    gauge.jail.subscribe(gauge, 'boiler', undefined, member);
    gauge.jail.subscribe(gauge, 'boiler', '184cfa3d-d610-475b-9258-f62e76e47c2f', member);
    sea.publish(gauge, 'boiler', { messages: [{}, {}, {}], batch: true });
    assert.deepEqual(sea.stats, {
      streams: 1,
      subscriptions: 2,
      published: 3,
      delivered: 6,
      retained: 0,
      dropped: 0,
    });
  });

  it('is the same again when built from its snapshot, saved as JSON', () => {
    const lodger = addJail();
    lodger.jail.define(parseDefinition(BOILER, 'boiler'));
    sea.setJwtPublicKey(lodger, 'lodger', 'pem');
    const saved = JSON.stringify(sea.snapshot());
    const again = new Sea(JSON.parse(saved), limitsOf());
    assert.equal(JSON.stringify(again.snapshot()), saved);
    assert.equal(again.firstJail.id, 'works');
    assert.equal(again.findClient('lodger')?.jail.versionOf('boiler'), 1);
    assert.doesNotMatch(saved, /"s"/);
  });

  it('needs a first jail', () => {
    assert.throws(() => new Sea({ jails: [] }, limitsOf()), TypeError);
  });
});
