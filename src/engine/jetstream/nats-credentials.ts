/** Who we are to NATS, and how the connection is secured. */

import type { ConnectionOptions } from '@nats-io/transport-node';
import type { NatsPackages } from './nats-packages';

/** At most one kind of them, and TLS. */
export interface NatsCredentials {
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** What a `.creds` file holds. */
  readonly creds?: string;
  /** PEM texts. Given, though empty: with TLS. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** As the client for NATS takes them. */
export function optionsOf(
  { user, password, token, creds, tls }: NatsCredentials,
  { transport }: NatsPackages,
): ConnectionOptions {
  return {
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(token !== undefined && { token }),
    ...(creds !== undefined && { authenticator: transport.credsAuthenticator(Buffer.from(creds)) }),
    ...(tls !== undefined && { tls }),
  };
}
