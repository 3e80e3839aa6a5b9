/** The same client by its secret: a token shows only what its filter lets through. */

import type { Credentials } from '../../src/index';

/** As they are, where there is no secret. */
export function withoutToken(credentials: Credentials): Credentials {
  const { type, clientId, clientSecret } = credentials;
  return type === 'basic' || clientSecret === undefined
    ? credentials
    : { type: 'basic', clientId, clientSecret };
}
