import assert from 'node:assert/strict';
import type { Client, Jail } from '../../../src/server/directory/jail';
import { listClients, listJails } from '../../../src/server/directory/listing';

const jailOf = (id: string): Jail => ({
  ...{ id, name: `${id} for people`, exists: true },
  ...{ clients: new Map(), streams: new Map() },
});

function add(jail: Jail, id: string, jwtPublicKey: string | null = null): Client {
  const client: Client = {
    ...{ id, description: `about ${id}`, jail, jwtPublicKey },
    secret: { salt: 'sAlT', hash: 'hAsH' },
    connections: new Set(),
  };
  jail.clients.set(id, client);
  return client;
}

describe('listing (P40)', () => {
  it('tells the clients of the same jail, by id, without any secret', () => {
    const works = jailOf('works');
    const gauge = add(works, 'gauge');
    add(works, 'display', 'a key');
    add(jailOf('tenant'), 'lodger');
    const { items, total } = listClients(gauge);
    assert.deepEqual(items, [
      { clientId: 'display', description: 'about display', hasJwtPublicKey: true },
      { clientId: 'gauge', description: 'about gauge', hasJwtPublicKey: false },
    ]);
    assert.equal(total, 2);
    assert.doesNotMatch(JSON.stringify(items), /sAlT|hAsH|a key/);
  });

  it('tells the first thousand, and how many there are', () => {
    const works = jailOf('works');
    const gauge = add(works, 'gauge');
    for (let n = 0; n < 1_500; n += 1) add(works, `c${String(n).padStart(4, '0')}`);
    const { items, total } = listClients(gauge);
    assert.deepEqual([items.length, total], [1_000, 1_501]);
    assert.deepEqual([items[0]?.clientId, items.at(-1)?.clientId], ['c0000', 'c0999']);
  });

  it('tells the jails but one’s own', () => {
    const works = jailOf('works');
    const gauge = add(works, 'gauge');
    const tenant = jailOf('tenant');
    add(tenant, 'lodger');
    assert.deepEqual(listJails(gauge, [works, tenant, jailOf('barn')]), {
      items: [
        { jailId: 'barn', jailName: 'barn for people', clients: 0 },
        { jailId: 'tenant', jailName: 'tenant for people', clients: 1 },
      ],
      total: 2,
    });
  });
});
