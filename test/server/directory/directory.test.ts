import assert from 'node:assert/strict';
import type { CatalogueChange, Revision } from '../../../src/engine/catalogue';
import { EngineAway } from '../../../src/engine/faults';
import { MemoryCatalogue } from '../../../src/engine/memory/memory-catalogue';
import { hashSecret } from '../../../src/server/auth/auth';
import { Directory } from '../../../src/server/directory/directory';
import { BOILER } from '../../support/sea/sea';
import { until } from '../../support/until';

const secret = hashSecret('s');
const FIRST = { id: 'works', client: { id: 'gauge', secret } };
const CLIENT = { jail: 'tenant', description: '', secret, jwtPublicKey: null };

describe('Directory', () => {
  let catalogue: MemoryCatalogue;
  const opened: Directory[] = [];
  const unreadable: string[] = [];

  beforeEach(() => {
    catalogue = new MemoryCatalogue();
    unreadable.length = 0;
  });
  afterEach(() => {
    for (const directory of opened.splice(0)) directory.close();
  });

  const put = (key: string[], value: unknown, expected?: Revision): Promise<Revision> =>
    catalogue.put(key, typeof value === 'string' ? value : JSON.stringify(value), expected);

  async function open(): Promise<Directory> {
    const onError = (error: unknown): void => assert.fail(String(error));
    const onUnreadable = (name: string): unknown => unreadable.push(name);
    const directory = await Directory.open({
      catalogue,
      first: FIRST,
      onError,
      onBack: assert.fail,
      onUnreadable,
    });
    opened.push(directory);
    return directory;
  }

  it('has the first jail and its client, whatever the catalogue says', async () => {
    await put(['client', 'gauge'], { ...CLIENT, secret: hashSecret('stolen') });
    const { firstJail, firstClient, ...directory } = await open();
    assert.deepEqual([firstJail.id, firstClient.secret, firstClient.jail], ['works', secret, firstJail]);
    assert.deepEqual([...firstJail.clients.keys()], ['gauge']);
    assert(directory);
  });

  it('has all that was there once it is open, in whatever order it came', async () => {
    await put(['client', 'lodger'], CLIENT);
    await put(['stream', 'tenant', 'a/b'], BOILER);
    await put(['jail', 'tenant'], { name: 'T' });
    await put(['first client', 'gauge'], { jwtPublicKey: 'pem' });
    const directory = await open();
    const lodger = directory.findClient('lodger');
    assert.deepEqual([lodger?.jail.name, lodger?.jail.streams.get('a/b')?.definition.version], ['T', 1]);
    assert.equal(directory.firstClient.jwtPublicKey, 'pem');
    assert.deepEqual(
      directory.jails.map(({ id }) => id),
      ['works', 'tenant'],
    );
  });

  it('knows nobody of a jail that is not there, but that they are left over', async () => {
    await put(['client', 'lodger'], CLIENT);
    await put(['stream', 'tenant', 'boiler'], BOILER);
    const directory = await open();
    assert.deepEqual([directory.findClient('lodger'), directory.findJail('tenant')], [undefined, undefined]);
    assert.deepEqual(directory.jails, [directory.firstJail]);
    assert.deepEqual(directory.leftoversOf('tenant'), [
      ['client', 'lodger'],
      ['stream', 'tenant', 'boiler'],
    ]);
    await directory.put(['jail', 'tenant'], { name: '' }, undefined);
    assert.equal(directory.findClient('lodger')?.id, 'lodger');
    assert.deepEqual(directory.leftoversOf('tenant'), []);
  });

  it('shows what was written once that is so, and what others have written', async () => {
    const [one, other] = [await open(), await open()];
    await one.put(['jail', 'tenant'], { name: 'T' }, undefined);
    assert.equal(one.findJail('tenant')?.name, 'T');
    await other.changed(['jail', 'tenant'], undefined);
    assert.equal(other.findJail('tenant')?.name, 'T');
    await one.put(['jail', 'tenant'], { name: 'U' }, one.revisionOf(['jail', 'tenant']));
    assert.equal(one.findJail('tenant')?.name, 'U');
    await other.changed(['jail', 'tenant'], other.revisionOf(['jail', 'tenant']));
    const revision = other.revisionOf(['jail', 'tenant']);
    assert(revision !== undefined);
    await other.remove(['jail', 'tenant'], revision);
    assert.equal(other.findJail('tenant'), undefined);
  });

  it('leaves out records that say nothing it understands, and counts them', async () => {
    for (const [key, value] of [
      [['client', 'a'], { ...CLIENT, secret: 's' }],
      [['client', 'b'], { ...CLIENT, jail: 7 }],
      [['client', 'c'], { ...CLIENT, jwtPublicKey: 7 }],
      [['jail', 'j'], {}],
      [['jail', 'k'], 'no JSON'],
      [['stream', 'works'], BOILER],
      [['first client', 'gauge'], {}],
      [['something', 'new'], {}],
    ] as [string[], unknown][]) {
      await put(key, value);
    }
    await put(['stream', 'works', 'fine'], BOILER);
    const directory = await open();
    assert.equal(directory.unreadable, 8);
    assert.deepEqual([...directory.firstJail.streams.keys()], ['fine']);
  });

  it('reads a definition when it is needed, and tells of one that cannot be read then', async () => {
    await put(['stream', 'works', 's'], { version: 1 });
    const directory = await open();
    assert.deepEqual([directory.unreadable, unreadable], [0, []]);
    assert.equal(directory.firstJail.streams.get('s')?.readable, undefined);
    assert.deepEqual(unreadable, ['s']);
    await directory.put(['stream', 'works', 's'], BOILER, directory.revisionOf(['stream', 'works', 's']));
    assert.equal(directory.firstJail.streams.get('s')?.readable?.version, 1);
  });

  it('fails to open when the catalogue cannot be watched', async () => {
    // biome-ignore lint/correctness/useYield: it fails before
    catalogue.watch = async function* (): AsyncGenerator<CatalogueChange> {
      throw new Error('no');
    };
    const told: unknown[] = [];
    await assert.rejects(
      Directory.open({
        catalogue,
        first: FIRST,
        onError: (error) => told.push(error),
        onBack: assert.fail,
        onUnreadable: assert.fail,
      }),
      /no/,
    );
    assert.deepEqual(told, [], 'who opens it is told');
  });

  it('fails to open when the engine is closed', async () => {
    catalogue.close();
    await assert.rejects(open(), EngineAway);
  });

  it('goes on when the watch fails later, and lets nobody in who was deleted meanwhile', async () => {
    await put(['jail', 'tenant'], { name: 'T' });
    const revision = await put(['client', 'lodger'], CLIENT);
    const watch = catalogue.watch.bind(catalogue);
    let fail = (): void => {};
    catalogue.watch = async function* (signal): AsyncGenerator<CatalogueChange> {
      const own = new AbortController();
      signal.addEventListener('abort', () => own.abort());
      fail = () => own.abort();
      yield* watch(own.signal);
      if (!signal.aborted) throw new Error('no');
    };
    const told: unknown[] = [];
    const directory = await Directory.open({
      catalogue,
      first: FIRST,
      onError: (error) => told.push(String(error)),
      onBack: () => told.push('back'),
      onUnreadable: assert.fail,
    });
    opened.push(directory);
    const ends: string[] = [];
    const lodger = directory.findClient('lodger');
    lodger?.connections.add({ method: 'basic', end: (why) => ends.push(why) });
    fail();
    await until(() => !directory.isCurrent);
    await catalogue.remove(['client', 'lodger'], revision);
    await until(() => directory.isCurrent);
    assert.equal(directory.findClient('lodger'), undefined);
    assert.deepEqual([told, ends], [['Error: no', 'back'], ['The client was deleted.']]);
  });

  it('knows a jail whose last client was taken away, and a client in another jail as another one', async () => {
    const directory = await open();
    await directory.put(['jail', 'tenant'], { name: 'T' }, undefined);
    await directory.put(['jail', 'other'], { name: 'O' }, undefined);
    await directory.put(['client', 'lodger'], CLIENT, undefined);
    const before = directory.findClient('lodger');
    const ends: string[] = [];
    before?.connections.add({ method: 'basic', end: (why) => ends.push(why) });
    const key = ['client', 'lodger'];
    await directory.put(key, { ...CLIENT, jwtPublicKey: 'pem' }, directory.revisionOf(key));
    assert.deepEqual(ends, [], 'the same secret');
    await directory.put(key, { ...CLIENT, jail: 'other' }, directory.revisionOf(key));
    assert.deepEqual(ends, ['The client was deleted.']);
    assert.equal(directory.findClient('lodger')?.jail.id, 'other');
    assert.equal(directory.findJail('tenant')?.clients.size, 0);
  });

  it('keeps the first jail and its client, and their keys, whichever records go', async () => {
    const directory = await open();
    const { firstJail, firstClient } = directory;
    const keys = [
      ['jail', 'works'],
      ['client', 'gauge'],
      ['first client', 'another'],
    ];
    for (const key of keys) await directory.put(key, { ...CLIENT, name: '', jwtPublicKey: 'pem' }, undefined);
    assert.equal(firstClient.jwtPublicKey, null);
    await directory.put(['first client', 'gauge'], { jwtPublicKey: 'own' }, undefined);
    for (const key of keys) await directory.remove(key, directory.revisionOf(key) ?? 0);
    assert.deepEqual([directory.jails, directory.findClient('gauge')], [[firstJail], firstClient]);
    assert.equal(firstClient.jwtPublicKey, 'own');
    await directory.remove(['first client', 'gauge'], directory.revisionOf(['first client', 'gauge']) ?? 0);
    assert.equal(firstClient.jwtPublicKey, null);
  });
});
