import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddedServer } from '../../../../src/index';
import { startServer } from '../../../../src/index';
import { type Credentials, ok, send } from '../../../support/network/wire';
import { AdminApi } from '../../../support/node-red/admin';
import { type NodeRed, startNodeRed } from '../../../support/node-red/node-red';
import { KEYS } from '../../../support/sea/tokens';
import { node, SERVER, TAB } from '../../flows';

// Of the password "pass".
const password = '$2b$04$kQBzES9f3F2Wv5KVmp3PsutpvE2kW3BNbLq7MDEO0Zt9AUiCThvMO';
const USERS = [
  { username: 'reader', password, permissions: ['stream-sea-admin.read'] },
  { username: 'admin', password, permissions: ['stream-sea-admin.read', 'stream-sea-admin.write'] },
  { username: 'editor', password, permissions: ['stream-sea.read', 'stream-sea.write', 'flows.write'] },
];

const CREDENTIALS = {
  sea: { clientId: 'kessel', clientSecret: 'sEcReT-own' },
  far: { clientId: 'gauge', clientSecret: 'gauge-secret' },
  lodger: { clientId: 'lodger', clientSecret: '' },
};

describe('the admin routes of clients and jails', function () {
  this.timeout(120_000);

  let far: EmbeddedServer;
  let nodeRed: NodeRed;
  let admin: AdminApi;

  before(async () => {
    far = await startServer({ jail: { clientId: 'gauge', clientSecret: 'gauge-secret' } });
    const as = far.credentials;
    const jail = { newJailId: 'tenant', newJailName: 'Upstairs', newClientId: 'lodger' };
    const { newClientSecret } = await ok(far.url, 'POST', '/jails', jail, { as });
    CREDENTIALS.lodger.clientSecret = newClientSecret;
    const remote = { ...SERVER, where: 'remote', host: '127.0.0.1', port: String(far.port) };
    const flows = [
      TAB,
      SERVER,
      { ...remote, id: 'far' },
      { ...remote, id: 'lodger' },
      { ...SERVER, id: 'down', where: 'remote', host: '127.0.0.1', port: '1' },
      { ...SERVER, id: 'broken', port: 'eighty' },
      node('in', 'in', { stream: 's', x: 1, y: 1 }),
    ];
    nodeRed = await startNodeRed({
      ...{ flows, credentials: { ...CREDENTIALS, down: CREDENTIALS.far } },
      settings: {
        adminAuth: { type: 'credentials', users: USERS },
        logging: { console: { level: 'trace', metrics: false, audit: true } },
      },
    });
    admin = await AdminApi.logIn(nodeRed.url, 'admin', 'pass');
  });

  after(async () => {
    await nodeRed?.close();
    await far?.close();
  });

  const list = async (server: string) => (await admin.get(`stream-sea/${server}/clients`)).body;
  const act = (server: string, action: string, subject: unknown, body?: object) =>
    admin.post(`stream-sea/${server}/administration/${action}`, { subject, body });

  it('need a permission of their own', async () => {
    const path = 'stream-sea/far/administration/deleteClient';
    const reader = await AdminApi.logIn(nodeRed.url, 'reader', 'pass');
    assert.equal((await reader.get('stream-sea/far/clients')).status, 200);
    assert.equal((await reader.post(path, { subject: 'x' })).status, 401);
    const editor = await AdminApi.logIn(nodeRed.url, 'editor', 'pass');
    assert.equal((await editor.get('stream-sea/far/clients')).status, 401);
    assert.equal((await editor.post(path, { subject: 'x' })).status, 401);
  });

  it('list what the server node may change', async () => {
    assert.deepEqual(await list('far'), {
      self: 'gauge',
      clients: [{ clientId: 'gauge', description: '', hasJwtPublicKey: false }],
      clientsTotal: 1,
      jails: [{ jailId: 'tenant', jailName: 'Upstairs', clients: 1 }],
      jailsTotal: 1,
      embedded: false,
    });
    const { self, jails, embedded } = await list('sea');
    assert.deepEqual([self, jails, embedded], ['kessel', [], true]);
    const lodger = await list('lodger');
    assert.deepEqual([lodger.self, lodger.clientsTotal, lodger.jails], ['lodger', 1, undefined]);
  });

  it('say why there is no list, without a refusal that a browser would complain about', async () => {
    const { problem, clients } = await list('down');
    assert.deepEqual(clients, []);
    assert.match(problem.message, /Nobody answers/);
    assert.equal((await list('broken')).problem.sentence.key, 'error.badPort');
    assert.equal((await admin.get('stream-sea/nobody/clients')).status, 404);
  });

  it('do what is asked, and answer with a secret once', async () => {
    for (const server of ['far', 'sea']) {
      const made = await act(server, 'createClient', 'gateway', { description: 'on the roof' });
      assert.equal(made.status, 200);
      const rotated = await act(server, 'rotateSecret', 'gateway');
      assert.deepEqual(Object.keys(rotated.body), ['givenId', 'secret']);
      const key = { jwtPublicKey: KEYS.publicKey };
      assert.deepEqual((await act(server, 'setPublicKey', 'gateway', key)).body, {
        givenId: 'gateway',
        ...key,
      });
      const { clients } = await list(server);
      assert.deepEqual(clients[0], {
        clientId: 'gateway',
        description: 'on the roof',
        hasJwtPublicKey: true,
      });
      if (server === 'far') {
        const as: Credentials = { clientId: 'gateway', clientSecret: rotated.body.secret };
        assert.equal((await send(far.url, 'GET', '/clients', undefined, { as })).status, 200);
      }
      const jail = await act(server, 'createJail', 'barn', { newJailName: '', newClientId: 'cow' });
      assert.equal(jail.body.newClientId, 'cow');
      assert.deepEqual((await act(server, 'deleteJail', 'barn')).body, { id: 'barn' });
      assert.deepEqual((await act(server, 'deleteClient', 'gateway')).body, { id: 'gateway' });

      const flows = await readFile(join(nodeRed.userDir, 'flows.json'), 'utf8');
      for (const secret of [made.body.secret, rotated.body.secret, jail.body.newClientSecret]) {
        assert.equal(secret.length, 43, 'a secret as servers draw it');
        assert(!nodeRed.log().includes(secret), 'the log holds a secret');
        assert(!flows.includes(secret), 'the flow file holds a secret');
        assert(!JSON.stringify([await list('far'), await list('sea')]).includes(secret));
      }
    }
  });

  it('say what was refused, in words for the viewer’s language', async () => {
    const taken = await act('far', 'createClient', 'gauge');
    assert.equal(taken.status, 502);
    assert.equal(taken.body.sentence.key, 'reply.createClient');
    const own = await act('sea', 'rotateSecret', 'kessel');
    assert.equal(own.body.sentence.key, 'error.ownClient');
    assert.equal((await act('lodger', 'createJail', 'x', { newClientId: 'y' })).status, 502);
    assert.equal((await act('far', 'setPublicKey', 'gauge', { jwtPublicKey: KEYS.privateKey })).status, 502);
    assert.doesNotMatch(nodeRed.log(), /PRIVATE KEY/);
  });

  it('refuse what no dialog sends', async () => {
    assert.equal((await act('far', 'deleteEverything', 'gauge')).status, 400);
    assert.equal((await act('far', 'deleteClient', undefined)).status, 400);
    assert.equal((await act('far', 'deleteClient', { id: 'gauge' })).status, 400);
    assert.equal((await act('nobody', 'deleteClient', 'gauge')).status, 404);
    assert.equal((await act('broken', 'deleteClient', 'gauge')).status, 409);
  });
});
