/** One listener's share of a channel, which is what it holds as its subscription. */
import type { StreamSeaError } from '../../errors';
import type { Cancel } from '../common/clock';
import type { Delivery } from './delivery';

/** How a subscription stands at the server. */
export type ChannelStatus = 'pending' | 'active' | 'failed';

/** What who subscribes holds. */
export interface Subscription {
  readonly stream: string;
  readonly delivery: Delivery;
  /** `pending`: not answered by the server yet. `closed`: given back. */
  readonly status: ChannelStatus | 'closed';
  /** Ends it for this listener, at once. The server subscription lives on for a grace time. Idempotent. */
  unsubscribe(): void;
  /** `using subscription = client.subscribe(...)`: the same. */
  [Symbol.dispose](): void;
}

/** The server has accepted a subscription. */
export interface SubscriptionAnswer {
  readonly stream: string;
}

/** Listeners may throw: the client reports it as a problem, and nobody else is disturbed. */
export interface SubscriptionListener<Payload = unknown> {
  /** The message is the listener's own to change. */
  message(message: Payload, stream: string): void;
  /**
   * The server refused the subscription, or does not answer; it is asked again now and then. That it refuses the
   * credentials is told to all by `on('state')`.
   */
  error(error: StreamSeaError): void;
  /** The server has accepted it: now, or again after a reconnect. */
  ready?: ((answer: SubscriptionAnswer) => void) | undefined;
  /**
   * Whose it is: a successor of that name takes over what this one leaves, before anybody else does.
   *
   * @internal
   */
  readonly owner?: string;
}

/** Its listener has gone, and left this. */
export interface Absence {
  /** Whose it was. */
  readonly owner: string | undefined;
  readonly endGrace: Cancel;
}

/** What it needs of its channel. */
interface Shared {
  readonly stream: string;
  readonly delivery: Delivery;
  readonly status: ChannelStatus;
  leave(slot: Slot, unread?: readonly unknown[]): void;
  release(): void;
}

/** One for all: where there are ten thousand subscriptions, each closure counts. */
export const nothing: Cancel = () => {};

/** Its channel's to change; one object with the subscription, as two took more memory. */
export class Slot implements Subscription {
  readonly #channel: Shared;
  /** None: it has gone, and its successor has not come. */
  listener: SubscriptionListener | undefined;
  /**
   * What arrived while there was no listener, or before it was told of its subscription. None: it gets what comes at once;
   * or where it has gone, another one elsewhere does (see `Bequests`).
   */
  kept: unknown[] | undefined;
  /** The error that the listener was told last. */
  lastSaid: string | undefined;
  absence: Absence | undefined;

  constructor(channel: Shared, listener: SubscriptionListener | undefined, kept: unknown[] = []) {
    this.#channel = channel;
    this.listener = listener;
    this.kept = kept;
  }

  get stream(): string {
    return this.#channel.stream;
  }

  get delivery(): Delivery {
    return this.#channel.delivery;
  }

  get status(): Subscription['status'] {
    return this.listener === undefined ? 'closed' : this.#channel.status;
  }

  /** Nobody has it, and what comes is given to nobody elsewhere. */
  get isFree(): boolean {
    return this.listener === undefined && this.kept !== undefined;
  }

  /** Nobody has it, though somebody elsewhere may get what comes. */
  get isGone(): boolean {
    return this.listener === undefined && this.absence !== undefined;
  }

  /** Whose it is, or was. */
  get owner(): string | undefined {
    return this.listener === undefined ? this.absence?.owner : this.listener.owner;
  }

  /** What comes is kept here no more. Returns what was. */
  bequeath(): readonly unknown[] {
    const kept = this.kept?.splice(0) ?? [];
    this.kept = undefined;
    return kept;
  }

  isLeftBy(owner: string): boolean {
    return this.isFree && this.owner === owner;
  }

  /** @param unread what it was given and has not looked at: its successor's. */
  unsubscribe(unread?: readonly unknown[]): void {
    if (this.listener === undefined) return;
    this.#channel.leave(this, unread);
    this.#channel.release();
  }

  [Symbol.dispose](): void {
    this.unsubscribe();
  }
}
