/** The way to NATS: a connection that is made anew for ever, once it has been made. */

import type { NatsConnection as Connection } from '@nats-io/transport-node';
import { messageOf } from '../../../errors';
import { say, type Words } from '../../../sentences';
import { EngineAway } from '../../faults';
import { type NatsCredentials, optionsOf } from './nats-credentials';
import type { NatsPackages } from './nats-packages';

export interface DialSettings {
  readonly servers: readonly string[];
  readonly credentials: NatsCredentials;
}

/** Milliseconds in which one server must take the connection. */
const CONNECT_TIMEOUT = 5_000;
/** Milliseconds between two pings; a connection that has not answered two is made anew. */
const PING_INTERVAL = 2_000;

/** @throws (rejects with) EngineAway when no server is reached, or the credentials are refused; SettingError for `creds` that are none. */
export async function dial(
  { servers, credentials }: DialSettings,
  packages: NatsPackages,
): Promise<Connection> {
  const where = servers.join(', ');
  const options = optionsOf(credentials, servers, packages);
  try {
    return await packages.transport.connect({
      ...options,
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
    throw new EngineAway(absenceOf(cause, where), { cause });
  }
}

/** Why there is no connection: nobody is there, or we are not let in, which whoever runs it can mend. */
export function absenceOf(error: unknown, where: string): Words {
  const isRefused = error instanceof Error && error.name === 'AuthorizationError';
  return isRefused ? say('nats.refused', { where }) : say('nats.away', { where, reason: messageOf(error) });
}
