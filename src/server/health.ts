/** What `GET /health` says: whether to send clients here. For balancers and supervisors, so for anybody who asks. */

import type { Engine } from '../engine/engine';

export interface HealthParts {
  /** The server is about to stop. */
  readonly isDraining: boolean;
  readonly engine: Pick<Engine, 'name' | 'state'>;
}

export interface Health {
  /** 503: for now, clients are better served elsewhere. */
  readonly status: 200 | 503;
  readonly body: {
    readonly state: 'ready' | 'draining' | 'away';
    /** `since` in milliseconds since 1970. Not why: that names addresses of the house. */
    readonly engine: { readonly name: string; readonly state: string; readonly since?: number };
  };
}

export function healthOf({ isDraining, engine: { name, state } }: HealthParts): Health {
  const engine = {
    name,
    state: state.name,
    ...(state.name === 'away' && { since: state.since }),
  };
  if (isDraining) return { status: 503, body: { state: 'draining', engine } };
  return state.name === 'ready'
    ? { status: 200, body: { state: 'ready', engine } }
    : { status: 503, body: { state: 'away', engine } };
}
