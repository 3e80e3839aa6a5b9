/**
 * Keeps one connection alive: runs the state's transitions, its timers and its reconnects, and exchanges the
 * connection for another without a gap. There are never more than two sockets, those on their way out included.
 */
import { CredentialsError, NetworkError, reasonOf, type StreamSeaError } from '../../errors';
import { say } from '../../sentences';
import { askedWait, type RetryPolicy } from '../common/backoff';
import type { Cancel, Clock } from '../common/clock';
import type { ConnectionEvents } from './connection';
import { type ConnectionEvent, hasOther, IDLE, type LinkEvent, retryAt, type SessionState } from './state';
import { transition } from './transition';

/** All that a session asks of a connection. */
export interface Link {
  /** Resolves when its socket is gone, which is soon. Must not reject. */
  close(): Promise<void>;
  /** The same, but for what was sent on it there is all the time that it takes. */
  drain(): Promise<void>;
}

/** What travels on the connection: the subscriptions. */
export interface Passengers<L> {
  /** There is a connection. */
  attach(link: L): void;
  /** There is none any more. */
  detach(): void;
  /** `link` is to be the connection: get on it as well, then call {@link Session.joined}. */
  prepare(link: L): void;
  /** The link to prepare for is the connection. */
  move(): void;
  /** It never will be. */
  stay(): void;
  /** No socket is left but the connection's, if there is one. */
  alone(): void;
}

export interface SessionOptions<L extends Link> {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly random: () => number;
  readonly passengers: Passengers<L>;
  open(events: ConnectionEvents): L;
  /** Called once for each state, in their order; may call the session. An exchange is no news. */
  changed(state: SessionState): void;
  /** What went wrong without a change of state. */
  problem(error: StreamSeaError): void;
  /** The credentials were refused to the other link, which is tried again then, or to one that is going. */
  refused(why: StreamSeaError, until: number): void;
}

/** Milliseconds that a link on its way out may keep the next one waiting: see `#fill`. */
const LEAVE_TIMEOUT = 15_000;

export class Session<L extends Link> {
  readonly #options: SessionOptions<L>;
  #state: SessionState = IDLE;
  #present: L | undefined;
  #other: L | undefined;
  /** Those that are going, and when they are gone. */
  readonly #leaving = new Map<L, Promise<void>>();
  /** All that was sent is waited for. */
  #draining = false;
  #cancelRetry: Cancel = () => {};
  #endWait: Cancel | undefined;
  /** Whose event it is, where it is a link's. */
  readonly #events: (
    | { readonly event: ConnectionEvent }
    | { readonly event: LinkEvent; readonly link: L }
  )[] = [];
  #running = false;
  /** Why there is no other link: told once for each reason. */
  #lastSaid: string | undefined;

  constructor(options: SessionOptions<L>) {
    this.#options = options;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Connects, at once even when it would wait; does nothing when connected or on the way. */
  connect(): void {
    this.#dispatch({ type: 'connect' });
  }

  /** Connects, but cuts no wait short: somebody has come to need the connection, and nothing else has changed. */
  want(): void {
    this.#dispatch({ type: 'want', at: this.#options.clock.elapsed() });
  }

  /** There is reason to think that it works now: a wait is over that is not for refused credentials, nor asked for (P9). */
  retry(): void {
    if (this.#state.name === 'waiting' && askedWait(this.#state.why) === 0) this.#dispatch({ type: 'retry' });
  }

  /** The credentials were refused elsewhere: they are not shown again before they have rested. */
  rest(why: StreamSeaError, until: number): void {
    this.#dispatch({ type: 'rest', why, until });
  }

  /** They were accepted elsewhere. */
  lift(): void {
    this.#dispatch({ type: 'lift' });
  }

  /** There are other credentials: no wait for those before; a connection that shows them is exchanged. */
  renewed(): void {
    this.#dispatch({ type: 'renewed' });
  }

  disconnect(): void {
    this.#dispatch({ type: 'disconnect' });
  }

  /**
   * Exchanges the connection for a new one, which is there before the old one goes. Several that are asked for
   * together are one. Does nothing unless the connection is ready: the next one is new anyway.
   *
   * @param insist the present connection does harm: better a gap than keeping it.
   */
  exchange(insist: boolean): void {
    this.#dispatch({ type: 'exchange', insist });
  }

  /** The passengers are on the other link too; or cannot get on it, and why. */
  joined(why?: StreamSeaError): void {
    this.#dispatch(why === undefined ? { type: 'joined' } : { type: 'other', event: this.#failed(why) });
  }

  /** Disconnects, but waits for all that was sent until then. Resolves when the last socket is gone. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.disconnect();
    await Promise.all(this.#leaving.values());
  }

  /** For good. Resolves when the last socket is gone. */
  async close(): Promise<void> {
    this.#draining = false;
    this.#dispatch({ type: 'close' });
    await Promise.all(this.#leaving.values());
  }

  /** One event at a time, run to its end: what listeners call from within waits its turn. */
  #dispatch(event: ConnectionEvent): void {
    this.#events.push({ event });
    this.#run();
  }

  #run(): void {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
      if (!('link' in next) || next.link === this.#present) this.#apply(next.event);
      else if (next.link === this.#other) this.#apply({ type: 'other', event: next.event });
      else this.#heardLate(next.event);
    }
    this.#running = false;
  }

  /** What a link that is going still reports is nobody's business, unless the next one would show the same. */
  #heardLate(event: LinkEvent): void {
    if (event.type !== 'refused' || this.#state.name === 'closed') return;
    const { policy, refused } = this.#options;
    const until = event.at + policy.refusedFor;
    this.#apply({ type: 'rest', why: event.why, until });
    refused(event.why, until);
  }

  #apply(event: ConnectionEvent): void {
    const { policy, clock, changed } = this.#options;
    const before = this.#state;
    const after = transition(before, event, policy);
    if (after === before) return;
    this.#state = after;
    this.#cancelRetry();
    const until = retryAt(after);
    if (until !== undefined) {
      this.#cancelRetry = clock.setTimeout(() => this.#dispatch({ type: 'retry' }), until - clock.elapsed());
    }
    if (before.name === 'ready' && after.name !== 'ready') this.#options.passengers.detach();
    if (hasOther(before) && (event.type === 'joined' || event.type === 'failed')) this.#follow();
    else this.#letGo();
    this.#fill();
    if (after.name === 'ready') this.#board(before, event);
    this.#report(event);
    if (after.name !== before.name) changed(after);
  }

  /** The other link is the present one. */
  #follow(): void {
    this.#leave(this.#present);
    this.#present = this.#other;
    this.#other = undefined;
    if (this.#state.name === 'ready') this.#options.passengers.move();
  }

  /** Links that the state has no place for go. */
  #letGo(): void {
    const { name } = this.#state;
    if (this.#other !== undefined && !hasOther(this.#state)) {
      this.#leave(this.#other);
      this.#other = undefined;
      if (name === 'ready') this.#options.passengers.stay();
    }
    if (name === 'ready' || name === 'authenticating') return;
    this.#leave(this.#present);
    this.#present = undefined;
    // Those that had all the time they needed have it no more: somebody may wait for the end.
    if (this.#hurries) this.#hurry();
  }

  #hurry(): void {
    for (const link of this.#leaving.keys()) void link.close();
  }

  #board(before: SessionState, event: ConnectionEvent): void {
    const { passengers } = this.#options;
    if (before.name !== 'ready') {
      if (this.#present !== undefined) passengers.attach(this.#present);
    } else if (event.type === 'other' && event.event.type === 'authenticated') {
      if (this.#other !== undefined) passengers.prepare(this.#other);
    }
  }

  /** What nobody would see from the state; why there is no other link, once for each reason. */
  #report(event: ConnectionEvent): void {
    const { problem } = this.#options;
    const state = this.#state;
    if (event.type === 'failed' && state.name !== 'waiting') problem(event.why);
    if (event.type === 'other' && 'why' in event.event && event.event.why.message !== this.#lastSaid) {
      const { why } = event.event;
      this.#lastSaid = why.message;
      problem(new NetworkError(say('network.exchange', { reason: reasonOf(why) }), { cause: why }));
    }
    if (event.type === 'other' && event.event.type === 'refused' && state.name === 'ready') {
      if (state.exchange?.name === 'refused') this.#options.refused(state.exchange.why, state.exchange.until);
    }
    if (state.name !== 'ready' || state.exchange === undefined) this.#lastSaid = undefined;
  }

  #leave(link: L | undefined): void {
    if (link === undefined) return;
    // Somebody waits for the end of a session; for that of a link nobody does.
    const gone = (this.#hurries ? link.close() : link.drain()).then(() => {
      this.#leaving.delete(link);
      if (this.#leaving.size > 0) return;
      this.#options.passengers.alone();
      this.#fill();
    });
    this.#leaving.set(link, gone);
  }

  /** Whether somebody waits for the end of the session. */
  get #hurries(): boolean {
    return ['idle', 'closed'].includes(this.#state.name) && !this.#draining;
  }

  /** Opens what the state is waiting for, as soon as no other socket is left: one may chatter on, and never go. */
  #fill(): void {
    const { name, exchange } = { exchange: undefined, ...this.#state };
    const isMissing = name === 'connecting' && this.#present === undefined;
    const isOtherMissing = exchange?.name === 'connecting' && this.#other === undefined;
    if ((isMissing || isOtherMissing) && this.#leaving.size > 0) {
      this.#endWait ??= this.#options.clock.setTimeout(() => {
        this.#endWait = undefined;
        this.#hurry();
      }, LEAVE_TIMEOUT);
      return;
    }
    this.#endWait?.();
    this.#endWait = undefined;
    if (isMissing) this.#present = this.#open();
    else if (isOtherMissing) this.#other = this.#open();
  }

  #failed(why: StreamSeaError): LinkEvent {
    const { clock, random } = this.#options;
    return { type: 'failed', at: clock.elapsed(), why, random: random() };
  }

  #open(): L {
    const { clock } = this.#options;
    const tell = (event: LinkEvent): void => {
      this.#events.push({ event, link });
      this.#run();
    };
    const link = this.#options.open({
      opened: () => tell({ type: 'opened' }),
      authenticated: (jailId) =>
        tell({ type: 'authenticated', at: clock.elapsed(), ...(jailId !== undefined && { jailId }) }),
      ended: (why: StreamSeaError) =>
        tell(
          why instanceof CredentialsError ? { type: 'refused', at: clock.elapsed(), why } : this.#failed(why),
        ),
    });
    return link;
  }
}
