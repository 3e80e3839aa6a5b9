import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { beforeEach, describe, it } from 'mocha';
import parse from 'parse-prometheus-text-format';
import { Logger } from '../../bin/logger';
import { startProgram } from '../../bin/program';
import { parseCommand } from '../../bin/settings/flags';
import { Client, startServer } from '../../src/index';
import { certificate, key, renewed } from '../support/network/tls';
import { basic, dial, ok, readToEnd, send, Wire } from '../support/network/wire';
import { echoOf } from '../support/sea/echo';
import { FIRST, type RunningProgram, run, serve } from '../support/sea/program';
import { freshFolder } from '../support/store/folders';
import { until } from '../support/until';

const DRAWN = /^STREAM_SEA_CLIENT_ID=(\S+) STREAM_SEA_CLIENT_SECRET=(\S+)$/m;

/** A group that is remembered (its UUID is none that was drawn). */
const LASTING = '184cfa3d-d610-575b-9258-f62e76e47c2f';

describe('a program', function () {
  // Some start it several times, which takes its time on a busy machine.
  this.timeout(120_000);

  it('that is stopped under load, and started again, loses nothing that was accepted', async () => {
    const folder = freshFolder();
    const first = serve(['--folder', folder]);
    const url = await first.ready;
    const accepted = new Set<number>();
    // One group is there until it is cut off, the other one has been there before.
    const received = new Set<number>();
    const read = async (wire: Wire): Promise<void> => {
      await wire.subscribe('s');
      for (;;) received.add((await wire.next()).payload.n);
    };
    const away = await Wire.login(url, FIRST);
    await away.subscribe('s', LASTING);
    away.ws.close();
    await away.closed;
    const reading = read(await Wire.login(url, FIRST));
    let n = 0;
    const publish = async (): Promise<void> => {
      for (;;) {
        const mine = ++n;
        const reply = await send(url, 'POST', '/streams/s/publish', { payload: { n: mine } }, { as: FIRST });
        // Refused as it stops: not accepted.
        if (reply.status !== 200) return;
        accepted.add(mine);
        if (accepted.size === 200) first.child.kill('SIGTERM');
      }
    };
    await Promise.allSettled([...Array.from({ length: 8 }, publish), reading]);
    assert.deepEqual(await first.ended, { code: 0, signal: null });
    assert(accepted.size >= 200);

    const second = serve(['--folder', folder]);
    const again = await second.ready;
    for (const [group, had] of [
      [undefined, received],
      [LASTING, new Set<number>()],
    ] as const) {
      const wire = await Wire.login(again, FIRST);
      await wire.subscribe('s', group);
      while (![...accepted].every((each) => had.has(each))) had.add((await wire.next()).payload.n);
    }
  });

  it('whose start is given up opens nothing, and leaves its folder to the next', async () => {
    const folder = freshFolder();
    const settings = parseCommand(['--port', '0', '--folder', folder], {});
    assert(settings.name === 'serve');
    const [givingUp, shown] = [new AbortController(), [] as string[]];
    const starting = startProgram(settings.settings, {
      log: new Logger({ level: 'debug', write: (line) => shown.push(line) }),
      show: (line) => shown.push(line),
      givenUp: givingUp.signal,
    });
    givingUp.abort();
    assert.equal(await starting, undefined);
    assert.deepEqual(shown, []);
    await until(async () => {
      const server = await startServer({ store: { folder } }).catch(() => undefined);
      await server?.close();
      return server !== undefined;
    });
  });

  describe('without a first client', () => {
    const drawn = async (program: RunningProgram) => {
      const url = await program.ready;
      const [, clientId = '', clientSecret = ''] = DRAWN.exec(program.written.stderr) ?? [];
      return { url, as: { clientId, clientSecret } };
    };

    it('draws one, shows it on stderr, and not in its log', async () => {
      const program = run(['--port', '0', '--log', 'debug']);
      const { url, as } = await drawn(program);
      await Wire.login(url, as);
      assert(as.clientSecret.length >= 43);
      assert(!program.written.stdout.includes(as.clientSecret));
    });

    it('shows it once: it holds when the program is started again', async () => {
      const args = ['--port', '0', '--folder', freshFolder()];
      const first = run(args);
      const { as } = await drawn(first);
      first.child.kill('SIGTERM');
      await first.ended;
      const second = run(args);
      const url = await second.ready;
      await Wire.login(url, as);
      // Who made the server can do with it whatever the first client can.
      await ok(url, 'POST', '/jails', { newJailId: 'j', newJailName: '', newClientId: 'c' }, { as });
      assert.equal(second.written.stderr, '');
    });

    it('shows it, too, when it cannot start: the next start draws none', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const folder = freshFolder();
      const first = run(['--port', String(port), '--folder', folder]);
      first.ready.catch(() => {});
      assert.equal((await first.ended).code, 1);
      taken.close();
      const [, clientId = '', clientSecret = ''] = DRAWN.exec(first.written.stderr) ?? [];
      const second = run(['--port', '0', '--folder', folder]);
      await Wire.login(await second.ready, { clientId, clientSecret });
    });

    it('draws none where somebody has made one', async () => {
      const folder = freshFolder();
      const first = serve(['--folder', folder]);
      const { secret } = await ok(
        await first.ready,
        'POST',
        '/client',
        { clientId: 'mate', description: '' },
        { as: FIRST },
      );
      first.child.kill('SIGTERM');
      await first.ended;
      const second = run(['--port', '0', '--folder', folder]);
      await Wire.login(await second.ready, { clientId: 'mate', clientSecret: secret });
      assert.equal(second.written.stderr, '');
    });
  });

  describe('with TLS', () => {
    let files: { cert: string; key: string };
    let args: string[];

    beforeEach(() => {
      const folder = freshFolder();
      mkdirSync(folder);
      files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
      writeFileSync(files.cert, certificate);
      writeFileSync(files.key, key);
      args = ['--tls-cert', files.cert, '--tls-key', files.key];
    });

    const shown = async (url: string): Promise<string> => {
      const { hostname, port } = new URL(url);
      const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const fingerprint = fingerprintOn(socket);
      socket.destroy();
      return fingerprint;
    };
    const fingerprintOn = (socket: TLSSocket) => socket.getPeerX509Certificate()?.fingerprint256 ?? '';
    const fingerprintOf = (pem: string) => new X509Certificate(pem).fingerprint256;

    it('serves requests and WebSockets by it', async () => {
      const url = await serve(args).ready;
      assert.match(url, /^https:/);
      const client = new Client({ url, credentials: { type: 'basic', ...FIRST }, tls: { ca: certificate } });
      assert.deepEqual(await echoOf(client, { n: 1 }), { n: 1 });
      await client.close();
    });

    it('takes a new certificate at SIGHUP, and cuts nobody off', async () => {
      const program = serve(args);
      const url = await program.ready;
      const kept = connect({ port: Number(new URL(url).port), rejectUnauthorized: false });
      await once(kept, 'secureConnect');
      assert.equal(fingerprintOn(kept), fingerprintOf(certificate));
      writeFileSync(files.cert, renewed.certificate);
      writeFileSync(files.key, renewed.key);
      program.child.kill('SIGHUP');
      const inUse = () => program.log.filter(({ message }) => message === 'The certificate is in use');
      await program.logged(() => inUse().length === 2);
      assert.equal(await shown(url), fingerprintOf(renewed.certificate));
      kept.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
      const [answer] = await once(kept, 'data');
      assert.match(String(answer), /^HTTP\/1\.1 200 /);
      kept.destroy();
    });

    it('tells of a bad one, and goes on with the one before', async () => {
      const program = serve(args);
      const url = await program.ready;
      writeFileSync(files.cert, renewed.certificate);
      program.child.kill('SIGHUP');
      const { level } = await program.logged(({ message }) => message === 'The certificate stays as it was');
      assert.equal(level, 'error');
      assert.equal(await shown(url), fingerprintOf(certificate));
      assert(!program.written.stdout.includes(key.slice(40, 80)));
    });

    it('is asked for its health by itself', async () => {
      const url = await serve(args).ready;
      const asked = run(['--healthy', ...args, '--port', new URL(url).port]);
      assert.deepEqual(await asked.ended, { code: 0, signal: null });
    });
  });

  describe('that is asked by a balancer', () => {
    it('is well, and says what it counts, to anybody', async () => {
      const url = await serve(['--limit', 'maxJails=7']).ready;
      const wire = await Wire.login(url, FIRST);
      await wire.subscribe('s');
      await ok(url, 'POST', '/streams/s/publish', { payload: [{ n: 1 }, { n: 2 }] }, { as: FIRST });
      await wire.next();
      await wire.next();
      const health = await fetch(`${url}/health`);
      assert.equal(health.status, 200);
      assert.deepEqual(await health.json(), { state: 'ready', engine: { name: 'memory', state: 'ready' } });
      const metrics = await fetch(`${url}/metrics`);
      assert.equal(metrics.status, 200);
      assert.match(metrics.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
      const families = parse(await metrics.text());
      const value = (name: string, label?: string) =>
        families.find((family) => family.name === name)?.metrics.find(({ labels }) => labels?.name === label)
          ?.value;
      assert.equal(value('stream_sea_ready'), '1');
      assert.equal(value('stream_sea_connections'), '1');
      assert.equal(value('stream_sea_published_messages_total'), '2');
      assert.equal(value('stream_sea_delivered_messages_total'), '2');
      assert.equal(value('stream_sea_limit', 'maxJails'), '7');
      assert.equal((await fetch(`${url}/health`, { method: 'POST' })).status, 405);
    });

    it('has neither when told so', async () => {
      const url = await serve(['--probes', 'off']).ready;
      for (const path of ['health', 'metrics']) assert.equal((await fetch(`${url}/${path}`)).status, 404);
    });

    it('says 503 as soon as it is to stop, while a request is under way, which is answered', async () => {
      const program = serve();
      const url = await program.ready;
      const port = Number(new URL(url).port);
      const body = JSON.stringify({ payload: { n: 1 } });
      const slow = await dial(port);
      slow.write(
        `POST /api/v1/streams/s/publish HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(FIRST)}\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
      );
      const answered = readToEnd(slow);
      // It has been seen when what came after it has been answered.
      await ok(url, 'POST', '/schema-versions-vector', { schemaNames: [] }, { as: FIRST });
      program.child.kill('SIGTERM');
      await program.logged(({ message }) => message === 'SIGTERM: stopping');
      const health = await fetch(`${url}/health`);
      assert.equal(health.status, 503);
      assert.equal((await health.json()).state, 'draining');
      slow.write(body.slice(5));
      assert.match(await answered, /^HTTP\/1\.1 200 /);
      assert.deepEqual(await program.ended, { code: 0, signal: null });
    });
  });
});
