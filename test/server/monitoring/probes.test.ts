import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'mocha';
import parse from 'parse-prometheus-text-format';
import type { EngineState } from '../../../src/engine/engine';
import { limitsOf } from '../../../src/server/limits';
import { withProbes } from '../../../src/server/monitoring/probes';
import { STATS } from './stats-bench';

describe('probes', () => {
  let server: Server;
  let url: string;
  let state: EngineState;
  let isDraining: boolean;
  let isStale: boolean;

  beforeEach(async () => {
    state = { name: 'ready' };
    isDraining = false;
    isStale = false;
    const engine = {
      name: 'disk',
      get state() {
        return state;
      },
    };
    const stats = () => STATS;
    server = createServer(
      withProbes(
        { engine, limits: limitsOf(), isDraining: () => isDraining, isStale: () => isStale, stats },
        (_request, response) => response.end('other'),
      ),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert(typeof address === 'object' && address !== null);
    url = `http://127.0.0.1:${address.port}`;
  });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('say how the server is, by the status', async () => {
    const health = async () => {
      const response = await fetch(`${url}/health`);
      return [response.status, (await response.json()).state];
    };
    assert.deepEqual(await health(), [200, 'ready']);
    isStale = true;
    assert.deepEqual(await health(), [503, 'stale']);
    state = { name: 'refusing', since: 1, why: 'full' };
    assert.deepEqual(await health(), [503, 'refusing']);
    state = { name: 'away', since: 1, why: 'gone' };
    assert.deepEqual(await health(), [503, 'away']);
    isDraining = true;
    assert.deepEqual(await health(), [503, 'draining']);
  });

  it('count on, however the server is', async () => {
    state = { name: 'away', since: 1, why: 'gone' };
    const response = await fetch(`${url}/metrics`);
    assert.equal(response.status, 200);
    const families = parse(await response.text());
    const value = (name: string) =>
      Number(families.find((family) => family.name === name)?.metrics[0]?.value);
    assert.equal(value('stream_sea_ready'), 0);
    assert.equal(value('stream_sea_published_messages_total'), 5);
    assert(value('process_resident_memory_bytes') > 1e6);
    assert(Math.abs(value('process_start_time_seconds') - Date.now() / 1000) < 3_600);
  });

  it('take HEAD and a query, and nothing that changes things', async () => {
    const head = await fetch(`${url}/health?by=balancer`, { method: 'HEAD' });
    assert.deepEqual([head.status, await head.text()], [200, '']);
    const post = await fetch(`${url}/metrics`, { method: 'POST' });
    assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, HEAD']);
  });

  it('keep no connection, and are never kept by a cache', async () => {
    for (const path of ['/health', '/metrics']) {
      const { headers } = await fetch(url + path);
      assert.equal(headers.get('connection'), 'close');
      assert.equal(headers.get('cache-control'), 'no-store');
    }
  });

  it('leave all else alone', async () => {
    for (const path of ['/', '/health/', '/healthy', '/toString', '/api/v1/streams/health/schema']) {
      assert.equal(await (await fetch(url + path)).text(), 'other', path);
    }
  });
});
