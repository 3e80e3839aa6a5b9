import assert from 'node:assert/strict';
import type { RecordKey } from '../../../src/engine/catalogue';
import type { Engine } from '../../../src/engine/engine';
import { EngineAway } from '../../../src/engine/faults';
import { parseDefinition } from '../../../src/protocol/schema/schema';
import { hashSecret } from '../../../src/server/auth/auth';
import type { Client, LiveConnection } from '../../../src/server/directory/jail';
import { Refusal } from '../../../src/server/refusal';
import type { Sea } from '../../../src/server/sea';
import { BOILER, openSea } from '../../support/sea/sea';

const secret = hashSecret('s');
const boiler = (change: object = {}) => parseDefinition({ ...BOILER, ...change }, 'boiler');

describe('Administration', () => {
  let sea: Sea;
  let engine: Engine;
  let gauge: Client;

  beforeEach(async () => {
    ({ sea, engine, gauge } = await openSea({ maxClients: 3, maxJails: 2, maxStreams: 2 }));
  });

  function client(id: string, at = sea): Client {
    const found = at.findClient(id);
    assert(found, id);
    return found;
  }

  async function addJail(id = 'tenant', clientId = 'lodger'): Promise<Client> {
    await sea.administration.createJail(gauge, { id, name: '', clientId }, secret);
    return client(clientId);
  }

  async function addClient(by: Client, id: string): Promise<Client> {
    await sea.administration.createClient(by, id, '', secret);
    return client(id);
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

  const refused = (status: number, act: Promise<unknown>, text = /./) =>
    assert.rejects(act, (error) => {
      assert(error instanceof Refusal, String(error));
      assert.equal(error.status, status);
      assert.match(error.message, text);
      return true;
    });

  /** From now on the catalogue refuses to write, as a full disk does. */
  function fail(operation: 'put' | 'remove', where: (key: RecordKey) => boolean = () => true): void {
    const { catalogue } = engine;
    const write = catalogue[operation].bind(catalogue) as (key: RecordKey, ...rest: unknown[]) => never;
    Object.assign(catalogue, {
      [operation]: (key: RecordKey, ...rest: unknown[]) => {
        if (where(key)) throw new EngineAway('The disk is full.');
        return write(key, ...rest);
      },
    });
  }

  describe('definitions (P15)', () => {
    const define = (definition: object = {}, name = 'boiler') =>
      sea.administration.define(gauge, parseDefinition({ ...BOILER, ...definition }, name));

    it('are taken for the first time, and in a higher version; the same changes nothing', async () => {
      await define();
      const stored = gauge.jail.streams.get('boiler')?.definition;
      await define({ version: '1', fields: [...BOILER.fields].reverse() });
      assert.equal(gauge.jail.streams.get('boiler')?.definition, stored);
      await define({ version: 2, fields: [] });
      assert.deepEqual(gauge.jail.streams.get('boiler')?.definition, boiler({ version: 2, fields: [] }));
    });

    it('that are refused leave the stored one', async () => {
      await define({ version: 2 });
      await refused(400, define(), /already an older version/);
      await refused(400, define({ version: 2, fields: [] }), /higher version/);
      assert.equal(gauge.jail.streams.get('boiler')?.definition.version, 2);
    });

    it('are no more than the limit, but for new versions; names are bounded', async () => {
      await define({}, 'a');
      await define({}, 'b');
      await refused(400, define({}, 'c'), /The jail has 2 streams already/);
      await define({ version: 2 }, 'b');
      await refused(400, define({}, 'x'.repeat(1_001)), /1000 characters/);
      assert.deepEqual([...gauge.jail.streams.keys()], ['a', 'b']);
    });

    it('of two servers at once: the higher one stays, whoever comes first', async () => {
      const other = await openSea({}, engine);
      await Promise.allSettled([
        define({ version: 1 }),
        other.sea.administration.define(other.gauge, boiler({ version: 3 })),
        define({ version: 2 }),
      ]);
      for (const { jail } of [gauge, other.gauge]) {
        assert.equal(jail.streams.get('boiler')?.definition.version, 3);
      }
    });
  });

  describe('jails', () => {
    it('keep streams of the same name apart', async () => {
      const lodger = await addJail();
      await sea.administration.define(gauge, boiler());
      assert.equal(lodger.jail.streams.size, 0);
    });

    it('are made and deleted by clients of the first alone (P7)', async () => {
      const lodger = await addJail();
      const made = sea.administration.createJail(lodger, { id: 'x', name: '', clientId: 'y' }, secret);
      await refused(403, made);
      await refused(403, sea.administration.deleteJail(lodger, 'works'));
      await refused(403, sea.administration.deleteJail(lodger, 'no such jail'));
    });

    it('take no id that is taken, and leave nothing behind when their client’s id is', async () => {
      await refused(409, addJail('works', 'new'));
      await refused(409, addJail('new', 'gauge'));
      assert.equal((await addJail('new', 'lodger')).jail.id, 'new');
    });

    it('leave nothing behind when their client cannot be written', async () => {
      fail('put', ([kind]) => kind === 'client');
      await assert.rejects(addJail(), EngineAway);
      assert.equal(await engine.catalogue.get(['jail', 'tenant']), undefined);
      assert.deepEqual(
        sea.directory.jails.map(({ id }) => id),
        ['works'],
      );
    });

    it('end their clients’ connections when they are deleted, here and at every other server', async () => {
      const other = await openSea({}, engine);
      const ends = [connect(await addJail()), connect(client('lodger', other.sea))];
      await sea.administration.deleteJail(gauge, 'tenant');
      assert.deepEqual(ends, [['The jail was deleted.'], ['The jail was deleted.']]);
      for (const at of [sea, other.sea]) assert.equal(at.findClient('lodger'), undefined);
      await refused(404, sea.administration.deleteJail(gauge, 'tenant'));
    });

    it('are gone with all that was in them, also when the server died as it deleted them', async () => {
      const lodger = await addJail();
      await sea.administration.define(lodger, boiler());
      const record = await engine.catalogue.get(['jail', 'tenant']);
      assert(record);
      await engine.catalogue.remove(record.key, record.revision);
      const { sea: next, gauge: first } = await openSea({ maxJails: 2 }, engine);
      assert.equal(next.findClient('lodger'), undefined);
      await next.administration.createJail(first, { id: 'tenant', name: '', clientId: 'lodger' }, secret);
      assert.equal(client('lodger', next).jail.streams.size, 0);
    });

    it('are cleared of many streams at once, each of which may take a flush of a disk', async () => {
      const lodger = await addJail();
      for (const name of ['a', 'b']) {
        await sea.administration.define(lodger, parseDefinition(BOILER, name));
      }
      const { catalogue } = engine;
      const remove = catalogue.remove.bind(catalogue);
      let [under, most] = [0, 0];
      catalogue.remove = async (...args) => {
        under += 1;
        most = Math.max(most, under);
        await new Promise((resolve) => setImmediate(resolve));
        await remove(...args);
        under -= 1;
      };
      await sea.administration.deleteJail(gauge, 'tenant');
      assert.equal(most, 3);
    });

    it('go, but never the first', () => refused(409, sea.administration.deleteJail(gauge, 'works')));

    it('are no more than the limit', async () => {
      await addJail();
      await refused(400, addJail('third', 'c'), /There are 2 jails already/);
    });
  });

  describe('clients', () => {
    it('are made by any client, in its own jail (P7)', async () => {
      const lodger = await addJail();
      const made = await addClient(lodger, 'sub');
      assert.equal(made.jail, lodger.jail);
      await refused(404, sea.administration.deleteClient(gauge, 'sub'));
      await sea.administration.deleteClient(lodger, 'sub');
      assert.equal(sea.findClient('sub'), undefined);
    });

    it('take no id that is taken, in any jail: a client logs in by its id alone', async () => {
      await addJail();
      await refused(409, addClient(gauge, 'gauge'));
      await refused(409, addClient(gauge, 'lodger'));
      // Not whose it is.
      await refused(409, addClient(gauge, 'lodger'), /^The client id "lodger" is taken\.$/);
    });

    it('take no id that another server has just given', async () => {
      const other = await openSea({}, engine);
      const made = await Promise.allSettled([
        sea.administration.createClient(gauge, 'a', '', secret),
        other.sea.administration.createClient(other.gauge, 'a', '', secret),
      ]);
      assert.deepEqual(made.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    });

    it('have an id without a colon, neither empty nor too long', async () => {
      for (const id of ['a:b', '', 'x'.repeat(1_001)]) await refused(400, addClient(gauge, id));
    });

    it('may delete themselves, unless they are the last of their jail', async () => {
      await refused(409, sea.administration.deleteClient(gauge, 'gauge'));
      await addClient(gauge, 'other');
      const ends = connect(gauge);
      await sea.administration.deleteClient(gauge, 'gauge');
      assert.deepEqual(ends, ['The client was deleted.']);
      assert.throws(() => sea.requirePresent(gauge), Refusal);
    });

    it('are not present once another has taken their id', async () => {
      const old = await addClient(gauge, 'other');
      await sea.administration.deleteClient(gauge, 'other');
      const next = await addClient(gauge, 'other');
      assert.throws(() => sea.requirePresent(old), Refusal);
      await refused(401, sea.administration.rotateSecret(old, 'other', hashSecret('stolen')));
      assert.deepEqual(next.secret, secret);
      sea.requirePresent(next);
    });

    it('are no more in a jail than the limit', async () => {
      await addClient(gauge, 'b');
      await addClient(gauge, 'c');
      await refused(400, addClient(gauge, 'd'), /3 clients already/);
    });

    it('take what was kept for their default groups with them: who bears the id later is somebody else', async () => {
      const other = await addClient(gauge, 'other');
      const cursor = await engine.log.open({ jail: 'works', stream: 'b' }, 'client other', { lasting: true });
      await cursor.leave();
      await sea.publish(other, 'b', '{"payload":1}');
      assert.equal(sea.stats.retained, 1);
      await sea.administration.deleteClient(gauge, 'other');
      assert.equal(sea.stats.retained, 0);
    });
  });

  describe('secrets and keys', () => {
    it('are changed by their own client alone (P7)', async () => {
      await addClient(gauge, 'other');
      await refused(403, sea.administration.rotateSecret(gauge, 'other', secret));
      await refused(403, sea.administration.rotateSecret(gauge, 'nobody', secret));
      await refused(403, sea.administration.setJwtPublicKey(gauge, 'other', 'pem'));
    });

    it('are changed by any client of the jail, where that is asked for (P40), but the first one’s secret', async () => {
      const other = await addClient(gauge, 'other');
      const ends = [connect(other, 'basic'), connect(other, 'jwt')];
      await sea.administration.resetJwtPublicKey(gauge, 'other', 'pem');
      await sea.administration.resetSecret(gauge, 'other', hashSecret('new'));
      assert.equal(other.jwtPublicKey, 'pem');
      assert.notDeepEqual(other.secret, secret);
      assert.deepEqual(ends, [
        ["The client's secret was changed."],
        ["The client's JWT public key was changed."],
      ]);
      await refused(
        409,
        sea.administration.resetSecret(other, 'gauge', secret),
        /where the server is started/,
      );
      await sea.administration.resetSecret(gauge, 'gauge', secret);
      await sea.administration.resetJwtPublicKey(other, 'gauge', 'pem');
      assert.equal(gauge.jwtPublicKey, 'pem');
    });

    it('are not changed by another jail’s client, the first one’s neither (P40)', async () => {
      const lodger = await addJail();
      await refused(404, sea.administration.resetSecret(gauge, 'lodger', secret));
      await refused(404, sea.administration.resetSecret(lodger, 'gauge', secret));
      await refused(404, sea.administration.resetJwtPublicKey(lodger, 'gauge', 'pem'));
      await refused(404, sea.administration.resetJwtPublicKey(gauge, 'nobody', 'pem'));
    });

    it('end the connections they opened when they change, and no others, at every server', async () => {
      const there = await openSea({}, engine);
      for (const id of ['gauge', 'other']) {
        const own = id === 'gauge' ? gauge : await addClient(gauge, id);
        const [basic, jwt] = [connect(own, 'basic'), connect(own, 'jwt')];
        const far = connect(client(id, there.sea), 'jwt');
        await sea.administration.setJwtPublicKey(own, id, 'pem');
        assert.deepEqual([basic, jwt], [[], ["The client's JWT public key was changed."]]);
        assert.deepEqual(far, jwt);
        const farBasic = connect(client(id, there.sea), 'basic');
        await sea.administration.rotateSecret(own, id, hashSecret('new'));
        assert.deepEqual(basic, ["The client's secret was changed."]);
        // The first one's secret is configured, at each server for itself.
        assert.deepEqual(farBasic, id === 'gauge' ? [] : basic);
      }
    });

    it('end no connection when the key is the same as before', async () => {
      await sea.administration.setJwtPublicKey(gauge, 'gauge', 'pem');
      const ends = connect(gauge, 'jwt');
      await sea.administration.setJwtPublicKey(gauge, 'gauge', 'pem');
      assert.deepEqual(ends, []);
    });

    it('stay as they are, and connected, when the new one cannot be written', async () => {
      const other = await addClient(gauge, 'other');
      const [ends, old] = [connect(other), other.secret];
      fail('put');
      await assert.rejects(sea.administration.rotateSecret(other, 'other', hashSecret('new')), EngineAway);
      await assert.rejects(sea.administration.setJwtPublicKey(other, 'other', 'pem'), EngineAway);
      assert.deepEqual([other.secret, other.jwtPublicKey, ends], [old, null, []]);
    });

    it('of the first client: the secret is written nowhere, the key is', async () => {
      await sea.administration.rotateSecret(gauge, 'gauge', hashSecret('new'));
      await sea.administration.setJwtPublicKey(gauge, 'gauge', 'pem');
      assert.equal(await engine.catalogue.get(['client', 'gauge']), undefined);
      const { gauge: next } = await openSea({}, engine);
      assert.equal(next.jwtPublicKey, 'pem');
    });
  });
});
