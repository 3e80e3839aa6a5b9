/**
 * What the way out knows of the server, once for all lines: whether anybody answers, and whether the credentials are
 * taken. A line that finds out tells, so that a thousand streams do not each ask a server that is away, and refused
 * credentials are not shown again by each of them: that locks accounts.
 *
 *     well --nobody answers--> away(attempt, until) --at `until`, one probe--> well | away(attempt + 1)
 *     well | away --refused--> refused(until) --at `until`, one probe--> well | refused
 *     away | refused --renew (the socket got through)--> well        --retry (somebody says so)--> a probe at once
 */
import {
  ClosedError,
  CredentialsError,
  ExpiredError,
  NetworkError,
  OfflineError,
  ReplyError,
  reasonOf,
  type StreamSeaError,
} from '../../errors';
import { say } from '../../sentences';
import { type Backoff, backoffDelay } from '../common/backoff';
import type { Cancel, Clock } from '../common/clock';

/** Times are by `Clock.elapsed`: a rest is no shorter or longer when somebody sets the clock. */
export type HealthState =
  | { readonly name: 'well' }
  | { readonly name: 'away'; readonly attempt: number; readonly until: number; readonly why: StreamSeaError }
  | { readonly name: 'refused'; readonly until: number; readonly why: StreamSeaError };

export interface HealthOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly backoff: Backoff;
  /** Milliseconds that refused credentials rest. */
  readonly refusedFor: number;
  /** The state has changed, or a probe may be made. */
  changed(): void;
}

/** Leave for one request, which is to be ended by exactly one of these functions. */
export interface Permit {
  /** Why it is not to be used any more: the credentials have been refused since. */
  barred(): StreamSeaError | undefined;
  /** The server answered, whatever it said. */
  answered(): void;
  failed(error: StreamSeaError): void;
  /** Nothing was asked of the server. */
  unused(): void;
}

export const WELL: HealthState = { name: 'well' };

export class Health {
  readonly #options: HealthOptions;
  #state: HealthState = WELL;
  /** The wait is over: one may try. */
  #due = false;
  /** The one that may tell how things are now. */
  #probe: Permit | undefined;
  #cancel: Cancel = () => {};
  /** For requests that leave while all is well: one for all of them, as they are many. */
  #free = this.#newFree();

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  get state(): HealthState {
    return this.#state;
  }

  /** Why nothing may be shown the credentials now: they were refused, and nobody may try them yet. */
  get resting(): StreamSeaError | undefined {
    return this.#due ? undefined : this.#refusal;
  }

  get #refusal(): StreamSeaError | undefined {
    return this.#state.name === 'refused' ? this.#state.why : undefined;
  }

  /** Whether a request may leave now. */
  get admits(): boolean {
    return this.#state.name === 'well' || (this.#due && this.#probe === undefined);
  }

  /** Leave for a request now, if there may be one. */
  admit(): Permit | undefined {
    if (this.#state.name === 'well') return this.#free;
    if (!this.admits) return undefined;
    this.#probe = this.#newProbe();
    return this.#probe;
  }

  /** Credentials were refused: here, or elsewhere, where it is known how long they rest. */
  refused(why: StreamSeaError, until = this.#options.clock.elapsed() + this.#options.refusedFor): void {
    this.#rest({ name: 'refused', until, why }, until - this.#options.clock.elapsed());
  }

  /** Somebody else has got through: the server answers, and takes the credentials. */
  renew(): void {
    if (this.#state.name !== 'well') this.#become(WELL);
  }

  /** Somebody says that things may be otherwise now: one may try at once. */
  retry(): void {
    if (this.#state.name === 'well' || this.#due) return;
    this.#cancel();
    this.#due = true;
    this.#options.changed();
  }

  /** There are other credentials: what is still said of those before tells nothing, and one may try at once. */
  renewed(): void {
    this.#free = this.#newFree();
    if (this.#state.name === 'well') return;
    this.#probe = undefined;
    this.#due = false;
    this.retry();
  }

  /** No wait is left. */
  close(): void {
    this.#cancel();
  }

  #newFree(): Permit {
    const free: Permit = {
      barred: () => this.#refusal,
      // Of credentials that were refused since, it tells nothing.
      answered: () => this.#state.name === 'away' && this.#become(WELL),
      failed: (error) => {
        if (this.#free !== free && error instanceof CredentialsError) return;
        this.#failed(error, this.#state.name === 'well');
      },
      unused: () => {},
    };
    return free;
  }

  #newProbe(): Permit {
    const once = (end: () => void): void => {
      // What was learned otherwise meanwhile is newer than what it was sent out to ask.
      if (this.#probe !== probe) return;
      this.#probe = undefined;
      end();
    };
    const probe: Permit = {
      barred: () => (this.#probe === probe ? undefined : this.#refusal),
      answered: () => once(() => this.renew()),
      failed: (error) =>
        once(() => {
          const before = this.#state;
          this.#failed(error, true);
          if (this.#state === before) this.#options.changed();
        }),
      // Somebody else may try instead.
      unused: () => once(() => this.#options.changed()),
    };
    return probe;
  }

  /** @param counts false: it left before the present failure was known, and tells nothing new. */
  #failed(error: StreamSeaError, counts: boolean): void {
    const { name } = this.#state;
    // Our own closing says nothing of the server, nor does what became too old before it left.
    if (error instanceof ClosedError || error instanceof ExpiredError) return;
    if (error instanceof CredentialsError) {
      if (counts || name !== 'refused') this.refused(error);
    } else if (error instanceof NetworkError || (name !== 'well' && !isAnswer(error))) {
      if (counts) this.#away(error);
    } else if (isAnswer(error) && (counts || name === 'away')) {
      this.renew();
    }
  }

  #away(why: StreamSeaError): void {
    const { clock, random, backoff } = this.#options;
    const attempt = this.#state.name === 'away' ? this.#state.attempt + 1 : 1;
    const delay = backoffDelay(attempt, backoff, random());
    this.#rest({ name: 'away', attempt, until: clock.elapsed() + delay, why }, delay);
  }

  #rest(state: HealthState, delay: number): void {
    this.#become(state, () => {
      this.#cancel = this.#options.clock.setTimeout(() => {
        this.#due = true;
        this.#options.changed();
      }, delay);
    });
  }

  #become(state: HealthState, wait = (): void => {}): void {
    this.#cancel();
    this.#cancel = () => {};
    this.#due = false;
    this.#probe = undefined;
    this.#state = state;
    wait();
    this.#options.changed();
  }
}

/** Whether it is the server's own word: not silence, nor a page of something that stands before it. */
function isAnswer(error: StreamSeaError): boolean {
  return error instanceof ReplyError;
}

/** Why a message is not even tried. */
export function refusalOf(state: HealthState): StreamSeaError {
  if (state.name === 'well') return new OfflineError(say('offline.unasked'));
  if (state.name === 'refused') return state.why;
  return new OfflineError(say('offline.because', { reason: reasonOf(state.why) }), { cause: state.why });
}
