/** What `GET /metrics` tells: figures of the whole server, none of a tenant, and no name of anything in it. */

import type { Engine } from '../../engine/engine';
import type { ServerLimits } from '../limits';
import type { SeaStats } from '../sea';
import type { Metric } from './prometheus';

export interface MetricsParts {
  readonly stats: ServerStats;
  readonly limits: Readonly<ServerLimits>;
  readonly engine: Pick<Engine, 'name' | 'state'>;
  readonly isReady: boolean;
  readonly process: ProcessFigures;
}

/** Those since the start only grow. */
export interface ServerStats extends SeaStats {
  /** Open WebSockets. */
  readonly connections: number;
}

export interface ProcessFigures {
  readonly residentBytes: number;
  /** Microseconds. */
  readonly cpu: { readonly user: number; readonly system: number };
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export function metricsOf({ stats, limits, engine, isReady, process }: MetricsParts): Metric[] {
  return [
    gauge('stream_sea_ready', 'Whether clients are served: what /health says.', Number(isReady)),
    {
      name: 'stream_sea_engine_ready',
      help: 'Whether the engine, where streams are kept, can be reached and written to.',
      type: 'gauge',
      samples: [{ labels: { engine: engine.name }, value: Number(engine.state.name === 'ready') }],
    },
    gauge('stream_sea_connections', 'Open WebSockets.', stats.connections),
    gauge('stream_sea_subscriptions', 'Subscriptions on them.', stats.subscriptions),
    gauge('stream_sea_streams', 'Streams with a schema, of all jails.', stats.streams),
    gauge(
      'stream_sea_retained_messages',
      'Messages kept for groups none of whose members is connected.',
      stats.retained,
    ),
    counter('stream_sea_published_messages_total', 'Messages taken.', stats.published),
    counter('stream_sea_delivered_messages_total', 'Messages handed to subscriptions.', stats.delivered),
    counter(
      'stream_sea_dropped_messages_total',
      'Messages that were kept for a group and given up for a limit.',
      stats.dropped,
    ),
    counter(
      'stream_sea_forgotten_groups_total',
      'Groups without members that were given up for a limit.',
      stats.forgotten,
    ),
    {
      name: 'stream_sea_limit',
      help: 'The bounds in force, by name; bytes, milliseconds or counts.',
      type: 'gauge',
      samples: Object.entries(limits).map(([name, value]) => ({ labels: { name }, value: Number(value) })),
    },
    gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', process.residentBytes),
    counter(
      'process_cpu_seconds_total',
      'Total user and system CPU time spent in seconds.',
      (process.cpu.user + process.cpu.system) / 1e6,
    ),
    gauge(
      'process_start_time_seconds',
      'Start time of the process since unix epoch in seconds.',
      process.startedAt / 1000,
    ),
  ];
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: 'gauge', samples: [{ value }] };
}

function counter(name: string, help: string, value: number): Metric {
  return { name, help, type: 'counter', samples: [{ value }] };
}
