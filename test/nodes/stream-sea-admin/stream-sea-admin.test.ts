import assert from 'node:assert/strict';
import { Client } from '../../../src/index';
import { ok } from '../../support/network/wire';
import { type Flow, type Received, startFlow, stopFlows } from '../../support/node-red/flow';
import { echoOf } from '../../support/sea/echo';
import { startServer } from '../../support/sea/sea';
import { drawKeyPair, KEYS } from '../../support/sea/tokens';
import { CATCH, complete, helperNode, node, SERVER, TAB } from '../flows';

describe('stream-sea-admin', () => {
  stopFlows();

  let flow: Flow;

  async function start(properties: object = {}, server: object = SERVER, credentials: object = {}) {
    flow = await startFlow(
      [
        TAB,
        server,
        ...CATCH,
        ...complete('admin'),
        node('admin', 'admin', { wires: [['got']], ...properties }),
        helperNode('got'),
      ],
      credentials,
    );
  }

  const last = async (id: string, count: number): Promise<Received> => {
    const message = (await flow.receives(id, count)).at(-1);
    assert(message);
    return message;
  };

  /** A message in, and the one that answers it. */
  async function answered(message: object, count = 1): Promise<Record<string, unknown>> {
    flow.send('admin', message);
    const { payload } = await last('got', count);
    return payload as Record<string, unknown>;
  }

  async function failed(message: object, count = 1): Promise<{ message: string; code?: string }> {
    flow.send('admin', message);
    const { error } = await last('caught', count);
    assert(error);
    return error;
  }

  const worksFor = (url: string, clientId: unknown, clientSecret: unknown) =>
    ok(
      url,
      'POST',
      '/schema-versions-vector',
      { schemaNames: [] },
      {
        as: { clientId: String(clientId), clientSecret: String(clientSecret) },
      },
    );

  describe('on a server elsewhere', () => {
    const startAway = async (properties: object = {}) => {
      const server = await startServer();
      const remote = { ...SERVER, where: 'remote', host: '127.0.0.1', port: String(server.port) };
      await start(properties, remote, { sea: { clientId: 'gauge', clientSecret: 'gauge-secret' } });
      return server.url;
    };

    it('does by message whatever msg.action says, one done for each (G1)', async () => {
      const url = await startAway();
      const made = await answered({
        ...{ action: 'createClient', topic: 'gateway', payload: { description: 'on the roof' }, mine: 7 },
      });
      assert.deepEqual(Object.keys(made), ['givenId', 'secret']);
      await worksFor(url, 'gateway', made.secret);
      const [message] = flow.received('got');
      assert.deepEqual([message?.topic, Reflect.get(message ?? {}, 'mine')], ['gateway', 7]);

      const rotated = await answered({ action: 'rotateSecret', topic: 'gateway', payload: 1_767_225_600 }, 2);
      await worksFor(url, 'gateway', rotated.secret);
      const body = { jwtPublicKey: KEYS.publicKey };
      const keyed = await answered({ action: 'setPublicKey', topic: 'gateway', payload: body }, 3);
      assert.deepEqual(keyed, { givenId: 'gateway', ...body });
      assert.deepEqual(await answered({ action: 'deleteClient', topic: 'gateway' }, 4), { id: 'gateway' });

      const jail = { newClientId: 'lodger', newJailName: 'Upstairs' };
      const { newClientSecret } = await answered({ action: 'createJail', topic: 'tenant', payload: jail }, 5);
      await worksFor(url, 'lodger', newClientSecret);
      assert.deepEqual(await answered({ action: 'deleteJail', topic: 'tenant' }, 6), { id: 'tenant' });
      assert.equal((await flow.receives('completed', 6)).length, 6);
      assert.deepEqual(flow.received('caught'), []);
    });

    it('rotates the secret of its own client, too, and the server node goes on with it', async () => {
      const url = await startAway();
      await flow.shows('admin', /(\.|^)connected/);
      const { secret } = await answered({ action: 'rotateSecret', topic: 'gauge' });
      await worksFor(url, 'gauge', secret);
      assert.equal((await answered({ action: 'createClient', topic: 'gateway' }, 2)).givenId, 'gateway');
      await flow.shows('admin', /(\.|^)connected/);
      assert.deepEqual(flow.received('caught'), []);
    });

    it('says why the server refused, with its status', async () => {
      await startAway();
      const error = await failed({ action: 'createClient', topic: 'gauge' });
      assert.match(error.message, /"gauge" is taken.* \(creating the client refused, status 409\)$/);
      assert.equal(error.code, 'SEA_REPLY');
      assert.deepEqual(flow.received('got'), []);
      assert.deepEqual(flow.received('completed'), []);
    });
  });

  for (const [action, subject, payload, answer] of [
    ['createClient', 'gateway', {}, ['givenId', 'secret']],
    ['createClient', 'gateway', undefined, ['givenId', 'secret']],
    ['setPublicKey', 'gauge', { jwtPublicKey: KEYS.publicKey }, ['givenId', 'jwtPublicKey']],
    ['setPublicKey', 'gauge', KEYS.publicKey, ['givenId', 'jwtPublicKey']],
    ['setPublicKey', 'gauge', { jwtPublicKey: null }, ['givenId', 'jwtPublicKey']],
    ['createJail', 'tenant', { newClientId: 'lodger' }, ['newJailId', 'newClientId', 'newClientSecret']],
  ] as const) {
    it(`does by property: ${action} of ${JSON.stringify(payload)?.slice(0, 40)}`, async () => {
      await start({ action, subject }, SERVER, { sea: { clientId: 'gauge', clientSecret: 'own' } });
      const got = await answered({ action: 'deleteJail', topic: 'another', payload });
      assert.deepEqual(Object.keys(got), answer);
      await flow.receives('completed', 1);
    });
  }

  it('does by property what needs somebody to be there', async () => {
    process.env.ADMIN_TEST_CLIENT = 'gateway';
    await start({ action: 'rotateSecret', subject: '${ADMIN_TEST_CLIENT}' });
    const error = await failed({});
    assert.match(error.message, /"gateway"/);
    assert.equal(error.code, 'SEA_REPLY');
  });

  it('fails a message that does not say what, or whom', async () => {
    await start();
    assert.match(
      (await failed({ topic: 'a' })).message,
      /^SettingError: No action: .*createClient, .*deleteJail/,
    );
    assert.match((await failed({ topic: 'a', action: 'delete' }, 2)).message, /msg\.action is delete/);
    assert.match((await failed({ action: 'deleteClient' }, 3)).message, /No client or jail/);
    const error = await failed({ action: 'createJail', topic: 'tenant', payload: 1 }, 4);
    assert.match(error.message, /newClientId should be a string with something in it, but is missing/);
    assert.equal(error.code, 'SEA_OPTIONS');
    assert.deepEqual(flow.received('got'), []);
    assert.deepEqual(flow.received('completed'), []);
  });

  it('does not lock its own embedded server out', async () => {
    await start({}, SERVER, { sea: { clientId: 'gauge', clientSecret: 'own' } });
    for (const [count, action] of ['rotateSecret', 'deleteClient'].entries()) {
      const error = await failed({ action, topic: 'gauge' }, count + 1);
      assert.match(error.message, /gauge is the server node's own client/);
    }
    assert.equal((await answered({ action: 'createClient', topic: 'other' })).givenId, 'other');
  });

  it('sends no private key anywhere, and quotes none (G15)', async () => {
    await start({ action: 'setPublicKey', subject: 'gauge' });
    const { privateKey } = drawKeyPair();
    const error = await failed({ payload: { jwtPublicKey: privateKey } });
    assert.match(error.message, /private key\. It was not sent/);
    assert.doesNotMatch(JSON.stringify(error), /BEGIN/);
  });

  it('tells a secret in the message that answers, and in no log, status or error (G15)', async () => {
    await start();
    await flow.shows('admin', /(\.|^)connected/);
    const { secret } = await answered({ action: 'createClient', topic: 'gateway' });
    const { secret: next } = await answered({ action: 'rotateSecret', topic: 'gateway' }, 2);
    const error = await failed({ action: 'createClient', topic: 'gateway', payload: { secret, next } });
    const seen = JSON.stringify([flow.logged(), flow.shown('admin'), error.message]);
    assert.match(seen, /gateway/);
    for (const each of [secret, next]) assert.ok(each && !seen.includes(String(each)), 'a secret is seen');
  });

  it('says what a server without a client secret, or no server, says', async () => {
    await start({ server: '' });
    assert.match((await failed({ action: 'deleteClient', topic: 'a' })).message, /server/i);
    assert.equal(flow.shown('admin')?.fill, 'red');
  });

  it('a client that was made connects and hears', async () => {
    const server = await startServer();
    const remote = { ...SERVER, where: 'remote', host: '127.0.0.1', port: String(server.port) };
    await start({}, remote, { sea: { clientId: 'gauge', clientSecret: 'gauge-secret' } });
    const { secret } = await answered({ action: 'createClient', topic: 'gateway' });
    const client = new Client({
      url: server.url,
      credentials: { type: 'basic', clientId: 'gateway', clientSecret: String(secret) },
    });
    assert.deepEqual(await echoOf(client, { n: 1 }), { n: 1 });
    await client.close();
  });
});
