/** Keeps one connection alive: runs the state's transitions, its timers and its reconnects. */
import { CredentialsError, type StreamSeaError } from '../errors';
import type { Cancel, Clock } from './clock';
import type { ConnectionEvents } from './connection';
import { type ConnectionEvent, type ConnectionState, IDLE, type RetryPolicy, transition } from './state';

/** All that a session asks of a connection. */
export interface Link {
  /** Resolves when its socket is gone. Must not reject. */
  close(): Promise<void>;
}

export interface SessionOptions<L extends Link> {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly random: () => number;
  open(events: ConnectionEvents): L;
  /** The link may be subscribed on. */
  ready(link: L): void;
  /** The link that was ready is not to be used any more. */
  lost(): void;
  /** Called once for each state, in their order; may call the session. */
  changed(state: ConnectionState): void;
}

export class Session<L extends Link> {
  readonly #options: SessionOptions<L>;
  #state: ConnectionState = IDLE;
  #link: L | undefined;
  /** Which opening the link belongs to: what an earlier one still reports is nobody's business. */
  #opening = 0;
  /** Ends when the sockets of earlier links are gone: a client never has two. */
  #gone: Promise<unknown> = Promise.resolve();
  #closing = 0;
  #cancelRetry: Cancel = () => {};
  readonly #events: ConnectionEvent[] = [];
  #running = false;

  constructor(options: SessionOptions<L>) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Connects, at once even when it would wait; does nothing when connected or on the way. */
  connect(): void {
    this.#dispatch({ type: 'connect' });
  }

  disconnect(): void {
    this.#dispatch({ type: 'disconnect' });
  }

  /** Exchanges the connection for a new one, without counting it as a failure. */
  reopen(): void {
    this.#dispatch({ type: 'reopen', at: this.#options.clock.now() });
  }

  /** For good. Resolves when the last socket is gone. */
  async close(): Promise<void> {
    this.#dispatch({ type: 'close' });
    await this.#gone;
  }

  /** One event at a time, run to its end: what listeners call from within waits its turn. */
  #dispatch(event: ConnectionEvent): void {
    this.#events.push(event);
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) this.#apply(next);
    this.#running = false;
  }

  #apply(event: ConnectionEvent): void {
    const { policy, clock, ready, lost, changed } = this.#options;
    const before = this.#state;
    const after = transition(before, event, policy);
    if (after === before) return;
    this.#state = after;
    this.#cancelRetry();
    if (before.name === 'ready') lost();
    switch (after.name) {
      case 'connecting':
        this.#drop();
        this.#open();
        break;
      case 'waiting':
      case 'refused':
        this.#drop();
        this.#cancelRetry = clock.setTimeout(
          () => this.#dispatch({ type: 'retry' }),
          after.until - clock.now(),
        );
        break;
      case 'idle':
      case 'closed':
        this.#drop();
        break;
      case 'ready':
        if (this.#link !== undefined) ready(this.#link);
        break;
      case 'authenticating':
        break;
    }
    changed(after);
  }

  #open(): void {
    this.#opening += 1;
    const opening = this.#opening;
    if (this.#closing === 0) {
      this.#link = this.#options.open(this.#eventsOf(opening));
      return;
    }
    void this.#gone.then(() => {
      if (opening === this.#opening && this.#state.name === 'connecting') {
        this.#link = this.#options.open(this.#eventsOf(opening));
      }
    });
  }

  #eventsOf(opening: number): ConnectionEvents {
    const { clock, random } = this.#options;
    const dispatch = (event: ConnectionEvent): void => {
      if (opening === this.#opening) this.#dispatch(event);
    };
    return {
      opened: () => dispatch({ type: 'opened' }),
      authenticated: (jailId) =>
        dispatch({ type: 'authenticated', at: clock.now(), ...(jailId !== undefined && { jailId }) }),
      ended: (why: StreamSeaError) =>
        dispatch(
          why instanceof CredentialsError
            ? { type: 'refused', at: clock.now(), why }
            : { type: 'failed', at: clock.now(), why, random: random() },
        ),
    };
  }

  /** Lets go of the link, if there is one. */
  #drop(): void {
    const link = this.#link;
    this.#link = undefined;
    this.#opening += 1;
    if (link === undefined) return;
    this.#closing += 1;
    const gone = link.close().finally(() => {
      this.#closing -= 1;
    });
    this.#gone = Promise.all([this.#gone, gone]);
  }
}
