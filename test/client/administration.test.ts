import assert from 'node:assert/strict';
import { Client } from '../../src/client/client';
import { ProtocolError, ReplyError, SettingError, type StreamSeaError } from '../../src/errors';
import type { EmbeddedServer } from '../../src/server/server';
import { type Answer, startRawServer } from '../support/network/raw-server';
import { ok } from '../support/network/wire';
import { startServer } from '../support/sea/sea';
import { KEYS } from '../support/sea/tokens';

describe('client/administration', () => {
  const clients: Client[] = [];

  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

  function connect(url: string, clientId = 'gauge', clientSecret = 'gauge-secret'): Client {
    const client = new Client({ url, credentials: { type: 'basic', clientId, clientSecret } });
    clients.push(client);
    return client;
  }

  const refusedWith = (status: number, text: RegExp) => (error: unknown) => {
    assert(error instanceof ReplyError, String(error));
    assert.equal(error.status, status);
    assert.match(error.message, text);
    return true;
  };

  describe('at a server of ours', () => {
    let server: EmbeddedServer;
    let gauge: Client;

    beforeEach(async () => {
      server = await startServer();
      gauge = connect(server.url);
    });

    const worksFor = (clientId: string, clientSecret: string) =>
      ok(
        server.url,
        'POST',
        '/schema-versions-vector',
        { schemaNames: [] },
        { as: { clientId, clientSecret } },
      );

    it('makes a client, gives it another secret, and deletes it (P7, P40)', async () => {
      const { administration } = gauge;
      const made = await administration.createClient('gateway 7/a', { description: 'on the roof' });
      assert.equal(made.givenId, 'gateway 7/a');
      await worksFor(made.givenId, made.secret);
      const rotated = await administration.rotateSecret('gateway 7/a');
      await worksFor('gateway 7/a', rotated.secret);
      await assert.rejects(worksFor('gateway 7/a', made.secret), /401/);
      assert.deepEqual(await administration.deleteClient('gateway 7/a'), { id: 'gateway 7/a' });
      await assert.rejects(worksFor('gateway 7/a', rotated.secret), /401/);
    });

    it('sets a key, its own and another’s, and takes it away (P7, P40)', async () => {
      const { administration } = gauge;
      await administration.createClient('gateway');
      for (const id of ['gauge', 'gateway']) {
        const set = await administration.setPublicKey(id, KEYS.publicKey);
        assert.deepEqual(set, { givenId: id, jwtPublicKey: KEYS.publicKey });
      }
      assert.deepEqual(await administration.clients(), {
        self: 'gauge',
        items: [
          { clientId: 'gateway', description: '', hasJwtPublicKey: true },
          { clientId: 'gauge', description: '', hasJwtPublicKey: true },
        ],
        total: 2,
      });
      const pasted = KEYS.publicKey.replaceAll('\n', '\\n');
      assert.equal((await administration.setPublicKey('gauge', pasted)).jwtPublicKey, KEYS.publicKey);
      const unset = await administration.setPublicKey('gateway', null);
      assert.deepEqual(unset, { givenId: 'gateway', jwtPublicKey: null });
    });

    it('makes a jail, tells of it, and deletes it (P7, P40)', async () => {
      const { administration } = gauge;
      const made = await administration.createJail({ newJailId: 'tenant', newClientId: 'lodger' });
      assert.deepEqual([made.newJailId, made.newClientId], ['tenant', 'lodger']);
      await worksFor('lodger', made.newClientSecret);
      assert.deepEqual(await administration.jails(), {
        items: [{ jailId: 'tenant', jailName: '', clients: 1 }],
        total: 1,
      });
      const lodger = connect(server.url, 'lodger', made.newClientSecret);
      await assert.rejects(
        lodger.administration.jails(),
        refusedWith(403, /listing clients and jails refused/),
      );
      assert.equal((await lodger.administration.clients())?.total, 1);
      assert.deepEqual(await administration.deleteJail('tenant'), { id: 'tenant' });
      assert.deepEqual(await administration.jails(), { items: [], total: 0 });
    });

    it('says what was refused, and why', async () => {
      const { administration } = gauge;
      const taken = refusedWith(
        409,
        /^The client id "gauge" is taken\b.* \(creating the client refused, status 409\)$/,
      );
      await assert.rejects(administration.createClient('gauge'), taken);
      await assert.rejects(
        administration.deleteClient('gauge'),
        refusedWith(409, /last client.* \(deleting the client "gauge" refused,/),
      );
      await assert.rejects(
        administration.deleteJail('none'),
        refusedWith(404, /^There is no jail "none" \(deleting the jail "none" refused, status 404\)$/),
      );
      await assert.rejects(
        administration.createJail({ newJailId: 'works', newClientId: 'x' }),
        refusedWith(409, /"works" is taken.* \(creating the jail refused,/),
      );
      for (const change of [administration.rotateSecret('none'), administration.setPublicKey('none', null)]) {
        await assert.rejects(change, refusedWith(403, /There is no client "none" in this jail \(/));
      }
      await assert.rejects(
        administration.setPublicKey('gauge', 'no key'),
        refusedWith(400, /PEM.* \(public key of "gauge" refused,/),
      );
    });
  });

  describe('at another server', () => {
    it('tells what the protocol’s own operation was answered with, where ours is unknown (P40)', async () => {
      const server = await startRawServer();
      const answers: Answer[] = [
        { status: 403, body: { message: 'Only your own.' } },
        { status: 404, body: { message: 'What?' } },
      ];
      server.answer = ({ path }) => answers[path.includes('/clients/') ? 1 : 0] ?? 'hang';
      const { administration } = connect(server.url);
      await assert.rejects(
        administration.rotateSecret('other'),
        refusedWith(403, /^Only your own\b.* \(a new secret for "other" refused,/),
      );
      await assert.rejects(administration.setPublicKey('other', null), refusedWith(403, /Only your own/));
      assert.deepEqual(
        server.requests.map(({ method, path }) => `${method} ${path.replace('/api/v1', '')}`),
        [
          'PUT /client/other',
          'PUT /clients/other/secret',
          'PUT /client/other/jwt-public-key',
          'PUT /clients/other/jwt-public-key',
        ],
      );
    });

    it('has no lists, and asks nothing further for what is answered', async () => {
      const server = await startRawServer();
      server.answer = () => ({ status: 404, body: {} });
      const { administration } = connect(server.url);
      assert.equal(await administration.clients(), null);
      assert.equal(await administration.jails(), null);
      server.answer = () => ({ body: { givenId: 'other', secret: 'sEcReT' } });
      assert.deepEqual(await administration.rotateSecret('other'), { givenId: 'other', secret: 'sEcReT' });
      assert.equal(server.requests.length, 3);
    });

    it('never quotes a secret of an answer that cannot be understood', async () => {
      const server = await startRawServer();
      server.answer = () => ({ body: { secret: 'sEcReT-4711', newClientSecret: ['sEcReT-4711'] } });
      const { administration } = connect(server.url);
      const errors: StreamSeaError[] = [];
      for (const act of [
        () => administration.createClient('a'),
        () => administration.rotateSecret('a'),
        () => administration.createJail({ newJailId: 'j', newClientId: 'c' }),
      ])
        await act().catch((error) => errors.push(error));
      assert.equal(errors.length, 3);
      for (const error of errors) {
        assert(error instanceof ProtocolError);
        assert.doesNotMatch(`${error.message} ${error.stack}`, /4711/);
      }
    });
  });

  it('sends nothing for what cannot be, and no private key to anybody', async () => {
    const server = await startRawServer();
    const { administration } = connect(server.url);
    const refuses = (act: Promise<unknown>, text: RegExp) =>
      assert.rejects(act, (error) => error instanceof SettingError && text.test(error.message));
    await refuses(administration.createClient(''), /^clientId should be a string with something in it/);
    await refuses(administration.createClient('a:b'), /^clientId should not hold a colon/);
    await refuses(administration.deleteClient('x'.repeat(1_001)), /^clientId should have 1000 characters/);
    await refuses(
      administration.createClient('a', { description: 7 as never }),
      /^description should be a string/,
    );
    await refuses(
      administration.createJail({ newJailId: 'j' } as never),
      /^newClientId should be a string with something in it, but is missing/,
    );
    await refuses(administration.createJail(undefined as never), /^jail should be an object/);
    await refuses(
      administration.setPublicKey('a', undefined as never),
      /^jwtPublicKey should be a string with something in it or null, but is missing/,
    );
    const error = await administration.setPublicKey('a', KEYS.privateKey).catch((thrown) => thrown);
    assert.match(error.message, /^jwtPublicKey is a private key\. It was not sent/);
    assert.doesNotMatch(error.message, /BEGIN/);
    assert.deepEqual(server.requests, []);
  });
});
