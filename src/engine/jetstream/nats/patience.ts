/** What NATS does not answer now it is asked again, for as long as somebody waits for it. */

import { pause } from '../../deadline';
import { isPassing } from './nats-faults';

/** Milliseconds in which it must be there at the start: two elections, where the leader of a cluster has just died. */
export const OPEN_TIMEOUT = 30_000;
/** Milliseconds before it is asked again. */
const PAUSE = 250;

/** A connection, as far as it matters here. */
export interface Asked {
  run<Result>(request: () => Promise<Result>): Promise<Result>;
  whenReady(ms: number): Promise<boolean>;
  readonly isClosed: boolean;
  readonly closed: AbortSignal;
}

/**
 * Runs a request until it is answered, or so many milliseconds are over.
 *
 * @throws (rejects with) EngineAway when nobody has answered by then; with what NATS says when it refuses.
 */
export async function persist<Result>(
  connection: Asked,
  ms: number,
  request: () => Promise<Result>,
): Promise<Result> {
  const end = performance.now() + ms;
  for (;;) {
    try {
      return await connection.run(request);
    } catch (error) {
      const left = end - performance.now();
      if (!isPassing(error) || connection.isClosed || left <= 0) throw error;
      await pause(Math.min(PAUSE, left), connection.closed);
      await connection.whenReady(end - performance.now());
    }
  }
}
