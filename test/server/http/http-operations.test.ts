import assert from 'node:assert/strict';
import type { EmbeddedServer } from '../../../src/server/server';
import { type Credentials, ok, type Reply, send, Wire } from '../../support/network/wire';
import { BOILER, startServer } from '../../support/sea/sea';
import { KEYS } from '../../support/sea/tokens';

describe('HTTP operations', () => {
  let server: EmbeddedServer;
  let as: Credentials;

  beforeEach(async () => {
    server = await startServer();
    as = server.credentials;
  });

  const call = (method: string, path: string, body?: unknown, by = as): Promise<Reply> =>
    send(server.url, method, path, body, { as: by });
  const define = (name: string, definition: object = BOILER) =>
    ok(server.url, 'POST', `/streams/${encodeURIComponent(name)}/define`, definition, { as });

  describe('define and describe (P4, P15)', () => {
    it('keep a definition with its version as it came, in exactly three keys', async () => {
      await define('boiler', { ...BOILER, version: '1.10.0', name: 'boiler', extra: true });
      const { status, body } = await call('GET', '/streams/boiler/schema');
      assert.equal(status, 200);
      assert.deepEqual(body, { name: 'boiler', version: '1.10.0', fields: BOILER.fields });
    });

    it('answer 404 for a stream that is not defined', async () => {
      const { status, body } = await call('GET', '/streams/none/schema');
      assert.equal(status, 404);
      assert.match(body.message, /There is no stream "none"/);
    });

    it('answer 400 with the mistakes of a definition', async () => {
      const { status, body } = await call('POST', '/streams/boiler/define', {
        version: 1,
        fields: [{ name: 'a' }],
      });
      assert.equal(status, 400);
      assert.match(body.errors[0], /^fields\.a\.type should be one of/);
    });

    it('answer 400 for the name of another stream', async () => {
      const { status, body } = await call('POST', '/streams/boiler/define', { ...BOILER, name: 'kettle' });
      assert.equal(status, 400);
      assert.match(body.message, /kettle/);
    });

    it('answer 400 for a lower version, in the words of existing servers', async () => {
      await define('boiler', { ...BOILER, version: 2 });
      const { status, body } = await call('POST', '/streams/boiler/define', BOILER);
      assert.equal(status, 400);
      assert.deepEqual(body, {
        message:
          'The version pushed for the schema [boiler] is [1] but there is already an older version defined [2]',
      });
    });
  });

  describe('publish (P4, P5)', () => {
    beforeEach(() => define('boiler'));

    it('takes one message, and a batch', async () => {
      const one = await call('POST', '/streams/boiler/publish', { payload: { temperature: 1 } });
      const batch = await call('POST', '/streams/boiler/publish', { payload: [{}, {}] });
      assert.deepEqual([one.status, batch.status], [200, 200]);
      assert.equal(server.stats().published, 3);
    });

    it('says which message of a batch is wrong, and takes none of it', async () => {
      const { status, body } = await call('POST', '/streams/boiler/publish', {
        payload: [{}, {}, {}, { temperature: 'hot' }],
      });
      assert.equal(status, 400);
      assert.match(body.errors[0], /^\[3\]\.temperature should be a number/);
      assert.equal(server.stats().published, 0);
    });

    it('takes messages to a stream that is not defined, which stays undefined', async () => {
      assert.equal((await call('POST', '/streams/kettle/publish', { payload: {} })).status, 200);
      const { status, body } = await call('GET', '/streams/kettle/schema');
      assert.equal(status, 404);
      assert.equal(body.message, 'There is no stream "kettle". Define its schema first.');
    });

    it('answers 400 without a payload, without a body, and for what is not JSON', async () => {
      for (const body of [{}, '', '{"payload":', [], '"x"']) {
        const reply = await call('POST', '/streams/boiler/publish', body);
        assert.equal(reply.status, 400);
        assert.match(reply.body.message, /^The body is not valid: /);
      }
    });

    it('answers 400 for JSON nested deeper than 1,000 levels', async () => {
      const deep = `{"payload":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
      const { status, body } = await call('POST', '/streams/boiler/publish', deep);
      assert.equal(status, 400);
      assert.match(body.message, /nests deeper than 1000 levels/);
    });
  });

  it('schema versions come in the order asked, null for no stream (P4)', async () => {
    await define('a', { version: 3, fields: [] });
    await define('b', { version: '2.0', fields: [] });
    const wire = await Wire.login(server.url, as);
    await wire.subscribe('only subscribed');
    const { body } = await call('POST', '/schema-versions-vector', {
      schemaNames: ['b', 'none', 'a', 'only subscribed', 'b'],
    });
    assert.deepEqual(body, { versionsVector: ['2.0', null, 3, null, '2.0'] });
  });

  describe('clients (P7)', () => {
    it('are created with a secret that works, and deleted', async () => {
      const { body } = await call('POST', '/client', { clientId: 'dïsplay 1/2', description: 'in the hall' });
      assert.deepEqual(Object.keys(body), ['givenId', 'secret']);
      const display = { clientId: body.givenId, clientSecret: body.secret };
      assert.equal(display.clientId, 'dïsplay 1/2');
      assert.equal((await call('POST', '/schema-versions-vector', { schemaNames: [] }, display)).status, 200);

      const deleted = await call('DELETE', `/client/${encodeURIComponent('dïsplay 1/2')}`);
      assert.deepEqual(deleted.body, { id: 'dïsplay 1/2' });
      assert.equal((await call('POST', '/schema-versions-vector', { schemaNames: [] }, display)).status, 401);
    });

    it('are refused when their id is taken or cannot be one', async () => {
      assert.equal((await call('POST', '/client', { clientId: 'gauge', description: '' })).status, 409);
      assert.equal((await call('POST', '/client', { clientId: 'a:b', description: '' })).status, 400);
      assert.equal((await call('POST', '/client', { description: '' })).status, 400);
    });

    it('rotate their secret: the old one is refused from then on', async () => {
      const { body } = await call('PUT', '/client/gauge');
      assert.deepEqual(Object.keys(body), ['givenId', 'secret']);
      assert.equal((await call('GET', '/streams/a/schema')).status, 401);
      const renewed = { clientId: 'gauge', clientSecret: body.secret };
      assert.equal((await call('GET', '/streams/a/schema', undefined, renewed)).status, 404);
    });

    it('have 403 for the secret or key of another', async () => {
      await call('POST', '/client', { clientId: 'other', description: '' });
      assert.equal((await call('PUT', '/client/other')).status, 403);
      const key = { jwtPublicKey: KEYS.publicKey };
      assert.equal((await call('PUT', '/client/other/jwt-public-key', key)).status, 403);
    });

    it('are listed, and change each other’s secret and key, where a client knows how to ask (P40)', async () => {
      const { body: made } = await call('POST', '/client', { clientId: 'other', description: 'in the hall' });
      const { body } = await call('PUT', '/clients/other/secret');
      assert.deepEqual(Object.keys(body), ['givenId', 'secret']);
      const [old, renewed] = [made.secret, body.secret].map((clientSecret) => ({
        clientId: 'other',
        clientSecret,
      }));
      assert.equal((await call('GET', '/clients', undefined, old)).status, 401);
      const key = { jwtPublicKey: KEYS.publicKey };
      const set = await call('PUT', '/clients/other/jwt-public-key', key);
      assert.deepEqual(set.body, { givenId: 'other', ...key });
      assert.equal((await call('PUT', '/clients/other/jwt-public-key', { jwtPublicKey: 'x' })).status, 400);
      assert.equal((await call('PUT', '/clients/nobody/secret')).status, 404);
      const list = await call('GET', '/clients', undefined, renewed);
      assert.deepEqual(list.body, {
        self: 'other',
        clients: [
          { clientId: 'gauge', description: '', hasJwtPublicKey: false },
          { clientId: 'other', description: 'in the hall', hasJwtPublicKey: true },
        ],
        total: 2,
      });
    });

    it('set a key, and take it back with null', async () => {
      const key = { jwtPublicKey: KEYS.publicKey };
      const set = await call('PUT', '/client/gauge/jwt-public-key', key);
      assert.deepEqual(set.body, { givenId: 'gauge', jwtPublicKey: KEYS.publicKey });
      const unset = await call('PUT', '/client/gauge/jwt-public-key', { jwtPublicKey: null });
      assert.deepEqual(unset.body, { givenId: 'gauge', jwtPublicKey: null });
    });

    it('have 400 for a key that is none', async () => {
      const { status, body } = await call('PUT', '/client/gauge/jwt-public-key', { jwtPublicKey: 'x' });
      assert.equal(status, 400);
      assert.match(body.message, /PEM/);
    });
  });

  describe('jails (P7)', () => {
    let lodger: Credentials;

    beforeEach(async () => {
      const { body } = await call('POST', '/jails', {
        newJailId: 'tenant',
        newJailName: 'A tenant',
        newClientId: 'lodger',
      });
      assert.deepEqual(Object.keys(body), ['newJailId', 'newClientId', 'newClientSecret']);
      lodger = { clientId: body.newClientId, clientSecret: body.newClientSecret };
    });

    it('see nothing of each other’s streams: the same name is another stream', async () => {
      await define('boiler');
      assert.equal((await call('GET', '/streams/boiler/schema', undefined, lodger)).status, 404);
      const [mine, theirs] = [await Wire.login(server.url, as), await Wire.login(server.url, lodger)];
      await mine.subscribe('boiler');
      await theirs.subscribe('boiler');
      await call('POST', '/streams/boiler/define', { version: 9, fields: [] }, lodger);
      await call('POST', '/streams/boiler/publish', { payload: { from: 'theirs' } }, lodger);
      await call('POST', '/streams/boiler/publish', { payload: { temperature: 1 } });
      assert.deepEqual(await mine.drain(), [{ temperature: 1 }]);
      assert.deepEqual(await theirs.drain(), [{ from: 'theirs' }]);
    });

    it('have 403 for clients of any but the first', async () => {
      const jail = { newJailId: 'x', newJailName: '', newClientId: 'y' };
      assert.equal((await call('POST', '/jails', jail, lodger)).status, 403);
      assert.equal((await call('DELETE', '/jails/tenant', undefined, lodger)).status, 403);
    });

    it('are listed to the first one’s clients, without that one (P40)', async () => {
      assert.deepEqual((await call('GET', '/jails')).body, {
        jails: [{ jailId: 'tenant', jailName: 'A tenant', clients: 1 }],
        total: 1,
      });
      assert.equal((await call('GET', '/jails', undefined, lodger)).status, 403);
      const { clients } = (await call('GET', '/clients', undefined, lodger)).body;
      assert.deepEqual(clients, [{ clientId: 'lodger', description: '', hasJwtPublicKey: false }]);
    });

    it('are deleted with all that is in them, and their connections end', async () => {
      const theirs = await Wire.login(server.url, lodger);
      assert.deepEqual((await call('DELETE', '/jails/tenant')).body, { id: 'tenant' });
      assert.deepEqual(await theirs.closed, { code: 1008, reason: 'The jail was deleted.' });
      assert.equal((await call('GET', '/streams/a/schema', undefined, lodger)).status, 401);
    });

    it('go, but never the first', async () => {
      assert.equal((await call('DELETE', '/jails/works')).status, 409);
    });
  });

  describe('are bounded', () => {
    const TIGHT = {
      maxNameLength: 6,
      maxDescriptionLength: 5,
      maxVersionLength: 4,
      maxDefinitionBytes: 200,
      maxDefinitionsBytes: 400,
      maxFields: 3,
      maxFieldDepth: 2,
      maxEnumValues: 2,
      maxVector: 2,
      maxMessages: 2,
      maxKeyLength: KEYS.publicKey.length,
    };
    const field = (name: string, more: object = { type: 'string' }) => ({ name, ...more });
    const nested = (name: string, ...fields: object[]) => field(name, { type: 'object', fields });
    const options = (...values: string[]) => field('e', { type: 'enum', enum: values });
    const by = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);
    const jail = { newJailId: 'j', newJailName: '', newClientId: 'k' };

    for (const [what, method, path, fits, beyond, says] of [
      [
        'a version',
        'POST',
        '/streams/s/define',
        { version: '1.23', fields: [] },
        { version: '1.234', fields: [] },
        /version/,
      ],
      [
        'a definition',
        'POST',
        '/streams/s/define',
        `{"version":1,"fields":[]}${' '.repeat(175)}`,
        `{"version":1,"fields":[]}${' '.repeat(176)}`,
        /200 bytes/,
      ],
      [
        'fields',
        'POST',
        '/streams/s/define',
        { version: 1, fields: by(3).map((name) => field(name)) },
        { version: 2, fields: by(4).map((name) => field(name)) },
        /3 fields/,
      ],
      [
        'levels',
        'POST',
        '/streams/s/define',
        { version: 1, fields: [nested('a', field('b'))] },
        { version: 2, fields: [nested('a', nested('b', field('c')))] },
        /2 levels/,
      ],
      [
        'an enum',
        'POST',
        '/streams/s/define',
        { version: 1, fields: [options('x', 'y')] },
        { version: 2, fields: [options('x', 'y', 'z')] },
        /2 values/,
      ],
      [
        "a field's name",
        'POST',
        '/streams/s/define',
        { version: 1, fields: [field('abcdef')] },
        { version: 2, fields: [field('abcdefg')] },
        /6 characters/,
      ],
      [
        'a vector',
        'POST',
        '/schema-versions-vector',
        { schemaNames: by(2) },
        { schemaNames: by(3) },
        /2 streams, not of 3/,
      ],
      [
        'a publish',
        'POST',
        '/streams/s/publish',
        { payload: [1, 2] },
        { payload: [1, 2, 3] },
        /2 messages, not 3/,
      ],
      [
        "a client's description",
        'POST',
        '/client',
        { clientId: 'c', description: '12345' },
        { clientId: 'd', description: '123456' },
        /5 characters, not 6/,
      ],
      [
        "a client's id",
        'POST',
        '/client',
        { clientId: '123456', description: '' },
        { clientId: '1234567', description: '' },
        /6 characters/,
      ],
      [
        "a jail's name",
        'POST',
        '/jails',
        { ...jail, newJailName: '12345' },
        { ...jail, newJailId: 'l', newJailName: '123456' },
        /5 characters, not 6/,
      ],
      [
        "a jail's id",
        'POST',
        '/jails',
        { ...jail, newJailId: '123456' },
        { ...jail, newJailId: '1234567', newClientId: 'm' },
        /6 characters/,
      ],
      [
        'a key',
        'PUT',
        '/client/gauge/jwt-public-key',
        { jwtPublicKey: KEYS.publicKey },
        { jwtPublicKey: `${KEYS.publicKey}\n` },
        /characters, not/,
      ],
    ] as const) {
      it(`by the length of ${what}`, async () => {
        const { url, credentials } = await startServer({ limits: TIGHT });
        const ask = (body: unknown) => send(url, method, path, body, { as: credentials });
        const taken = await ask(fits);
        assert.equal(taken.status, 200, JSON.stringify(taken.body));
        const { status, body } = await ask(beyond);
        assert(status === 400 || status === 413, String(status));
        assert.match(body.message, says);
      });
    }

    it('by the length of all versions that are asked for at once', async () => {
      const { url, credentials } = await startServer({ limits: { maxBodyBytes: 300 } });
      const version = '1'.repeat(60);
      await ok(url, 'POST', '/streams/s/define', { version, fields: [] }, { as: credentials });
      const ask = (count: number) =>
        send(
          url,
          'POST',
          '/schema-versions-vector',
          { schemaNames: Array(count).fill('s') },
          { as: credentials },
        );
      assert.deepEqual((await ask(5)).body, { versionsVector: Array(5).fill(version) });
      const { status, body } = await ask(6);
      assert.equal(status, 413);
      assert.match(body.message, /Ask for fewer/);
    });

    it("by the length of a stream's name, and by all definitions of a jail", async () => {
      const { url, credentials } = await startServer({ limits: TIGHT });
      const ask = async (path: string, body: object) =>
        (await send(url, 'POST', `/streams/${path}`, body, { as: credentials })).status;
      const definition = { version: 1, fields: by(3).map((name) => field(name)) };
      assert.equal(await ask('123456/define', definition), 200);
      assert.equal(await ask('1234567/define', definition), 400);
      assert.equal(await ask('1234567/publish', { payload: 1 }), 400);
      const wire = await Wire.login(url, credentials);
      assert.equal((await wire.subscribe('1234567')).success, false);
      assert.equal(await ask('b/define', definition), 200);
      assert.equal(await ask('c/define', definition), 200);
      assert.equal(await ask('d/define', definition), 400);
      // What it replaces does not count.
      assert.equal(await ask('c/define', { ...definition, version: 2 }), 200);
    });
  });
});
