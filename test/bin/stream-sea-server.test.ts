import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { version } from '../../package.json';
import { startServer } from '../../src/index';
import { basic, dial, ok, send, Wire } from '../support/network/wire';
import { FIRST, type RunningProgram, run, serve } from '../support/sea/program';
import { freshFolder } from '../support/store/folders';

describe('the program', function () {
  // Some start it several times, which takes its time on a busy machine.
  this.timeout(120_000);

  it('says in one line where it is, once clients are served', async () => {
    const program = serve(['--log', 'error']);
    const url = await program.ready;
    await Wire.login(url, FIRST);
    assert.deepEqual(
      program.log.map(({ level, message }) => [level, message]),
      [['info', `Ready at ${url}`]],
    );
    assert.equal(program.written.stderr, '');
  });

  it('takes its settings from the environment, too', async () => {
    const program = run([], {
      env: {
        STREAM_SEA_HOST: '::1',
        STREAM_SEA_PORT: '0',
        STREAM_SEA_LIMIT: 'maxJails=1',
        STREAM_SEA_CLIENT_ID: 'a',
        STREAM_SEA_CLIENT_SECRET: 'a-secret-of-letters',
        STREAM_SEA_PROT: '1',
      },
    });
    const url = await program.ready;
    assert.match(url, /^http:\/\/\[::1\]:\d+$/);
    const jail = { newJailId: 'j', newJailName: '', newClientId: 'c' };
    const as = { clientId: 'a', clientSecret: 'a-secret-of-letters' };
    assert.notEqual((await send(url, 'POST', '/jails', jail, { as })).status, 200);
    assert.match(program.log[0]?.message ?? '', /^STREAM_SEA_PROT is set/);
  });

  it('takes the secret of the first client from a file', async () => {
    const folder = freshFolder();
    mkdirSync(folder);
    const file = join(folder, 'secret');
    writeFileSync(file, 'a-secret-of-letters\n');
    const program = run(['--port', '0'], {
      env: { STREAM_SEA_CLIENT_ID: 'a', STREAM_SEA_CLIENT_SECRET_FILE: file },
    });
    await Wire.login(await program.ready, { clientId: 'a', clientSecret: 'a-secret-of-letters' });
  });

  it('says its help, its version, whether settings make sense, and ends with 0', async () => {
    for (const [flag, text] of [
      ['--help', /^Usage: stream-sea-server/],
      ['--version', new RegExp(`^${version}\n$`)],
      ['--check', /makes sense/],
    ] as const) {
      const program = run([flag]);
      assert.deepEqual(await program.ended, { code: 0, signal: null });
      assert.match(program.written.stdout, text);
      assert.equal(program.written.stderr, '');
    }
  });

  describe('that cannot', () => {
    const fails = async (code: number, message: RegExp, args: string[], env?: Record<string, string>) => {
      const program = run(args, { env: env ?? {} });
      assert.deepEqual(await program.ended, { code, signal: null });
      assert.match(program.written.stderr, /^stream-sea-server: [^\n]+\n$/);
      assert.match(program.written.stderr, message);
      assert.equal(program.written.stdout, '');
    };

    it('make sense of a flag ends with 2 and one line', () =>
      fails(2, /"--prot" is no flag/, ['--prot', '1']));

    it('make sense of a variable ends with 2 and one line', () =>
      fails(2, /STREAM_SEA_PORT should be/, [], { STREAM_SEA_PORT: 'x' }));

    it('listen ends with 1 and one line', async () => {
      const other = await startServer();
      // One that is drawn is shown before, lest it be lost.
      const client = { STREAM_SEA_CLIENT_ID: 'a', STREAM_SEA_CLIENT_SECRET: 'a-secret-of-letters' };
      try {
        await fails(1, /is taken by another program/, ['--port', String(other.port)], client);
      } finally {
        await other.close();
      }
    });

    it('have its store, as another has it, ends with 1 and one line', async () => {
      const folder = freshFolder();
      const other = await startServer({ store: { folder } });
      await fails(1, /store/, ['--port', '0', '--folder', folder]);
      await other.close();
    });

    it('reach NATS ends with 1 and one line', () =>
      fails(1, /NATS|nats/, ['--port', '0', '--nats', '127.0.0.1:1']));

    it('read its certificate ends with 1 and one line, when it only checks, too', async () => {
      const tls = ['--tls-cert', '/nowhere/cert.pem', '--tls-key', '/nowhere/key.pem'];
      await fails(1, /cert\.pem cannot be read/, ['--port', '0', ...tls]);
      await fails(1, /cert\.pem cannot be read/, ['--check', ...tls]);
    });

    it('read the secret ends with 1 and one line', () =>
      fails(1, /nowhere cannot be read/, ['--check'], {
        STREAM_SEA_CLIENT_ID: 'a',
        STREAM_SEA_CLIENT_SECRET_FILE: '/nowhere',
      }));
  });

  it('ends with 0 at SIGTERM and at SIGINT, with clients connected', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const program = serve();
      await Wire.login(await program.ready, FIRST);
      program.child.kill(signal);
      assert.deepEqual(await program.ended, { code: 0, signal: null });
      assert.equal(program.log.at(-1)?.message, 'Stopped');
    }
  });

  /** A request whose body never ends, from a client that has proven who it is. */
  const dawdle = async (url: string): Promise<void> => {
    const socket = await dial(Number(new URL(url).port));
    socket.write(
      `POST /api/v1/streams/s/publish HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(FIRST)}\r\nContent-Length: 9\r\n\r\n{`,
    );
    // What came after it has been answered: it is under way.
    await ok(url, 'POST', '/schema-versions-vector', { schemaNames: [] }, { as: FIRST });
  };

  it('ends with 0, as it is in time, whatever its clients do', async () => {
    const program = serve();
    const url = await program.ready;
    const wire = await Wire.login(url, FIRST);
    // It reads no close, and answers none.
    wire.ws.pause();
    await dawdle(url);
    program.child.kill('SIGTERM');
    assert.deepEqual(await program.ended, { code: 0, signal: null });
  });

  it('ends with 1 at a second signal, without waiting for anybody', async () => {
    const program = serve();
    await dawdle(await program.ready);
    program.child.kill('SIGTERM');
    await program.logged(({ message }) => message === 'SIGTERM: stopping');
    program.child.kill('SIGTERM');
    assert.deepEqual(await program.ended, { code: 1, signal: null });
  });

  describe('that is still starting, on a NATS that never answers,', () => {
    let silent: Server;
    let asked: Promise<unknown>;
    let program: RunningProgram;

    beforeEach(async () => {
      silent = createServer().listen(0, '127.0.0.1');
      await once(silent, 'listening');
      asked = once(silent, 'connection');
      program = serve(['--nats', `127.0.0.1:${(silent.address() as AddressInfo).port}`]);
      await Promise.race([asked, program.ended]);
    });

    afterEach(() => silent.close());

    const endsWith = async (...lines: string[]): Promise<void> => {
      assert.deepEqual(await program.ended, { code: 0, signal: null });
      assert.deepEqual(
        program.log.map(({ message }) => message),
        lines,
      );
      assert.equal(program.written.stderr, '');
    };

    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      it(`ends with 0 at ${signal}`, async () => {
        program.child.kill(signal);
        await endsWith(`${signal}: stopping`, 'Stopped');
      });
    }

    it('goes on at SIGHUP', async () => {
      program.child.kill('SIGHUP');
      program.child.kill('SIGTERM');
      await endsWith('SIGTERM: stopping', 'Stopped');
    });
  });

  it('goes on at SIGHUP', async () => {
    const program = serve();
    const url = await program.ready;
    program.child.kill('SIGHUP');
    await program.logged(({ message }) => /no TLS/.test(message));
    await Wire.login(url, FIRST);
  });

  it('goes on when nobody reads its log any more', async () => {
    const program = serve();
    const url = await program.ready;
    program.child.stdout?.destroy();
    program.child.kill('SIGHUP');
    program.child.kill('SIGHUP');
    await ok(url, 'POST', '/schema-versions-vector', { schemaNames: [] }, { as: FIRST });
    program.child.kill('SIGTERM');
    assert.deepEqual(await program.ended, { code: 0, signal: null });
  });
});
