import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { openEngine } from '../../bin/engine';
import { parseCommand } from '../../bin/settings/flags';
import { type NatsServer, startNats } from '../support/nats/nats';
import { drawAccounts } from '../support/nats/nats-accounts';
import { tlsFiles } from '../support/network/tls';
import { ok } from '../support/network/wire';
import { FIRST, run, serve } from '../support/sea/program';
import { freshFolder } from '../support/store/folders';

describe('the engine of the program', () => {
  const open = async (...flags: string[]) => {
    const command = parseCommand(flags, {});
    assert(command.name === 'serve');
    const told: unknown[] = [];
    const onWarning = (message: string) => void told.push(message);
    const engine = await openEngine(command.settings, { onError: (error) => told.push(error), onWarning });
    await engine.close();
    assert.deepEqual(told, []);
    return engine.name;
  };

  it('is what the settings name', async () => {
    assert.equal(await open(), 'memory');
    assert.equal(await open('--folder', freshFolder()), 'disk');
  });

  it('leaves what is not its own alone, where a wrong folder is named', async () => {
    const home = freshFolder();
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'notes.txt'), 'do not lose me');
    await assert.rejects(open('--folder', home), /cannot be used: it holds notes\.txt, but no database$/);
    const notes = join(home, 'notes.txt');
    await assert.rejects(open('--folder', notes), /notes\.txt cannot be used: it is a file, not a folder$/);
    // Of what cannot be looked at, nobody knows whose it is.
    await assert.rejects(
      open('--folder', join(notes, 'below')),
      /^StoreError: The store in .* cannot be used/,
    );
    assert.deepEqual(readdirSync(home), ['notes.txt']);
    assert.equal(readFileSync(notes, 'utf8'), 'do not lose me');
  });

  it('takes a new disk for an empty folder', async () => {
    const disk = freshFolder();
    mkdirSync(join(disk, 'lost+found'), { recursive: true });
    assert.equal(await open('--folder', disk), 'disk');
    assert.equal(await open('--folder', disk), 'disk');
  });
});

describe('the program on a NATS that not everybody may use', function () {
  // Each starts the program several times.
  this.timeout(120_000);

  const SECRET = 'hush-hush-0123456789';
  const servers: NatsServer[] = [];
  const { cert, key } = tlsFiles('address');
  const tls = `tls { cert_file: ${JSON.stringify(cert)}, key_file: ${JSON.stringify(key)} }`;

  afterEach(() => Promise.all(servers.splice(0).map((server) => server.dispose())));

  async function nats(config: string): Promise<string> {
    const server = await startNats({ config });
    servers.push(server);
    return server.url;
  }

  function file(text: string): string {
    const path = freshFolder();
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Serves, keeps what it is given, and says no secret. */
  async function serves(flags: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
    const program = serve(flags, { env });
    const url = await program.ready;
    const stream = randomUUID();
    await ok(url, 'POST', `/streams/${stream}/define`, { version: 1, fields: [] }, { as: FIRST });
    program.child.kill('SIGTERM');
    assert.deepEqual(await program.ended, { code: 0, signal: null });
    assert.doesNotMatch(program.written.stdout + program.written.stderr, /hush|SUA/);
  }

  /** Ends before it has served anybody, with one line that holds no secret. */
  async function fails(why: RegExp, flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const program = run(['--port', '0', ...flags], { env });
    assert.deepEqual(await program.ended, { code: 1, signal: null });
    assert.match(program.written.stderr, /^stream-sea-server: [^\n]+\n$/);
    assert.match(program.written.stderr, why);
    assert.doesNotMatch(program.written.stderr, /hush|sugar|SUA| {4}at /);
    assert.equal(program.written.stdout, '');
  }

  it('signs in with user and password, from variables or in an address', async () => {
    const url = await nats(`authorization { user: sea, password: "${SECRET}" }`);
    const user = { STREAM_SEA_NATS_USER: 'sea' };
    await serves(['--nats', url], { ...user, STREAM_SEA_NATS_PASSWORD: SECRET });
    await serves([], { STREAM_SEA_NATS: `nats://sea:${SECRET}@${url}` });
    const refused = new RegExp(`NATS at ${url} refused the credentials$`, 'm');
    await fails(refused, ['--nats', url], { ...user, STREAM_SEA_NATS_PASSWORD: 'sugar' });
    await fails(refused, ['--nats', url]);
  });

  it('signs in with a token in an address', async () => {
    const url = await nats(`authorization { token: "${SECRET}" }`);
    await serves([], { STREAM_SEA_NATS: `nats://${SECRET}@${url}` });
    await fails(/refused the credentials$/m, [], { STREAM_SEA_NATS: `nats://sugar@${url}` });
  });

  it('signs in with a .creds file, and says of another file that it is none, when it only checks, too', async () => {
    const accounts = drawAccounts();
    const url = await nats(accounts.config);
    const flags = (text: string) => ['--nats', url, '--nats-credentials', file(text)];
    await serves(flags(accounts.creds()));
    await fails(/refused the credentials$/m, flags(drawAccounts().creds()));
    await fails(/store holds no credentials/, flags(''));
    for (const also of [[], ['--check']]) {
      await fails(/store holds no credentials for NATS$/m, [...flags(SECRET), ...also]);
      await fails(/nowhere cannot be read/, ['--nats', url, '--nats-credentials', '/nowhere', ...also]);
    }
  });

  it('uses TLS where it is told to, and trusts those that the environment names', async () => {
    const url = await nats(`${tls}\nauthorization { user: sea, password: "${SECRET}" }`);
    const trust = { NODE_EXTRA_CA_CERTS: cert };
    const address = `tls://sea:${SECRET}@${url}`;
    await serves([], { ...trust, STREAM_SEA_NATS: address });
    await fails(/NATS cannot be reached at .*self-signed/, [], { STREAM_SEA_NATS: address });
    await fails(/refused the credentials$/m, [], { ...trust, STREAM_SEA_NATS: `tls://sea:sugar@${url}` });
    await fails(/NATS cannot be reached at .*'tls'/, [], { STREAM_SEA_NATS: `tls://${await nats('')}` });
  });
});
