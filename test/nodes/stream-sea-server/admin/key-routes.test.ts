import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { Client, type EmbeddedServer, publicKeyOf, startServer } from '../../../../src/index';
import { AdminApi } from '../../../support/node-red/admin';
import { type NodeRed, startNodeRed } from '../../../support/node-red/node-red';
import { until } from '../../../support/until';
import { SERVER, TAB } from '../../flows';

const pem = (type: 'pkcs1' | 'pkcs8') =>
  String(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type, format: 'pem' }));
const SAVED = pem('pkcs8');
const ONLY_NORTH = {
  t: 'eq',
  e: [
    { t: 'path', e: '$.boiler' },
    { t: 'string', e: 'north' },
  ],
};

describe('the admin routes of keys', function () {
  this.timeout(120_000);

  let sea: EmbeddedServer;
  let nodeRed: NodeRed;
  let admin: AdminApi;
  let settings: object;

  before(async () => {
    sea = await startServer({ jail: { clientId: 'gauge', clientSecret: 'gauge-secret' } });
    settings = { where: 'remote', host: '127.0.0.1', port: String(sea.port), auth: 'key' };
    process.env.KEY_ROUTES_TEST_KEY = SAVED.replaceAll('\n', '\\n');
    nodeRed = await startNodeRed({
      flows: [TAB, { ...SERVER, ...settings, filter: JSON.stringify(ONLY_NORTH) }],
      credentials: { [SERVER.id]: { clientId: 'gauge', clientSecret: 'gauge-secret', privateKey: SAVED } },
    });
    admin = new AdminApi(nodeRed.url);
  });

  after(async () => {
    delete process.env.KEY_ROUTES_TEST_KEY;
    await Promise.all([nodeRed?.close(), sea?.close()]);
  });

  const ask = (path: string, credentials: object, id: string = SERVER.id) =>
    admin.post(`stream-sea/${path}`, { id, settings, credentials });

  it('make a pair', async () => {
    const { status, body } = await admin.post('stream-sea/key-pair');
    assert.equal(status, 200);
    assert.equal(publicKeyOf(body.privateKey), body.publicKey);
  });

  it('tell the public half of the key in the dialog, of the saved one, of one in a variable', async () => {
    const typed = pem('pkcs1');
    assert.deepEqual((await ask('public-key', { privateKey: typed })).body, {
      publicKey: publicKeyOf(typed),
    });
    for (const credentials of [{}, { privateKey: '${KEY_ROUTES_TEST_KEY}' }]) {
      assert.deepEqual((await ask('public-key', credentials)).body, { publicKey: publicKeyOf(SAVED) });
    }
  });

  it('say what is wrong with a key, and nothing of it', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const short = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    for (const [key, says] of [
      ['', /no private key/],
      [short, /RSA key of 2048 bits/],
      ['hunter2-4711', /private key in PEM form/],
      [publicKeyOf(SAVED), /public key: its private half/],
    ] as const) {
      for (const path of ['public-key', 'public-key/set']) {
        const { status, text, body } = await ask(path, { privateKey: key });
        assert.equal(status, 502);
        assert.match(body.message, says);
        for (const part of [key.slice(40, 80), 'hunter2']) if (part !== '') assert.ok(!text.includes(part));
      }
    }
  });

  it('give the public half to the server, by the secret in the dialog or the saved one', async () => {
    const privateKey = pem('pkcs8');
    const { status, body } = await ask('public-key/set', { privateKey });
    assert.deepEqual([status, body], [200, { publicKey: publicKeyOf(privateKey) }]);
    const client = new Client({ url: sea.url, credentials: { type: 'key', clientId: 'gauge', privateKey } });
    client.connect();
    await until(() => client.state.name === 'ready');
    await client.close();
    const wrong = await ask('public-key/set', { privateKey, clientSecret: 'other' });
    assert.equal(wrong.status, 502);
    assert.match(wrong.body.message, /credentials/);
    const noSecret = await ask('public-key/set', { privateKey, clientSecret: '' });
    assert.match(noSecret.body.message, /no client secret/);
  });

  it('show whoever builds a filter all messages, not only those that the filter in force lets through', async () => {
    const client = new Client({ url: sea.url, credentials: { type: 'basic', ...sea.credentials } });
    const path = `stream-sea/${SERVER.id}/streams/s/sample`;
    const look = () => admin.post(path, { id: 'a', after: 0 });
    await until(async () => (await look()).body.state === 'subscribed');
    await client.publishAll('s', [{ boiler: 'south' }, { boiler: 'north', at: 'x'.repeat(200_000) }]);
    await until(async () => (await look()).body.count === 2);
    const { body } = await look();
    assert.deepEqual(body.messages[0].message, { boiler: 'south' });
    assert.ok(!('message' in body.messages[1]), 'too large to be sent');
    assert.equal((await admin.post(path, { id: 'a', after: 'x' })).status, 400);
    const connections = sea.stats().connections;
    await admin.delete(`stream-sea/${SERVER.id}/peeks/a`);
    await until(() => sea.stats().connections < connections);
    await client.close();
  });
});
