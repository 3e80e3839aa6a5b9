/**
 * Holds what has waited until this client's own subscriptions have been answered. A flow that sends and receives the
 * same stream would else never see what waited over an outage or a restart: it would leave before the receiver is there.
 *
 *     shut --asked--> asked --answered--> open
 *     asked --the socket cannot now, or patience is over--> passing --nobody answers--> shut
 *     open | passing --the connection is lost, or is being made--> shut
 *     passing --an earlier client has left something--> shut
 */
import type { Cancel, Clock } from '../common/clock';

export interface GateOptions {
  readonly clock: Clock;
  /** Milliseconds that what waits is held at the most, once it could leave. */
  patience(): number;
  /** Somebody waits: the socket, if it waits to be tried again, is to be tried now. */
  asked(): void;
  /** What was held may leave. */
  opened(): void;
}

type State =
  | { readonly name: 'shut' | 'open' | 'passing' }
  | { readonly name: 'asked'; readonly cancel: Cancel };

export class Gate {
  readonly #options: GateOptions;
  #state: State = { name: 'passing' };

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Whether what has waited may leave now; if not, `opened` is told as soon as it may. */
  ask(): boolean {
    const { name } = this.#state;
    if (name === 'open' || name === 'passing') return true;
    if (name === 'shut') {
      this.#wait();
      this.#options.asked();
    }
    return false;
  }

  /** All that is subscribed to has been answered. */
  open(): void {
    this.#become({ name: 'open' });
  }

  /** The socket cannot be had now: whether the server can be reached by requests, only a request tells. */
  lost(): void {
    if (this.#state.name === 'asked') this.#become({ name: 'passing' });
    else this.shut();
  }

  /** The socket is on its way. */
  shut(): void {
    if (this.#state.name !== 'asked') this.#state = { name: 'shut' };
  }

  /** Not before the subscriptions, unless they have been answered: of what comes, nobody has seen anything. */
  hold(): void {
    if (this.#state.name === 'passing') this.#state = { name: 'shut' };
  }

  /** Patience is longer now. */
  extend(): void {
    if (this.#state.name !== 'asked') return;
    this.#state.cancel();
    this.#wait();
  }

  close(): void {
    if (this.#state.name === 'asked') this.#state.cancel();
    this.#state = { name: 'shut' };
  }

  #wait(): void {
    const { clock, patience } = this.#options;
    const cancel = clock.setTimeout(() => this.#become({ name: 'passing' }), patience());
    this.#state = { name: 'asked', cancel };
  }

  #become(state: State): void {
    const before = this.#state;
    if (before.name === 'asked') before.cancel();
    this.#state = state;
    if (before.name !== state.name) this.#options.opened();
  }
}
