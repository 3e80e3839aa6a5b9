/**
 * Opens connections that show who we are, as that is known then, and has one exchanged before what it has shown ends:
 * in good time, so that the next one is there before the server closes it.
 */
import { CredentialsError, NetworkError } from '../../errors';
import { say } from '../../sentences';
import type { Cancel } from '../common/clock';
import type { Credentials } from '../identity/credentials';
import type { Identity, Shown } from '../identity/identity';
import { renewalAfter } from '../identity/token';
import { TokenStage, type TokenState } from '../identity/token-stage';
import type { Brake } from './brake';
import { Connection, type ConnectionEvents, type ConnectionOptions } from './connection';
import type { SessionState } from './state';

export interface SignInOptions extends Pick<ConnectionOptions, 'transport' | 'problem'> {
  readonly settings: Omit<ConnectionOptions, 'transport' | 'problem' | 'brake' | 'authenticate' | 'dated'>;
  readonly identity: Identity;
  readonly brake: Brake;
  /** The connection is to be exchanged for one that shows what holds now. */
  exchange(): void;
  /** A refusal is of credentials that are not shown any more: no wait for that. */
  retry(): void;
  /** A token that nobody renews is at another stage; undefined: there is none now. */
  token(state: TokenState | undefined): void;
}

export class SignIn {
  readonly #options: SignInOptions;
  readonly #stage: TokenStage;
  #cancelRenewal: Cancel = () => {};

  constructor(options: SignInOptions) {
    this.#options = options;
    const { settings, identity, token } = options;
    this.#stage = new TokenStage({
      clock: settings.clock,
      token: () => identity.givenToken,
      now: () => identity.serverTime.middle,
      changed: token,
    });
  }

  get token(): TokenState | undefined {
    return this.#stage.state;
  }

  open(events: ConnectionEvents): Connection {
    const { settings, identity, transport, brake, exchange, retry, problem } = this.#options;
    let version = identity.version;
    let shown: Shown | undefined;
    const show = async (): Promise<Shown['authentication']> => {
      version = identity.version;
      shown = await identity.show();
      return shown.authentication;
    };
    return new Connection(
      {
        ...settings,
        transport,
        brake,
        problem,
        authenticate: () => (identity.isMadeLate ? show : show()),
        dated: (headers, asked) => identity.serverTime.heard(headers, asked),
      },
      {
        opened: events.opened,
        authenticated: (jailId) => {
          this.#renewIn(shown?.left);
          events.authenticated(jailId);
          if (version !== identity.version) exchange();
        },
        ended: (why) => {
          const isOld = why instanceof CredentialsError && version !== identity.version;
          events.ended(isOld ? new NetworkError(say('network.givenUp'), { cause: why }) : why);
          if (isOld) retry();
        },
      },
    );
  }

  /** @throws SettingError for those of another client. */
  replace(credentials: Credentials): void {
    this.#options.identity.replace(credentials);
    this.#stage.renewed();
  }

  connectionIs({ name }: SessionState): void {
    if (name === 'idle' || name === 'closed') this.#stage.stop();
    else if (name === 'connecting') this.#stage.watch();
    if (name !== 'ready') this.#cancelRenewal();
  }

  #renewIn(left: number | undefined): void {
    const { settings, exchange } = this.#options;
    this.#cancelRenewal();
    if (left === undefined) return;
    this.#cancelRenewal = settings.clock.setTimeout(exchange, renewalAfter(left));
  }
}
