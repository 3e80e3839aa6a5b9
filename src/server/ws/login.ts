/** What a WebSocket's client authenticates with, held against what is known of it. */

import type { AuthenticateFrame } from '../../protocol/frames';
import { type Grant, invalidCredentials, secretMatches, verifyJwt } from '../auth/auth';
import type { Client } from '../directory/jail';
import type { ServerLimits } from '../limits';
import type { Sea } from '../sea';

type Payload = AuthenticateFrame['payload'];
type SecretPayload = Extract<Payload, { type: 'basic' }>;
type TokenPayload = Extract<Payload, { type: 'jwt' }>;

export interface LoginParts {
  readonly sea: Pick<Sea, 'findClient' | 'requirePresent'>;
  readonly limits: Readonly<ServerLimits>;
  readonly now: () => number;
}

export interface Proof {
  readonly client: Client;
  /** What the token allows; absent with a secret, which allows everything. */
  readonly grant: Grant | undefined;
}

/** At once. @throws Refusal (401) */
export function proveBySecret({ clientId, clientSecret }: SecretPayload, { sea }: LoginParts): Proof {
  const client = sea.findClient(clientId);
  // An unknown client takes the same path, and the same time, as a wrong secret.
  const matches = secretMatches(clientSecret, client?.secret);
  if (client === undefined || !matches) throw invalidCredentials();
  return { client, grant: undefined };
}

/** @throws (rejects with) Refusal (401) */
export async function proveByToken(
  { clientId, jwt }: TokenPayload,
  { sea, limits, now }: LoginParts,
): Promise<Proof> {
  const client = sea.findClient(clientId);
  const publicKey = client?.jwtPublicKey ?? null;
  const grant = await verifyJwt(jwt, publicKey, now(), limits);
  // Deleted, or given another key, while the token was being verified.
  if (client === undefined || client.jwtPublicKey !== publicKey) throw invalidCredentials();
  sea.requirePresent(client);
  return { client, grant };
}
