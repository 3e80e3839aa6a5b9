/** What a client tells those who listen to it. */
import { reasonOf, SettingError, type StreamSeaError } from '../errors';
import { callable, choice } from '../protocol/values';
import { quoted, say } from '../sentences';
import { Emitter, type Unsubscribe } from './common/emitter';
import type { ConnectionState } from './connection/connection-state';
import type { Secrets } from './identity/secrets';
import type { TokenState } from './identity/token-stage';
import type { SendingState } from './publish/sending';

/** What a client tells: each event's name, and what its listeners are given. */
export interface ClientEvents {
  /** Each state, once, in order. */
  state: ConnectionState;
  /** How many messages wait to be sent, or for their answer; told at most once in a turn of the event loop. */
  queue: number;
  /** How publishing does: that it waits, for what and until when, or flows again. Told as `queue` is. */
  sending: SendingState;
  /** A token that was given, and that nobody renews: told when it is first used, when its last stretch begins, and at its end. */
  token: TokenState | undefined;
  /** For a log: dropped connections, failed requests, broken rules, listeners that threw. */
  problem: StreamSeaError;
}

/** Hears of one kind of event. */
export type ClientListener<Name extends keyof ClientEvents> = (value: ClientEvents[Name]) => void;

const EVENTS: readonly (keyof ClientEvents)[] = ['state', 'queue', 'sending', 'token', 'problem'];

export class News {
  readonly #events: Emitter<ClientEvents>;
  #lastProblem: StreamSeaError | undefined;

  /** @param secrets those that no listener's own error may show. */
  constructor(secrets: Pick<Secrets, 'fitToTell'>) {
    this.#events = new Emitter((name, thrown) => {
      const what = say('setting.listener', {
        event: quoted(name),
        reason: secrets.fitToTell(reasonOf(thrown)),
      });
      // One that hears of problems and throws would hear of its own.
      if (name !== 'problem') this.problem(new SettingError(what, { cause: thrown }));
    });
  }

  /** @throws SettingError for an event that there is not, and for what is no function. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (value: ClientEvents[Name]) => void,
    { once = false } = {},
  ): Unsubscribe {
    choice('event', EVENTS, name);
    return this.#events.on(name, callable('listener', listener), { once });
  }

  /** @throws SettingError likewise. */
  off<Name extends keyof ClientEvents>(name: Name, listener: (value: ClientEvents[Name]) => void): void {
    choice('event', EVENTS, name);
    this.#events.off(name, callable('listener', listener));
  }

  /** As {@link on}, and of how it stands already: later, as the caller has not even come back. */
  follow<Name extends keyof ClientEvents>(
    name: Name,
    present: () => ClientEvents[Name],
    listener: (value: ClientEvents[Name]) => void,
  ): Unsubscribe {
    queueMicrotask(() => this.#events.tell(name, listener, present()));
    return this.on(name, listener);
  }

  tell<Name extends Exclude<keyof ClientEvents, 'problem'>>(name: Name, value: ClientEvents[Name]): void {
    this.#events.emit(name, value);
  }

  /** Once for a failure that both the socket and requests are told of. */
  problem(error: StreamSeaError): void {
    if (error === this.#lastProblem || error === this.#lastProblem?.cause) return;
    this.#lastProblem = error;
    this.#events.emit('problem', error);
  }

  /** Nobody hears anything more. */
  close(): void {
    this.#events.clear();
  }
}
