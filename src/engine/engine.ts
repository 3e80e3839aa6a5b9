/**
 * What a server keeps its streams in. HTTP and WebSocket code sees these ports, and no engine: `memory` and `disk` are
 * of this process alone, `jetstream` is shared by as many as there are.
 */

import type { Words } from '../sentences';
import type { Catalogue } from './catalogue';
import type { Log } from './log';

export type EngineState =
  | { readonly name: 'ready' }
  /** What it stands on cannot be reached; it comes back by itself. Since: milliseconds since 1970. */
  | { readonly name: 'away'; readonly since: number; readonly why: Words }
  /** It takes nothing: full, or not to be written to. What it has is read as before; it comes back by itself. */
  | { readonly name: 'refusing'; readonly since: number; readonly why: Words }
  | { readonly name: 'closed' };

/** What outlives what: shown to people, and what the contract suite goes by. */
export interface EnginePromises {
  /** Kept when the process is killed. */
  readonly outlivesProcess: boolean;
  /** Several processes are one sea. */
  readonly isShared: boolean;
}

export interface Engine {
  readonly name: string;
  readonly promises: EnginePromises;
  readonly log: Log;
  readonly catalogue: Catalogue;
  readonly state: EngineState;
  /** Ends cursors and watches; what was accepted is as safe as promised when it resolves. May be called again. */
  close(): Promise<void>;
}
