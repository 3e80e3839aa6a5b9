/** The engine that the settings name, opened. */

import type { Engine } from '../src/engine/engine';
import { openEngine as openOwn } from '../src/engine/open';
import type { Warn } from '../src/index';
import { limitsOf } from '../src/server/limits';
import type { Settings } from './settings';

export interface EngineParts {
  readonly onError: (error: unknown) => void;
  readonly onWarning: Warn;
}

/** @throws (rejects with) StoreError, EngineAway, SettingError: it cannot be had, or not like this. */
export async function openEngine(
  { engine, limits: given }: Pick<Settings, 'engine' | 'limits'>,
  { onError, onWarning }: EngineParts,
): Promise<Engine> {
  const limits = limitsOf(given);
  switch (engine.name) {
    case 'memory':
      return openOwn({ store: undefined, limits, warn: onWarning, onError });
    case 'disk':
      return openOwn({ store: engine, limits, warn: onWarning, onError });
    case 'jetstream':
      throw new Error('NATS: not yet');
  }
}
