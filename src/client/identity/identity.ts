/**
 * Who we are to the server: a header for HTTP, a payload for the WebSocket. The credentials may be given anew, and what
 * is shown is always of the last ones.
 */
import { messageOf, NetworkError, SettingError, StreamSeaError } from '../../errors';
import type { Authentication } from '../../protocol/frames';
import { basicAuthorization } from '../../protocol/http/authorization';
import { hiddenText } from '../../protocol/json';
import { say } from '../../sentences';
import type { Clock } from '../common/clock';
import { causeOf } from '../common/network-errors';
import { type Credentials, tokenMakerOf } from './credentials';
import type { Secrets } from './secrets';
import { ServerTime } from './server-time';
import { timesOf } from './token';
import type { TokenMaker } from './token-maker';

export interface Shown {
  readonly authentication: Authentication;
  /** Of a token that is followed by another: milliseconds for which it is valid, as far as can be known. */
  readonly left?: number;
}

export interface IdentityOptions {
  /** Parsed. */
  readonly credentials: Credentials;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

export class Identity {
  readonly serverTime: ServerTime;
  readonly #secrets: Secrets;
  #credentials: Credentials;
  #maker: TokenMaker | undefined;
  #header: string | undefined;
  /** How often there were others. */
  #version = 0;

  constructor({ credentials, secrets, clock }: IdentityOptions) {
    this.serverTime = new ServerTime(clock);
    this.#secrets = secrets;
    this.#credentials = credentials;
    this.#maker = tokenMakerOf(credentials);
  }

  /** Of the credentials: what was shown under another one tells nothing of those of now. */
  get version(): number {
    return this.#version;
  }

  /** Whether requests show the same as the socket: what one of them hears of it holds for the other. */
  get isShared(): boolean {
    return this.#credentials.type === 'basic';
  }

  /** Whether what is shown is made only when the server has been reached, and has perhaps said what time it is. */
  get isMadeLate(): boolean {
    return this.#maker !== undefined;
  }

  /** A token that was given as it is, which nobody renews. */
  get givenToken(): string | undefined {
    const { type } = this.#credentials;
    if (type !== 'jwt' || typeof this.#credentials.jwt !== 'string') return undefined;
    return this.#credentials.jwt;
  }

  /** @param credentials parsed. @throws SettingError for another client, which would be another target. */
  replace(credentials: Credentials): void {
    const { clientId } = this.#credentials;
    if (credentials.clientId !== clientId) {
      const sentence = say('credentials.otherClient', { clientId, given: credentials.clientId });
      throw new SettingError(sentence);
    }
    this.#maker = tokenMakerOf(credentials);
    this.#credentials = credentials;
    this.#header = undefined;
    this.#version += 1;
    this.#secrets.know(credentials);
  }

  /** The `Authorization` header. @throws SettingError for a token or a key without a secret. */
  header(): string {
    const { clientId, clientSecret } = this.#credentials;
    if (clientSecret === undefined || clientSecret === '') {
      throw new SettingError(say('credentials.tokenOnly'));
    }
    this.#header ??= basicAuthorization(clientId, clientSecret);
    return this.#header;
  }

  /** What the WebSocket's authentication shows; a token that has to be fetched or made is had for it. */
  async show(): Promise<Shown> {
    const credentials = this.#credentials;
    const { type, clientId } = credentials;
    if (type === 'basic') {
      return { authentication: { type, clientId, clientSecret: credentials.clientSecret } };
    }
    const { jwt, left } = await this.#token(credentials);
    return { authentication: { type: 'jwt', clientId, jwt }, ...(left !== undefined && { left }) };
  }

  async #token(
    credentials: Exclude<Credentials, { type: 'basic' }>,
  ): Promise<{ jwt: string; left?: number | undefined }> {
    try {
      if (this.#maker !== undefined) return await this.#maker.make(this.serverTime.now());
      const { jwt } = credentials as Extract<Credentials, { type: 'jwt' }>;
      if (typeof jwt === 'string') return { jwt };
      const fetched: unknown = await jwt();
      if (typeof fetched !== 'string' || fetched === '') {
        throw new NetworkError(say('credentials.noToken', { reason: hiddenText('jwt') }));
      }
      return { jwt: fetched, left: this.#leftOf(fetched) };
    } catch (thrown) {
      if (thrown instanceof StreamSeaError) throw thrown;
      // Like a failing network, and not refused credentials: the next try may have a token.
      const reason = this.#secrets.fitToTell(messageOf(thrown));
      throw new NetworkError(say('credentials.noToken', { reason }), {
        cause: causeOf(thrown, this.#secrets),
      });
    }
  }

  /** Of a token that is short beside what is not known of the clocks, half of it is counted on. */
  #leftOf(jwt: string): number | undefined {
    const { end } = timesOf(jwt);
    if (end === undefined) return undefined;
    return Math.max(end - this.serverTime.now().latest, (end - this.serverTime.middle) / 2);
  }
}
