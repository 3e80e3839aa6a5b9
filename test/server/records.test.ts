import assert from 'node:assert/strict';
import { v4 } from 'uuid';
import { groupIdOf } from '../../src/protocol/groups';
import { parseDefinition } from '../../src/protocol/schema';
import { hashSecret } from '../../src/server/auth';
import { limitsOf } from '../../src/server/limits';
import { assemble, type FirstJail } from '../../src/server/records';
import { Sea } from '../../src/server/sea';
import type { Entry } from '../../src/store/store';
import { MemoryJournal } from '../support/retention';
import { BOILER } from '../support/sea';

const secret = hashSecret('s');
const FIRST: FirstJail = {
  id: 'works',
  client: { id: 'gauge', description: '', secret, jwtPublicKey: null },
};

function entriesOf(journal: MemoryJournal): Entry[] {
  return [...journal.records].sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('server/records', () => {
  let journal: MemoryJournal;
  let sea: Sea;
  const now = () => 1_000_000;

  beforeEach(() => {
    journal = new MemoryJournal();
    sea = new Sea(assemble([], FIRST).snapshot, limitsOf(), { journal, now });
  });

  function client(id: string, of = sea) {
    const found = of.findClient(id);
    assert(found, id);
    return found;
  }

  function again(first = FIRST, warnings: string[] = []): Sea {
    const { snapshot, unreadable, orphans } = assemble(entriesOf(journal), first);
    assert.deepEqual([unreadable, orphans], [[], []]);
    return new Sea(snapshot, limitsOf(), { journal, now, warn: (text) => warnings.push(text) });
  }

  it('make the same sea again, whatever was done to it', () => {
    const gauge = client('gauge');
    gauge.jail.define(parseDefinition(BOILER, 'boiler'));
    gauge.jail.define(parseDefinition({ ...BOILER, version: '2.0' }, 'boiler'));
    gauge.jail.define(parseDefinition(BOILER, 'a "stream"\nwith/odd letters ü'));
    sea.createClient(gauge, 'display', 'in the hall', hashSecret('d'));
    sea.createClient(gauge, 'gone', '', secret);
    sea.deleteClient(gauge, 'gone');
    sea.rotateSecret(client('display'), 'display', hashSecret('new'));
    sea.setJwtPublicKey(client('display'), 'display', 'pem of display');
    sea.setJwtPublicKey(gauge, 'gauge', 'pem of gauge');
    sea.createJail(gauge, { id: 'tenant', name: 'A tenant', clientId: 'lodger' }, secret);
    client('lodger').jail.define(parseDefinition({ ...BOILER, version: 7 }, 'boiler'));
    sea.createJail(gauge, { id: 'left', name: '', clientId: 'leaver' }, secret);
    client('leaver').jail.define(parseDefinition(BOILER, 'boiler'));
    sea.deleteJail(gauge, 'left');
    const member = { isOpen: true, takes: () => true, deliver() {} };
    for (const groupId of [undefined, groupIdOf('displays'), v4()]) {
      gauge.jail.subscribe(gauge, 'boiler', groupId, member).leave();
    }
    for (let number = 0; number < 12; number += 1) {
      sea.publish(gauge, 'boiler', { messages: [{ pressure: number }], batch: false });
    }
    assert.equal(sea.stats.retained, 24);
    const built = again();
    assert.deepEqual(sortedSnapshot(built), sortedSnapshot(sea));
    assert.deepEqual(sortedSnapshot(again()), sortedSnapshot(sea), 'building it wrote nothing else down');
  });

  /** Streams and groups come in the order of their names. */
  function sortedSnapshot(of: Sea): unknown {
    const by = (key: string) => (a: object, b: object) =>
      JSON.stringify(Object(a)[key]) < JSON.stringify(Object(b)[key]) ? -1 : 1;
    return of.snapshot().jails.map((jail) => ({
      ...jail,
      clients: jail.clients.toSorted(by('id')),
      streams: jail.streams.toSorted(by('name')),
      groups: jail.groups.toSorted(by('key')),
    }));
  }

  describe('the configured client', () => {
    it('has the secret that is configured, whatever it was changed to, and keeps its key', () => {
      const gauge = client('gauge');
      sea.rotateSecret(gauge, 'gauge', hashSecret('changed'));
      sea.setJwtPublicKey(gauge, 'gauge', 'pem');
      assert.equal(
        entriesOf(journal).some(([, value]) => value.includes('hash')),
        false,
      );
      const built = again();
      assert.deepEqual(client('gauge', built).secret, secret);
      assert.equal(client('gauge', built).jwtPublicKey, 'pem');
    });

    it('is nobody any more once another is configured', () => {
      sea.setJwtPublicKey(client('gauge'), 'gauge', 'pem');
      const built = again({ ...FIRST, client: { ...FIRST.client, id: 'other' } });
      assert.equal(built.findClient('gauge'), undefined);
      assert.equal(client('other', built).jwtPublicKey, null);
    });

    it('wins over a saved one of its id, in its jail and in others', () => {
      sea.createClient(client('gauge'), 'display', '', hashSecret('saved'));
      sea.createJail(client('gauge'), { id: 'tenant', name: '', clientId: 'lodger' }, hashSecret('saved'));
      const warnings: string[] = [];
      for (const id of ['display', 'lodger']) {
        const built = again({ ...FIRST, client: { ...FIRST.client, id } }, warnings);
        assert.deepEqual(client(id, built).secret, secret);
        assert.equal(client(id, built).jail.id, 'works');
      }
      assert.deepEqual(warnings, [
        'The client "lodger" was saved, but is left out: The client id "lodger" is taken.',
      ]);
    });
  });

  it('leave out what a lower limit has no room for, and say so', () => {
    const gauge = client('gauge');
    for (const name of ['a', 'b', 'c']) gauge.jail.define(parseDefinition(BOILER, name));
    const warnings: string[] = [];
    const { snapshot } = assemble(entriesOf(journal), FIRST);
    const small = new Sea(snapshot, limitsOf({ maxStreams: 2 }), { warn: (text) => warnings.push(text) });
    assert.equal(small.stats.streams, 2);
    assert.deepEqual(warnings, [
      'The stream "c" was saved, but is left out: The jail has 2 streams already, and may have no more.',
    ]);
  });

  it('forget the default groups of a client that is gone', () => {
    const gauge = client('gauge');
    const other = sea.createClient(gauge, 'other', '', secret);
    const member = { isOpen: true, takes: () => true, deliver() {} };
    gauge.jail.define(parseDefinition(BOILER, 'boiler'));
    other.jail.subscribe(other, 'boiler', undefined, member).leave();
    sea.publish(gauge, 'boiler', { messages: [{}], batch: false });
    assert.equal(sea.stats.retained, 1);
    sea.deleteClient(gauge, 'other');
    assert.equal(sea.stats.retained, 0);
    assert.deepEqual(
      entriesOf(journal).map(([key]) => key),
      ['["stream","works","boiler"]'],
    );
  });

  it('that say nothing are named, and the others taken', () => {
    const good: Entry[] = [
      ['["group","works","boiler","client gauge"]', '{"vacantSince":null}'],
      ['["message","works","boiler","client gauge",10]', '"ten"'],
      ['["message","works","boiler","client gauge",9]', '"nine"'],
      ['["stream","works","boiler"]', '{"version":1,"fields":[]}'],
    ];
    const odd: Entry[] = [
      ['no JSON', '{}'],
      ['{}', '{}'],
      ['["client","c"]', '{"jail":"works","description":"","secret":"plain","jwtPublicKey":null}'],
      ['["client","d"]', '{"jail":1,"description":"","secret":{"salt":"","hash":""},"jwtPublicKey":null}'],
      ['["group","works","boiler"]', '{"vacantSince":null}'],
      ['["group","works","boiler","x"]', '{"vacantSince":"today"}'],
      ['["jail",1]', '{"name":""}'],
      ['["jail","j"]', '[]'],
      ['["message","works","boiler","client gauge","x"]', '1'],
      ['["message","works","boiler","client gauge",11]', 'no JSON'],
      ['["new kind","x"]', '{}'],
      ['["stream","works","s"]', '{"version":1,"fields":[{"name":"a","type":"odd"}]}'],
    ];
    const orphan: Entry = ['["message","works","boiler","gone",1]', '1'];
    const { snapshot, unreadable, orphans } = assemble([...good, ...odd, orphan], FIRST);
    assert.deepEqual(
      unreadable,
      odd.map(([key]) => key),
    );
    assert.deepEqual(orphans, [orphan[0]]);
    const [jail] = snapshot.jails;
    assert.equal(snapshot.jails.length, 1);
    assert.deepEqual(jail?.groups[0]?.messages, [
      { number: 9, text: '"nine"' },
      { number: 10, text: '"ten"' },
    ]);
    assert.equal(jail?.streams.length, 1);
    assert.equal(jail?.clients.length, 1);
  });
});
