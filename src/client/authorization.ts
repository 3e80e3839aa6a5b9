/** The two faces of the credentials: a header for HTTP, a payload for the WebSocket. */
import { messageOf, NetworkError, SettingError, StreamSeaError } from '../errors';
import { basicAuthorization } from '../protocol/authorization';
import type { Authentication } from '../protocol/frames';
import { say } from '../sentences';
import { causeOf } from './network-errors';
import type { Credentials } from './options';
import type { Secrets } from './secrets';

/** The `Authorization` header, made once. The function throws SettingError for a token without a secret. */
export function headerOf({ clientId, clientSecret }: Credentials): () => string {
  if (clientSecret === undefined || clientSecret === '') {
    return () => {
      throw new SettingError(say('credentials.tokenOnly'));
    };
  }
  const header = basicAuthorization(clientId, clientSecret);
  return () => header;
}

/** What the WebSocket's authentication shows; a token that has to be fetched is fetched for it. */
export async function authenticationOf(credentials: Credentials, secrets: Secrets): Promise<Authentication> {
  const { type, clientId } = credentials;
  if (type === 'basic') return { type, clientId, clientSecret: credentials.clientSecret };
  const { jwt } = credentials;
  if (typeof jwt === 'string') return { type, clientId, jwt };
  try {
    return { type, clientId, jwt: await jwt() };
  } catch (thrown) {
    if (thrown instanceof StreamSeaError) throw thrown;
    // Like a failing network, and not refused credentials: the next try may have a token.
    const reason = secrets.tell(messageOf(thrown));
    throw new NetworkError(say('credentials.noToken', { reason }), { cause: causeOf(thrown, secrets) });
  }
}
