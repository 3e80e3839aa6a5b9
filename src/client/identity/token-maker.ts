/** Makes tokens (JWT, RS512) with a client's private key. No error shows anything of the key. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { reasonOf, SettingError } from '../../errors';
import { parseFilter } from '../../protocol/filter';
import { hiddenText, problemAt } from '../../protocol/json';
import { toMessage } from '../../protocol/message/message';
import { type Sentence, say } from '../../sentences';
import { type Pem, readPem, writePem } from './pem';
import type { Moment } from './server-time';

/** What its tokens are to say. */
export interface TokenTerms {
  /** PEM, PKCS #8 or PKCS #1, RSA of 2048 bits or more. */
  readonly privateKey: string;
  /** Milliseconds for which a token is valid, at the least: a second or more. */
  readonly tokenLifetime: number;
  /** It lets in only subscriptions that get every message (P32). */
  readonly mustFanout: boolean;
  /** Which messages it shows (P33): a filter expression. Undefined: all of them. */
  readonly filter: unknown;
}

export interface MadeToken {
  readonly jwt: string;
  /** Milliseconds for which it is certainly valid. */
  readonly left: number;
}

/** As RS512 asks for. */
const LEAST_BITS = 2048;

export class TokenMaker {
  readonly #key: KeyObject;
  readonly #claims: Readonly<Record<string, unknown>>;
  readonly #lifetime: number;

  /** @throws SettingError that names what is at fault. */
  constructor({ privateKey, tokenLifetime, mustFanout, filter }: TokenTerms) {
    this.#key = parsePrivateKey(privateKey);
    this.#lifetime = tokenLifetime;
    this.#claims = {
      ...(mustFanout && { mustFanout }),
      ...(filter !== undefined && { filter: parsed(filter) }),
    };
  }

  /** @param now what time it may be at the server: the token is valid long enough whatever it is. */
  async make({ latest }: Moment): Promise<MadeToken> {
    // Loaded with the first token: every start of Node-RED would wait for it, also where nobody uses tokens.
    const { SignJWT } = require('jose') as typeof import('jose');
    const exp = Math.ceil((latest + this.#lifetime) / 1000);
    // Without `iat`: by a clock that is behind ours, the token would come from the future, which some servers refuse.
    const jwt = await new SignJWT({ ...this.#claims, exp })
      .setProtectedHeader({ alg: 'RS512', typ: 'JWT' })
      .sign(this.#key);
    return { jwt, left: exp * 1000 - latest };
  }
}

/** What a server has to know of a private key, as PEM. @throws SettingError that shows nothing of the key. */
export function publicKeyOf(privateKey: string): string {
  return String(createPublicKey(parsePrivateKey(privateKey)).export({ type: 'spki', format: 'pem' }));
}

/** @throws SettingError */
function parsePrivateKey(pem: unknown): KeyObject {
  if (pem === undefined || pem === '') throw wrong(say('value.missing'));
  if (typeof pem !== 'string') throw new SettingError(hiddenText('privateKey'));
  const read = readPem(pem);
  if (read?.kind.endsWith('PUBLIC KEY')) throw wrong(say('value.publicKey'));
  const key = read && opened(read);
  if (key === undefined) throw wrong(say('value.noPrivateKey'));
  const { modulusLength: bits = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== 'rsa' || bits < LEAST_BITS) {
    throw wrong(say('value.otherKey', { bits: LEAST_BITS }));
  }
  return key;
}

/** What OpenSSL says of one that it cannot read helps nobody. */
function opened(pem: Pem): KeyObject | undefined {
  try {
    return createPrivateKey(writePem(pem));
  } catch {
    return undefined;
  }
}

function wrong(problem: Sentence): SettingError {
  return new SettingError(problemAt('privateKey', problem));
}

/** The expression as it was given: the parsed one is no expression any more. */
function parsed(filter: unknown): unknown {
  try {
    const { value } = toMessage(filter);
    parseFilter(value);
    return value;
  } catch (thrown) {
    throw new SettingError(problemAt('filter', say('value.noFilter', { reason: reasonOf(thrown) })));
  }
}
