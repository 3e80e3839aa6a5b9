/** What `GET /health` says: whether to send clients here. For balancers and supervisors, so for anybody who asks. */

import type { Engine, EngineState } from '../../engine/engine';

export interface HealthParts {
  /** The server is about to stop. */
  readonly isDraining: boolean;
  /** Jails, clients and definitions are as they were a while ago: who was deleted since still gets in. */
  readonly isStale: boolean;
  readonly engine: Pick<Engine, 'name' | 'state'>;
}

export interface Condition {
  /** 503: for now, clients are better served elsewhere. */
  readonly status: 200 | 503;
  readonly body: {
    readonly state: 'ready' | 'draining' | 'stale' | 'away' | 'refusing';
    /** `since` in milliseconds since 1970. Not why: that names addresses of the house. */
    readonly engine: { readonly name: string; readonly state: string; readonly since?: number };
  };
}

/**
 * An engine that takes nothing is no place to send clients to, though those that are here are delivered to: whoever
 * publishes is refused. Where others stand on the same full engine, a client learns the same from the balancer.
 */
export function conditionOf({ isDraining, isStale, engine: { name, state } }: HealthParts): Condition {
  const engine = { name, state: state.name, ...('since' in state && { since: state.since }) };
  const unwell = isDraining ? 'draining' : (unwellOf(state) ?? (isStale ? 'stale' : undefined));
  return unwell === undefined
    ? { status: 200, body: { state: 'ready', engine } }
    : { status: 503, body: { state: unwell, engine } };
}

function unwellOf({ name }: EngineState): 'away' | 'refusing' | undefined {
  if (name === 'ready') return undefined;
  return name === 'closed' ? 'away' : name;
}
