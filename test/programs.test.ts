/** The example programs do what they say, each as a process of its own, by the package's name. Needs a build. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '../src/client/client';
import type { EmbeddedServer } from '../src/server/server';
import { startServer } from './support/sea/sea';
import { freshFolder } from './support/store/folders';
import { until } from './support/until';

const FOLDER = join(__dirname, '../examples/programs');
const SCHEMA = { version: 1, fields: [{ name: 'pressure', type: 'float' }] };

interface Run {
  readonly child: ChildProcess;
  readonly lines: () => string[];
  readonly ended: Promise<number | null>;
}

describe('the example programs', function () {
  this.timeout(120_000);

  let server: EmbeddedServer;
  let client: Client;
  const tried = new Set<string>();
  const runs: Run[] = [];

  beforeEach(async () => {
    server = await startServer();
    client = new Client({ url: server.url, credentials: { type: 'basic', ...server.credentials } });
  });

  afterEach(async () => {
    await client.close();
    for (const { child } of runs.splice(0)) child.kill('SIGKILL');
  });

  function run(name: string, ...more: string[]): Run {
    tried.add(name);
    const { clientId, clientSecret } = server.credentials;
    const given = name === 'server.mjs' ? more : [server.url, clientId, clientSecret, ...more];
    const child = spawn(process.execPath, [join(FOLDER, name), ...given]);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    const started: Run = {
      child,
      lines: () => text.split('\n').filter((line) => line !== ''),
      ended: once(child, 'close').then(([code]) => code),
    };
    runs.push(started);
    return started;
  }

  it('publish', async () => {
    await client.define(SCHEMA, { stream: 'boiler_data' });
    const messages = client.subscribe<{ pressure: number }>('boiler_data');
    await until(() => messages.status === 'active');
    const { ended, lines } = run('publish.mjs', '1');
    assert.equal(await ended, 0, lines().join());
    assert.deepEqual(lines(), ['published 0']);
    const { value } = await messages.next();
    assert.ok(value !== undefined && value.pressure >= 7.9);
  });

  it('subscribe', async () => {
    await client.define(SCHEMA, { stream: 'boiler_data' });
    const { ended, lines } = run('subscribe.mjs', 'boiler_data', '2');
    await until(() => lines().includes('listening'));
    await client.publishAll('boiler_data', [{ pressure: 1 }, { pressure: 2 }]);
    assert.equal(await ended, 0, lines().join());
    assert.deepEqual(lines().slice(1), ['{"pressure":1}', '{"pressure":2}']);
  });

  it('share work, and end with nothing undone', async () => {
    await client.define({ version: 1, fields: [{ name: 'id', type: 'integer' }] }, { stream: 'jobs' });
    const fields = [
      { name: 'id', type: 'integer' },
      { name: 'by', type: 'string' },
    ];
    await client.define({ version: 1, fields }, { stream: 'done' });
    const ids: number[] = [];
    const heard = client.subscribe<{ id: number }>(
      'done',
      { type: 'every' },
      {
        message: ({ id }) => ids.push(id),
        error: assert.fail,
      },
    );
    await until(() => heard.status === 'active');
    const workers = ['a', 'b'].map((name) => run('worker.mjs', name));
    await until(() => workers.every(({ lines }) => lines().includes('ready')));
    await client.publishAll(
      'jobs',
      Array.from({ length: 20 }, (_, id) => ({ id })),
    );
    for (const { child } of workers) child.kill('SIGTERM');
    for (const { ended, lines } of workers) assert.equal(await ended, 0, lines().join());
    const done = workers.reduce((sum, { lines }) => sum + lines().length - 1, 0);
    await until(() => ids.length === done);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('make tokens with a key', async () => {
    const { ended, lines } = run('token-by-key.mjs');
    assert.equal(await ended, 0, lines().join());
    assert.deepEqual(lines(), ['ready']);
  });

  it('define and describe', async () => {
    const { ended, lines } = run('schema.mjs');
    assert.equal(await ended, 0, lines().join());
    assert.match(lines()[0] ?? '', /^\{"name":"boiler_data","version":1,/);
    assert.deepEqual(lines().slice(1), [
      '[ 1, null ]',
      'pressure should be a number, but is the string "high"',
    ]);
  });

  it('serve', async () => {
    const { ended, lines, child } = run('server.mjs', freshFolder());
    await until(() => lines().length > 0);
    const [url = ''] = lines();
    const credentials = { type: 'basic', clientId: 'gauge', clientSecret: 'only for a try' } as const;
    const guest = new Client({ url, credentials });
    await guest.connected();
    await guest.close();
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
  });

  it('are all tried here', () => {
    assert.deepEqual([...tried].sort(), readdirSync(FOLDER).sort());
  });
});
