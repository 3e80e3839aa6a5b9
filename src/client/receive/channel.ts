/**
 * One server subscription: how it stands on the connection, and while that is exchanged (see `connection/exchange`) on the
 * one that is to take its place.
 */
import { type StreamSeaError, type SubscriptionError, TimeoutError } from '../../errors';
import { quoted, say } from '../../sentences';
import { type Backoff, backoffDelay } from '../common/backoff';
import type { ServerSubscription } from '../connection/server-subscriptions';
import { Audience, type AudienceOptions } from './audience';
import { groupIdFor } from './delivery';
import type { Seeds } from './seeds';
import { type ChannelStatus, nothing, type Slot, type SubscriptionListener } from './subscription';

/** A connection to subscribe on. */
export interface Wire {
  /** The id of the subscribe. */
  subscribe(subscription: ServerSubscription, groupId?: string): number;
}

/** A connection, as all channels see it. */
export interface Side {
  readonly wire: Wire;
  /** Subscribed on it, wanted, and never answered. */
  readonly unanswered: Set<Channel>;
}

export function sideOf(wire: Wire): Side {
  return { wire, unanswered: new Set() };
}

export interface ChannelOptions extends AudienceOptions {
  readonly random: () => number;
  /** Milliseconds after which a subscribe without an answer is reported. */
  readonly answerTimeout: number;
}

/** What all channels of a client have around them; it changes. */
export interface Surroundings extends ChannelOptions {
  /** The present connection, and the one that is to take its place. */
  readonly present: Side | undefined;
  readonly other: Side | undefined;
  readonly seeds: Seeds;
  /** The server has answered on that side. */
  answered(channel: Channel, side: Side): void;
  /** Nobody has it any more. */
  vacated(channel: Channel): void;
  /** Somebody has it again that was still on the present connection. */
  revived(channel: Channel): void;
  /** A message for nobody, or for an owner that has gone: see {@link Audience}. */
  ignored(channel: Channel, message: unknown, owner?: string): void;
}

/** How a channel stands on one connection; `absent`: not subscribed there. */
type Standing = ChannelStatus | 'absent';

// A stream may be defined at any time, and nobody tells: a refused subscribe is tried again, at leisure.
const REFUSED_RETRY: Backoff = { first: 30_000, max: 600_000 };

function isOn(standing: Standing): boolean {
  return standing === 'pending' || standing === 'active';
}

/** Where there are ten thousand of them, each field counts. */
export class Channel extends Audience<Surroundings> implements ServerSubscription {
  #present: Standing = 'absent';
  #other: Standing = 'absent';
  /** In a row, and the last one. */
  #refused: { readonly times: number; readonly error: StreamSeaError } | undefined;
  /** Ends the wait for an answer, or for the next try. */
  #stopTimer = nothing;

  /** What one connection has accepted needs no word of the other. */
  get status(): ChannelStatus {
    if (this.#present === 'active' || this.#other === 'active') return 'active';
    return this.#present === 'failed' ? 'failed' : 'pending';
  }

  /** Whether the present connection delivers to it, or soon will. */
  get onPresent(): boolean {
    return isOn(this.#present);
  }

  get onOther(): boolean {
    return isOn(this.#other);
  }

  /** Whether any connection delivers to it, or soon will. */
  get onWire(): boolean {
    return this.onPresent || this.onOther;
  }

  /** Whether it would miss something if the present connection went. */
  get served(): boolean {
    return this.#present === 'active';
  }

  /** Whether it brings messages to nobody but a successor of that owner. */
  isLeftBy(owner: string): boolean {
    return this.onWire && this.slots.length === 1 && this.slots.every((slot) => slot.isLeftBy(owner));
  }

  /** The error for an answer that has not come in time. */
  late(): TimeoutError {
    const seconds = this.options.answerTimeout / 1000;
    return new TimeoutError(say('timeout.subscription', { stream: quoted(this.stream), seconds }));
  }

  override join(listener: SubscriptionListener): Slot {
    if (this.vacant) this.#revive();
    const slot = super.join(listener);
    this.#subscribeAll();
    return slot;
  }

  /** There is a connection: subscribes, if anybody listens. */
  attach(side: Side): void {
    if (this.heard) this.#subscribe(side);
  }

  /** There is to be another one. What a successor is about to take over is not to be lost on it either. */
  prepare(side: Side): void {
    if (this.heard || (this.onPresent && this.awaited)) this.#subscribe(side);
  }

  /** The other one is the present one. What the one before still delivers is taken, what it answers is not. */
  move(): void {
    this.#present = this.#other;
    this.#other = 'absent';
    if (this.#present === 'pending') this.#awaitAnswer();
    else if (this.#present === 'failed') this.#fail();
    else this.#rest();
  }

  /** There will be no other one. */
  stay(): void {
    const before = this.status;
    this.#other = 'absent';
    if (this.status === before) return;
    if (this.#present === 'pending') this.#awaitAnswer();
    else this.#fail();
  }

  /** There is no connection: what the last one still delivers is taken, what it still answers is not. */
  detach(): void {
    this.#rest();
    this.#present = 'absent';
    this.#other = 'absent';
    for (const slot of this.slots) slot.lastSaid = undefined;
  }

  /** Asks again now, if it was refused. */
  retry(): void {
    if (this.status === 'failed') this.#subscribeAll();
  }

  override mute(): void {
    this.detach();
    super.mute();
  }

  answered(connection: object): void {
    const side = this.#sideOf(connection);
    if (side === undefined || this.#on(side) !== 'pending') return;
    const isNews = this.status !== 'active';
    this.#stand(side, 'active');
    if (isNews) {
      this.#endWait();
      for (const slot of this.slots) {
        slot.lastSaid = undefined;
        // Those who have just come are told when they are welcomed.
        if (slot.kept === undefined) this.tellReady(slot);
      }
    }
    this.options.answered(this, side);
  }

  refused(error: SubscriptionError, connection: object): void {
    const side = this.#sideOf(connection);
    if (side === undefined) return;
    this.#stand(side, 'failed');
    this.#refused = { times: (this.#refused?.times ?? 0) + 1, error };
    if (this.status === 'failed') this.#fail();
    this.options.answered(this, side);
  }

  protected override greet(slot: Slot): void {
    if (this.status === 'active') this.tellReady(slot);
    else if (this.status === 'failed' && this.#refused) this.tellError(slot, this.#refused.error);
  }

  protected override vacated(): void {
    this.options.vacated(this);
  }

  protected override ignored(message: unknown, owner?: string): void {
    this.options.ignored(this, message, owner);
  }

  #subscribe(side: Side): void {
    if (this.#on(side) === 'absent') side.unanswered.add(this);
    this.#stand(side, 'pending');
    if (side === this.options.present) this.#awaitAnswer();
    side.wire.subscribe(this, groupIdFor(this.delivery, this.stream, this.options.seeds.of(this.stream)));
  }

  /** On both: the one may go, or never come to be. They share a group, so each message comes once. */
  #subscribeAll(): void {
    for (const side of this.#sides) if (!isOn(this.#on(side))) this.#subscribe(side);
  }

  #revive(): void {
    for (const side of this.#sides) if (this.#on(side) === 'pending') side.unanswered.add(this);
    if (this.onPresent) this.options.revived(this);
  }

  get #sides(): readonly Side[] {
    const { present, other } = this.options;
    return [present, other].filter((side) => side !== undefined);
  }

  #sideOf(connection: object): Side | undefined {
    return this.#sides.find(({ wire }) => wire === connection);
  }

  #on(side: Side): Standing {
    return side === this.options.present ? this.#present : this.#other;
  }

  #stand(side: Side, standing: Standing): void {
    if (side === this.options.present) this.#present = standing;
    else this.#other = standing;
  }

  /** Nobody delivers to it: who listens is told, and the server asked again later. */
  #fail(): void {
    if (this.vacant || this.#refused === undefined) return;
    const { clock, random } = this.options;
    const { times, error } = this.#refused;
    this.#stopTimer();
    this.#stopTimer = clock.setTimeout(
      () => this.retry(),
      REFUSED_RETRY.first + backoffDelay(times, REFUSED_RETRY, random()),
    );
    for (const slot of this.slots) this.tellError(slot, error);
  }

  #awaitAnswer(): void {
    this.#stopTimer();
    this.#stopTimer = this.options.clock.setTimeout(() => this.#unanswered(), this.options.answerTimeout);
  }

  #unanswered(): void {
    const error = this.late();
    for (const slot of this.slots) this.tellError(slot, error);
  }

  /** Nothing is waited for, and nothing has gone wrong. */
  #rest(): void {
    this.#endWait();
    this.#refused = undefined;
  }

  /** Lets go of the timer too: that of an answered subscribe took more memory than all the rest of its channel. */
  #endWait(): void {
    this.#stopTimer();
    this.#stopTimer = nothing;
  }
}
