/** A line's wait for its next try, and what it knows of why: until something gets through, a next try is no news. */
import { CredentialsError, NetworkError, type StreamSeaError } from '../../../errors';
import { askedWait, type Backoff, waitAfter } from '../../common/backoff';
import type { Cancel, Clock } from '../../common/clock';
import type { Trouble } from '../sending';

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly backoff: Backoff;
  /** The wait is over, by itself. */
  due(): void;
  /** The trouble is another, or over. */
  changed(): void;
}

export class Retry {
  readonly #options: RetryOptions;
  #failures = 0;
  /** `asked`: the server said how long, and nothing cuts it short. */
  #wait: { readonly cancel: Cancel; readonly asked: boolean } | undefined;
  #trouble: Trouble | undefined;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  get waits(): boolean {
    return this.#wait !== undefined;
  }

  /** What all lines know of needs no wait of this one: it gets no leave before that is over. */
  waitFor(why: StreamSeaError): void {
    if (why instanceof NetworkError || why instanceof CredentialsError) return;
    const { clock, backoff, random, due } = this.#options;
    this.#failures += 1;
    const delay = waitAfter(why, this.#failures, backoff, random());
    const cancel = clock.setTimeout(() => {
      this.end();
      due();
    }, delay);
    this.#wait = { cancel, asked: askedWait(why) > 0 };
    this.#tell({ attempt: this.#failures, until: clock.elapsed() + delay, why });
  }

  /** What waits has an attempt of its own, now: a server that was silent for a minute was told as one where all flows. */
  failed(why: StreamSeaError): void {
    if (why instanceof NetworkError || why instanceof CredentialsError) return;
    this.#failures += 1;
    this.#tell({ attempt: this.#failures, until: this.#options.clock.elapsed(), why });
  }

  /** Things look better. */
  hurry(): void {
    if (this.#wait !== undefined && !this.#wait.asked) this.end();
  }

  end(): void {
    this.#wait?.cancel();
    this.#wait = undefined;
  }

  /** What has failed before says nothing of what comes now. */
  forget(): void {
    this.#failures = 0;
    this.#tell(undefined);
  }

  /** For good. */
  stop(): void {
    this.end();
    this.#tell(undefined);
  }

  #tell(trouble: Trouble | undefined): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#options.changed();
  }
}
