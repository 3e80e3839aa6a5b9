/** An engine that keeps all in the memory of this process, and nothing beyond its end. */

import type { Engine, EngineState } from '../engine';
import type { LogLimits } from '../log';
import { MemoryCatalogue } from './memory-catalogue';
import { MemoryLog } from './memory-log';

export interface MemoryEngineOptions {
  readonly limits: LogLimits;
  /** Milliseconds since some moment before; never set by anybody. */
  readonly now?: () => number;
}

export class MemoryEngine implements Engine {
  readonly name = 'memory';
  readonly promises = { outlivesProcess: false, isShared: false };
  readonly log: MemoryLog;
  readonly catalogue = new MemoryCatalogue();
  #state: EngineState = { name: 'ready' };

  constructor({ limits, now = () => performance.now() }: MemoryEngineOptions) {
    this.log = new MemoryLog({ limits, now });
  }

  get state(): EngineState {
    return this.#state;
  }

  async close(): Promise<void> {
    this.#state = { name: 'closed' };
    this.log.close();
    this.catalogue.close();
  }
}
