/**
 * A server in a process of its own, which is attacked: it says its port, and on request how it has been since it was
 * asked last. Argument: its options as JSON.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ServerStats } from '../../../src/server/monitoring/metrics';
import type { ServerOptions } from '../../../src/server/options';
import { startServer } from '../../../src/server/server';

/** What has become of it since it was asked last. */
export interface Condition {
  /** Milliseconds of its processor's time that the longest turn took, in which it served nobody else. */
  readonly pause: number;
  /** Bytes that are in use, garbage aside. */
  readonly used: number;
  /** Bytes of the process at its largest. */
  readonly peak: number;
  /** What it holds to be faults of its own. */
  readonly faults: readonly string[];
  /** Of clients that are there. */
  readonly connections: number;
  readonly subscriptions: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const faults: string[] = [];
let peak = 0;
let pause = 0;
let lastTurn = process.cpuUsage();

/** By the processor's time, as this machine may be busy with others. */
function turn(): void {
  const { user, system } = process.cpuUsage(lastTurn);
  pause = Math.max(pause, (user + system) / 1_000);
  peak = Math.max(peak, process.memoryUsage.rss());
  lastTurn = process.cpuUsage();
}

function condition({ connections, subscriptions }: ServerStats): Condition {
  turn();
  collectGarbage();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  // Those of writes under way are not in `external`.
  const used = heapUsed + Math.max(external, arrayBuffers);
  const told = { pause, used, peak, faults: faults.splice(0), connections, subscriptions };
  peak = 0;
  pause = 0;
  lastTurn = process.cpuUsage();
  return told;
}

const options: ServerOptions = JSON.parse(process.argv[2] ?? '{}');
const began = process.cpuUsage();

startServer({ ...options, onError: (error) => faults.push(String(error)) }).then(
  ({ url, port, stats }) => {
    setInterval(turn, 5);
    process.on('message', () => process.send?.(condition(stats())));
    process.once('disconnect', () => process.exit(0));
    const { user, system } = process.cpuUsage(began);
    process.send?.({ url, port, started: (user + system) / 1_000 });
  },
  (error) => {
    throw error;
  },
);
