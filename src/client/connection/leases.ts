/** Who needs the connection: the first opens it, the last one closes it, after a grace time for a successor. */
import type { Cancel, Clock } from '../common/clock';

/** That somebody needs the connection. */
export interface Lease {
  /** Gives the connection back. Idempotent. */
  release(): void;
  /** `using lease = client.acquire()`: the same. */
  [Symbol.dispose](): void;
}

export interface LeasesOptions {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly grace: number;
  first(): void;
  last(): void;
}

export class Leases {
  readonly #options: LeasesOptions;
  #count = 0;
  #endGrace: Cancel | undefined;
  #closed = false;

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** Whether somebody needs the connection. */
  get any(): boolean {
    return this.#count > 0;
  }

  acquire(): Lease {
    this.take();
    return new HeldLease(this.release);
  }

  /** The same for who calls {@link release} itself, exactly once: ten thousand leases count. */
  take(): void {
    this.#count += 1;
    this.#keep();
    if (this.#count === 1 && !this.#closed) this.#options.first();
  }

  /** Neither `first` nor `last` is called any more, whatever is still given back. */
  close(): void {
    this.#closed = true;
    this.#keep();
  }

  #keep(): void {
    this.#endGrace?.();
    this.#endGrace = undefined;
  }

  /** Gives back what was taken. */
  readonly release = (): void => {
    this.#count -= 1;
    if (this.#count > 0 || this.#closed) return;
    this.#endGrace = this.#options.clock.setTimeout(() => {
      this.#endGrace = undefined;
      this.#options.last();
    }, this.#options.grace);
  };
}

class HeldLease implements Lease {
  #release: (() => void) | undefined;

  constructor(release: () => void) {
    this.#release = release;
  }

  release(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
