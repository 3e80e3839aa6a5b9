/** Who a client is to its server, as callers give it. */
import { SettingError } from '../../errors';
import { hiddenText, problemAt } from '../../protocol/json';
import { atLeast, choice, flag, record } from '../../protocol/values';
import { say } from '../../sentences';
import { TokenMaker } from './token-maker';

/** Who a client is: an id with its secret, a token (JWT), or a private key that tokens are made with. */
export type Credentials =
  | { readonly type: 'basic'; readonly clientId: string; readonly clientSecret: string }
  | {
      readonly type: 'jwt';
      readonly clientId: string;
      /**
       * The token, or what gives one: called for each connection, and the connection is exchanged before a token ends
       * that it has given.
       */
      readonly jwt: string | (() => string | Promise<string>);
      /** For HTTP, which takes no tokens (P2); without it only subscriptions work. */
      readonly clientSecret?: string | undefined;
    }
  | {
      /** Tokens are made here, and renewed before they end. */
      readonly type: 'key';
      readonly clientId: string;
      /** PEM, PKCS #8 or PKCS #1: RSA of 2048 bits or more. The server has its public half. */
      readonly privateKey: string;
      /** Milliseconds that a token is valid: 1,000 or more. Default: 3,600,000. */
      readonly tokenLifetime?: number | undefined;
      /** True: only subscriptions that get every message are let in (P32). */
      readonly mustFanout?: boolean | undefined;
      /** Which messages are shown: a filter expression (P33). Default: all. */
      readonly filter?: unknown;
      /** As with a token. */
      readonly clientSecret?: string | undefined;
    };

const AUTH = ['basic', 'jwt', 'key'] as const;

const LEAST_LIFETIME = 1_000;
const LIFETIME = 3_600_000;

/** What makes the tokens of these credentials, if that is done here. @throws SettingError */
export function tokenMakerOf(credentials: Credentials): TokenMaker | undefined {
  if (credentials.type !== 'key') return undefined;
  const { privateKey, tokenLifetime = LIFETIME, mustFanout = false, filter } = credentials;
  return new TokenMaker({ privateKey, tokenLifetime, mustFanout, filter: filter ?? undefined });
}

/** @throws SettingError that names what is at fault; a secret is never in it. */
export function parseCredentials(given: unknown): Credentials {
  const fields = record('credentials', given);
  const { type, clientId, clientSecret, jwt, tokenLifetime, mustFanout } = fields;
  const known = choice('credentials.type', AUTH, type);
  // In a Basic header the first colon divides the id from the secret.
  if (secretText('clientId', clientId).includes(':'))
    throw new SettingError(problemAt('clientId', say('value.colon')));
  if (known === 'basic' || clientSecret !== undefined) secretText('clientSecret', clientSecret);
  if (known === 'jwt' && typeof jwt !== 'function') secretText('jwt', jwt);
  const credentials = { ...fields } as unknown as Credentials;
  if (known === 'key') {
    flag('mustFanout', mustFanout);
    atLeast(LEAST_LIFETIME, 'tokenLifetime', tokenLifetime, LIFETIME);
    tokenMakerOf(credentials);
  }
  return credentials;
}

/** The error never shows what came instead: it may be half of a secret. */
function secretText(name: string, value: unknown): string {
  if (value === undefined || value === '') throw new SettingError(problemAt(name, say('value.missing')));
  if (typeof value !== 'string') throw new SettingError(hiddenText(name));
  // In UTF-8 it would be another one.
  if (!value.isWellFormed()) throw new SettingError(problemAt(name, say('value.halfLetter')));
  return value;
}
