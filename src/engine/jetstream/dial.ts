/** The way to NATS: a connection that is made anew for ever, once it has been made. */

import type { NatsConnection as Connection } from '@nats-io/transport-node';
import { say } from '../../sentences';
import { EngineAway } from '../faults';
import { type NatsCredentials, optionsOf } from './nats-credentials';
import { textOf } from './nats-faults';
import type { NatsPackages } from './nats-packages';

export interface DialSettings {
  readonly servers: readonly string[];
  readonly credentials: NatsCredentials;
}

/** Milliseconds in which one server must take the connection. */
const CONNECT_TIMEOUT = 5_000;
/** Milliseconds between two pings; a connection that has not answered two is made anew. */
const PING_INTERVAL = 2_000;

/** @throws (rejects with) EngineAway when no server is reached, or the credentials are refused. */
export async function dial(
  { servers, credentials }: DialSettings,
  packages: NatsPackages,
): Promise<Connection> {
  const where = servers.join(', ');
  try {
    return await packages.transport.connect({
      ...optionsOf(credentials, packages),
      servers: [...servers],
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      // Credentials that are refused may be given back to us later: it goes on trying.
      ignoreAuthErrorAbort: true,
      pingInterval: PING_INTERVAL,
      maxPingOut: 2,
      timeout: CONNECT_TIMEOUT,
      noAsyncTraces: true,
    });
  } catch (cause) {
    const isRefused = cause instanceof Error && cause.name === 'AuthorizationError';
    const words = isRefused
      ? say('nats.refused', { where })
      : say('nats.away', { where, reason: textOf(cause) });
    throw new EngineAway(words, { cause });
  }
}
