import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Engine } from '../../../../src/engine/engine';
import { EngineAway } from '../../../../src/engine/faults';
import { createJetStreamEngine } from '../../../../src/engine/jetstream/jetstream-engine';
import {
  areCreds,
  type NatsCredentials,
  optionsOf,
} from '../../../../src/engine/jetstream/nats/nats-credentials';
import { loadNatsPackages } from '../../../../src/engine/jetstream/nats/nats-packages';
import { SettingError } from '../../../../src/errors';
import { inEnglish } from '../../../../src/sentences';
import { type NatsServer, startNats } from '../../../support/nats/nats';
import { drawAccounts } from '../../../support/nats/nats-accounts';
import { tlsFiles } from '../../../support/network/tls';
import { until } from '../../../support/until';
import { limitsOf } from '../../contract/limits';

const SECRET = 'hush-hush-0123456789';

describe('engine/jetstream/nats-credentials', () => {
  const packages = loadNatsPackages();
  const opened: { close(): Promise<void> }[] = [];
  const servers: NatsServer[] = [];
  let warnings: string[] = [];

  afterEach(async () => {
    warnings = [];
    await Promise.all(opened.splice(0).map((engine) => engine.close()));
    await Promise.all(servers.splice(0).map((server) => server.dispose()));
  });

  async function nats(config: string): Promise<NatsServer> {
    const server = await startNats({ config });
    servers.push(server);
    return server;
  }

  async function open(server: NatsServer, credentials: NatsCredentials): Promise<Engine> {
    const engine = await createJetStreamEngine({
      servers: [server.url],
      limits: limitsOf(),
      credentials,
      warn: (words) => warnings.push(inEnglish(words)),
    });
    opened.push(engine);
    return engine;
  }

  /** Opened, and NATS keeps what it is given. */
  async function works(server: NatsServer, credentials: NatsCredentials): Promise<Engine> {
    const engine = await open(server, credentials);
    const key = [randomUUID()];
    await engine.catalogue.put(key, 'a', undefined);
    assert.equal((await engine.catalogue.get(key))?.value, 'a');
    return engine;
  }

  /** In one line, which holds no secret. */
  async function fails(server: NatsServer, credentials: NatsCredentials, why: RegExp): Promise<void> {
    await assert.rejects(open(server, credentials), (error) => {
      assert(error instanceof EngineAway);
      assert.match(error.message, why);
      assert.doesNotMatch(error.message, /\n|hush|sugar|PRIVATE|SUA/);
      return true;
    });
  }

  it('become options of the client, only those that are given', () => {
    assert.deepEqual(optionsOf({}, [], packages), {});
    assert.deepEqual(optionsOf({ user: 'a', password: 'b' }, [], packages), { user: 'a', pass: 'b' });
    assert.deepEqual(optionsOf({ token: 't' }, [], packages), { token: 't' });
  });

  it('that are no user and password, or another one’s, are refused', async () => {
    const server = await nats(`authorization { user: sea, password: "${SECRET}" }`);
    await works(server, { user: 'sea', password: SECRET });
    for (const wrong of [{}, { user: 'sea', password: 'sugar' }, { user: 'sugar', password: SECRET }]) {
      await fails(server, wrong, /^NATS at 127\.0\.0\.1:\d+ refused the credentials$/);
    }
    await fails(server, { token: SECRET }, /refused the credentials$/);
  });

  it('may be a token', async () => {
    const server = await nats(`authorization { token: "${SECRET}" }`);
    await works(server, { token: SECRET });
    await fails(server, { token: 'sugar' }, /refused the credentials$/);
  });

  it('may be what a .creds file holds, however its lines end', async () => {
    const [accounts, others] = [drawAccounts(), drawAccounts()];
    const server = await nats(accounts.config);
    const creds = accounts.creds();
    await works(server, { creds });
    await works(server, { creds: creds.replaceAll('\n', '\r\n') });
    await works(server, { creds: creds.trim() });
    await fails(server, { creds: others.creds() }, /refused the credentials$/);
    await fails(server, {}, /refused the credentials$/);
  });

  it('are no .creds when they lack a part, or one is cut: that is told before anything is opened', async () => {
    const creds = drawAccounts().creds();
    assert(areCreds(creds, packages));
    const seed = /\n(SU\w+)\n/.exec(creds)?.[1] ?? '';
    const [jwt = '', seedPart = ''] = creds.split('\n\n');
    for (const wrong of ['x', jwt, seedPart, creds.replace(seed, seed.slice(5)), creds.replace(seed, '')]) {
      assert(!areCreds(wrong, packages));
      assert.throws(
        () => optionsOf({ creds: wrong }, [], packages),
        (error) =>
          error instanceof SettingError &&
          /should be/.test(error.message) &&
          !error.message.includes(seed.slice(5)),
      );
    }
  });

  it('that may not do what is needed are told at once what that is', async () => {
    const may = (permissions: string) =>
      `authorization { users: [{ user: sea, password: "${SECRET}", permissions: { publish: ${permissions} } }] }`;
    for (const permissions of ['x', '{ deny: "$JS.API.STREAM.CREATE.>" }']) {
      const server = await nats(may(permissions));
      const why = /^NATS at 127\.0\.0\.1:\d+ refused what was asked: Permissions Violation for Publish to /;
      await fails(server, { user: 'sea', password: SECRET }, why);
    }
  });

  it('that are changed at NATS are tried on, told, and good again when they are given back', async () => {
    const config = (password: string) => `authorization { user: sea, password: "${password}" }`;
    const server = await nats(config(SECRET));
    const engine = await works(server, { user: 'sea', password: SECRET });
    await server.kill();
    server.configure(config('sugar'));
    await server.start();
    await until(() => refusals(server) > 2);
    assert(engine.state.name === 'away');
    const said = `NATS at ${server.url} refused the credentials`;
    assert.equal(inEnglish(engine.state.why), said);
    assert.deepEqual(warnings.slice(-1), [said]);
    await assert.rejects(engine.catalogue.get(['nothing']), { message: said });
    await server.kill();
    server.configure(config(SECRET));
    await server.start();
    await until(() => engine.state.name === 'ready');
    assert.equal(await engine.catalogue.get(['nothing']), undefined);
  });

  describe('with TLS', () => {
    const tlsOf = (name: Parameters<typeof tlsFiles>[0], more = ''): string => {
      const { cert, key } = tlsFiles(name);
      return `tls { cert_file: ${JSON.stringify(cert)}, key_file: ${JSON.stringify(key)}${more} }`;
    };
    const pem = (name: Parameters<typeof tlsFiles>[0]) => {
      const { cert, key } = tlsFiles(name);
      return {
        ca: readFileSync(cert, 'utf8'),
        cert: readFileSync(cert, 'utf8'),
        key: readFileSync(key, 'utf8'),
      };
    };

    it('and a password, reach a server whose certificate is known', async () => {
      const server = await nats(`${tlsOf('localhost')}\nauthorization { user: sea, password: "${SECRET}" }`);
      const { ca } = pem('localhost');
      await works(server, { user: 'sea', password: SECRET, tls: { ca } });
      await fails(server, { user: 'sea', password: 'sugar', tls: { ca } }, /refused the credentials$/);
      // Also without asking for TLS: a server that wants it has it, or no connection.
      for (const tls of [{}, { ca: pem('elsewhere').ca }, undefined]) {
        await fails(
          server,
          { user: 'sea', password: SECRET, ...(tls && { tls }) },
          /^NATS cannot be reached at 127\.0\.0\.1:\d+: .*self-signed certificate/,
        );
      }
    });

    it('know it by its address, too, where it has no name', async () => {
      const server = await nats(tlsOf('address'));
      await works(server, { tls: { ca: pem('address').ca } });
    });

    it('do not take one of another name', async () => {
      const server = await nats(tlsOf('elsewhere'));
      await fails(server, { tls: { ca: pem('elsewhere').ca } }, /cannot be reached at .*altnames/);
    });

    it('do not reach a server without it', async () => {
      const server = await nats('');
      await fails(server, { tls: {} }, /cannot be reached at .*does not support 'tls'/);
    });

    it('may be a certificate', async () => {
      const { cert } = tlsFiles('address');
      const server = await nats(tlsOf('localhost', `, verify: true, ca_file: ${JSON.stringify(cert)}`));
      const { ca } = pem('localhost');
      const own = pem('address');
      await works(server, { tls: { ca, cert: own.cert, key: own.key } });
      await fails(server, { tls: { ca } }, /cannot be reached at /);
      const other = pem('elsewhere');
      await fails(server, { tls: { ca, cert: own.cert, key: other.key } }, /cannot be reached at /);
    });
  });
});

/** How often the server has turned somebody away since it was started. */
function refusals(server: NatsServer): number {
  return server.log.split('authentication error').length - 1;
}
