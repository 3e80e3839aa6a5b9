import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import parse from 'parse-prometheus-text-format';
import { limitsOf } from '../../../src/server/limits';
import { type MetricsParts, metricsOf } from '../../../src/server/monitoring/metrics';
import { prometheusText } from '../../../src/server/monitoring/prometheus';
import { STATS } from './stats-bench';

describe('metrics', () => {
  const parts: MetricsParts = {
    stats: STATS,
    limits: limitsOf(),
    engine: { name: 'jetstream', state: { name: 'away', since: 0, why: '' } },
    isReady: false,
    process: { residentBytes: 8, cpu: { user: 1_500_000, system: 500_000 }, startedAt: 9_500 },
  };
  const families = (given: Partial<MetricsParts> = {}) =>
    parse(prometheusText(metricsOf({ ...parts, ...given })));
  const values = (given?: Partial<MetricsParts>): Record<string, string | undefined> =>
    Object.fromEntries(families(given).map(({ name, metrics }) => [name, metrics[0]?.value]));

  it('tell of the server and its process, in base units', () => {
    const { stream_sea_limit, ...others } = values();
    assert.deepEqual(others, {
      stream_sea_ready: '0',
      stream_sea_engine_ready: '0',
      stream_sea_connections: '1',
      stream_sea_subscriptions: '3',
      stream_sea_streams: '2',
      stream_sea_retained_messages: '4',
      stream_sea_published_messages_total: '5',
      stream_sea_delivered_messages_total: '6',
      stream_sea_dropped_messages_total: '7',
      stream_sea_forgotten_groups_total: '10',
      process_resident_memory_bytes: '8',
      process_cpu_seconds_total: '2',
      process_start_time_seconds: '9.5',
    });
  });

  it('are well when all is', () => {
    const { stream_sea_ready, stream_sea_engine_ready } = values({
      isReady: true,
      engine: { name: 'disk', state: { name: 'ready' } },
    });
    assert.deepEqual([stream_sea_ready, stream_sea_engine_ready], ['1', '1']);
  });

  it('show every limit, by its name', () => {
    const limit = families().find(({ name }) => name === 'stream_sea_limit');
    assert.deepEqual(
      Object.fromEntries((limit?.metrics ?? []).map(({ labels, value }) => [labels?.name, Number(value)])),
      limitsOf(),
    );
  });

  it('are each named and explained as the conventions say', () => {
    const all = families();
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
    for (const { name, type, help } of all) {
      assert.equal(type === 'COUNTER', name.endsWith('_total'), name);
      assert.match(help, /^[A-Z].*\.$/, name);
    }
  });
});
