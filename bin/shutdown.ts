/** From a signal to the end of the process: within a time, whatever hangs, and with the code that says how it went. */

import type { EventEmitter } from 'node:events';
import type { Logger } from './logger';

export interface ShutdownParts {
  /** `process`, or what emits signals in its place. */
  readonly signals: EventEmitter;
  /** Resolves when all is closed. */
  readonly stop: () => Promise<void>;
  readonly exit: (code: number) => void;
  readonly log: Logger;
  readonly setTimer?: (callback: () => void, ms: number) => unknown;
}

/** Milliseconds; supervisors commonly kill after 10 s. */
export const STOP_DEADLINE = 5_000;

export function stopOnSignals({ signals, stop, exit, log, setTimer = setTimeout }: ShutdownParts): void {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) {
      log.warn(`${signal} again: not waiting any longer`);
      exit(1);
      return;
    }
    isStopping = true;
    log.info(`${signal}: stopping`);
    // Before anything is closed: what hangs there must not keep us from setting it.
    setTimer(() => {
      log.error(`Not stopped within ${STOP_DEADLINE / 1000} s`);
      exit(1);
    }, STOP_DEADLINE);
    Promise.resolve()
      .then(stop)
      .then(
        () => {
          log.info('Stopped');
          exit(0);
        },
        (error: unknown) => {
          log.error('Stopping failed', error);
          exit(1);
        },
      );
  };
  for (const signal of ['SIGTERM', 'SIGINT']) signals.on(signal, onSignal);
}
