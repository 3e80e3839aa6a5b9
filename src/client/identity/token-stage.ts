/** How a token stands that only people can replace: it says so before it ends, while there is time. */
import type { Cancel, Clock } from '../common/clock';
import { timesOf } from './token';

/** How a token stands that was given, and that nobody renews. */
export interface TokenState {
  /** `ending`: in the last tenth of its time, or on its last day. */
  readonly name: 'valid' | 'ending' | 'ended';
  /** In milliseconds since 1970, by the server's clock, as the token says it. */
  readonly endsAt: number;
}

/** Milliseconds, at the most, and part of its time before its end. */
const LONGEST_STRETCH = 86_400_000;
const STRETCH = 1 / 10;

interface Read {
  readonly jwt: string;
  readonly endsAt: number | undefined;
  readonly stretch: number;
}

export interface TokenStageOptions {
  readonly clock: Clock;
  /** The token, if there is one now that nobody renews. */
  token(): string | undefined;
  /** By the server's clock, as far as it is known: milliseconds since 1970. */
  now(): number;
  /** It is at another stage, or another token, or none. */
  changed(state: TokenState | undefined): void;
}

export class TokenStage {
  readonly #options: TokenStageOptions;
  /** Kept, as each change of a node's status asks. */
  #read: Read | undefined;
  #lastSaid = '';
  #watched = false;
  #cancel: Cancel = () => {};

  constructor(options: TokenStageOptions) {
    this.#options = options;
  }

  get state(): TokenState | undefined {
    const { endsAt, stretch = 0 } = this.#token() ?? {};
    if (endsAt === undefined) return undefined;
    const left = endsAt - this.#options.now();
    if (left <= 0) return { name: 'ended', endsAt };
    return { name: left > stretch ? 'valid' : 'ending', endsAt };
  }

  /** Looks at it, now and whenever it comes to another stage. */
  watch(): void {
    const { clock, now, changed } = this.#options;
    this.stop();
    this.#watched = true;
    const { state } = this;
    if (state !== undefined && state.name !== 'ended') {
      const left = state.endsAt - now();
      const ms = state.name === 'valid' ? left - (this.#read?.stretch ?? 0) : left;
      this.#cancel = clock.setTimeout(() => this.watch(), Math.max(1, Math.ceil(ms)));
    }
    const news = state === undefined ? '' : `${state.name} ${state.endsAt}`;
    if (news === this.#lastSaid) return;
    this.#lastSaid = news;
    changed(state);
  }

  /** There is another token, or none. */
  renewed(): void {
    if (this.#watched) this.watch();
  }

  stop(): void {
    this.#watched = false;
    this.#cancel();
  }

  #token(): Read | undefined {
    const { token, now } = this.#options;
    const jwt = token();
    if (jwt === undefined) this.#read = undefined;
    else if (jwt !== this.#read?.jwt) {
      // One that does not say when it was made is as old as we know it.
      const { begin = now(), end } = timesOf(jwt);
      const life = end === undefined ? 0 : Math.max(0, end - begin);
      this.#read = { jwt, endsAt: end, stretch: Math.min(LONGEST_STRETCH, life * STRETCH) };
    }
    return this.#read;
  }
}
