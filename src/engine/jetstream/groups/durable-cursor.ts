/** A group's place as NATS remembers it. Entries are asked for only when somebody takes; what is done is acknowledged. */

import type { Msg } from '@nats-io/transport-node';
import { pause, within } from '../../deadline';
import type { Cursor, CursorEnd, Entry, Taken } from '../../log';
import { KeptEntry } from '../../memory/link';
import { insertEntry, Share, takeEntries } from '../../memory/taking';
import type { Delivery } from '../delivery';
import { decodeEntry } from '../entry-message';
import type { Missed } from '../missed';
import type { NatsConnection } from '../nats/nats-connection';
import { isPassing } from '../nats/nats-faults';
import { questionTime } from './consumer-terms';
import { type PullEnd, Puller } from './puller';
import { Receipts } from './receipts';

/** Entries asked for at once, at the most. */
const MOST_AT_ONCE = 256;
/** Milliseconds until it is looked again whether the consumer is there. */
const PAUSE = 500;
/** Milliseconds for leaving: beyond it, what is not done is given to others once its time is over. */
const LEAVE_LIMIT = 2_000;
/** Milliseconds for what was taken before to come. */
const CLAIM_LIMIT = 3_000;

export interface DurableParts {
  readonly stream: string;
  readonly consumer: string;
  /** Of the consumer, in milliseconds. */
  readonly ackWait: number;
  /** Its number of the last entry that the group was handed before this cursor, or an earlier one. */
  readonly last: number;
  readonly missed?: Missed;
  /** Called with each number of messages that are found missing. */
  readonly dropped?: (messages: number) => void;
  /**
   * Makes the consumer again, reading from that entry on.
   *
   * @returns false when it reads another log: what numbers meant before they do not mean any more.
   */
  readonly remake: (from: number) => Promise<boolean>;
  /** Nothing more comes of it. */
  readonly ended?: () => void;
  /** Taken before NATS knew of this reader: they come once more, and are not handed out again. */
  readonly undone?: readonly number[];
  readonly done?: readonly number[];
}

export class DurableCursor implements Cursor {
  readonly #connection: NatsConnection;
  readonly #parts: DurableParts;
  readonly #puller: Puller;
  readonly #notBack: () => void;
  /** Of those in `#ready`, too. */
  readonly #receipts: Receipts;
  /** Given back, or come without being asked for. */
  readonly #ready: Entry[] = [];
  #want: { maxBytes: number; resolve: (taken: Taken) => void } | undefined;
  #end: CursorEnd | undefined;
  /** There is more to be had at once. */
  #hasMore = true;
  /** Letters of an entry, about. */
  #size = Number.POSITIVE_INFINITY;
  #last: number;
  #missed = 0;
  /** Whether messages are missing is being found out: until then nothing is handed out. */
  #checks = 0;
  /** Of the connection, when the consumer was last known to be there. */
  #outages: number;
  #isVerifying = false;
  #leaving: Promise<void> | undefined;

  constructor(connection: NatsConnection, parts: DurableParts) {
    this.#connection = connection;
    this.#parts = parts;
    this.#last = parts.last;
    this.#outages = connection.outages;
    this.#receipts = new Receipts(connection, parts.undone, parts.done);
    this.#puller = new Puller(connection, {
      stream: parts.stream,
      consumer: parts.consumer,
      stands: questionTime(parts.ackWait),
      message: (message, delivery) => this.#receive(message, delivery),
      ended: (end) => this.#pulled(end),
      alive: () => {
        this.#outages = connection.outages;
      },
    });
    this.#notBack = connection.onBack(() => this.#comeBack());
  }

  get consumer(): string {
    return this.#parts.consumer;
  }

  take(maxBytes: number): Promise<Taken> {
    if (this.#want !== undefined) return Promise.reject(new TypeError('One take at a time.'));
    if (this.#end !== undefined) return Promise.resolve({ end: this.#end });
    return new Promise((resolve) => {
      this.#want = { maxBytes, resolve };
      this.#go();
    });
  }

  done(number: number): void {
    this.#receipts.done(number);
  }

  giveBack(entry: Entry): void {
    if (!this.#receipts.has(entry.number) || this.#end !== undefined) return;
    if (entry.texts.length === 0) {
      this.done(entry.number);
      return;
    }
    insertEntry(this.#ready, entry);
    this.#go();
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave('left');
    return this.#leaving;
  }

  /** The engine is closed. */
  close(): Promise<void> {
    this.#leaving ??= this.#leave('closed');
    return this.#leaving;
  }

  /** It is no more, for whatever reason. */
  forget(): void {
    this.#finish('forgotten');
    void this.#puller.stop().catch(() => {});
  }

  /** What is under way is: NATS would give it to others after a while. To be called more often than that. */
  renew(): void {
    this.#receipts.renew();
  }

  /** The consumer has moved to another server, where nobody knows of our question. */
  refresh(): void {
    this.#puller.drop();
    this.#hasMore = true;
    this.#go();
  }

  /** Lets entries come that were taken before; resolves when all have that there are still. */
  async claim(): Promise<void> {
    const end = performance.now() + CLAIM_LIMIT;
    while (
      this.#receipts.unclaimed > 0 &&
      this.#hasMore &&
      this.#end === undefined &&
      !this.#connection.isClosed &&
      performance.now() < end
    ) {
      if (!this.#puller.isAsking && !this.#isVerifying) this.#puller.askForSome(this.#receipts.unclaimed, 0);
      await pause(1, this.#connection.closed);
    }
  }

  #receive(message: Msg, delivery: Delivery): void {
    const { number } = delivery;
    const reply = message.reply ?? '';
    this.#hasMore = delivery.pending > 0;
    const last = this.#last;
    this.#last = Math.max(last, number);
    // Of a question that stood when it ended: it is given back with all the rest.
    if (!this.#receipts.receive(number, reply) || this.#end !== undefined) return;
    const content = decodeEntry(message.data);
    if (content === undefined) {
      this.#receipts.done(number);
      return;
    }
    const missed = this.#parts.missed?.see(content, delivery) ?? 0;
    if (missed > 0) void this.#miss(missed, last);
    this.#size =
      this.#size < message.data.length ? (this.#size + message.data.length) / 2 : message.data.length;
    insertEntry(this.#ready, new KeptEntry(number, content.texts));
  }

  /**
   * What did not come may come yet: a publisher sends again what nobody answered, behind others by then. What is trimmed
   * goes in order: after an entry that is still there, nothing is missing.
   */
  async #miss(missed: number, last: number): Promise<void> {
    this.#checks += 1;
    const { jsm } = this.#connection;
    const isKept = await this.#connection
      .attempt(() => jsm.streams.getMessage(this.#parts.stream, { seq: last }))
      .then((message) => message !== null)
      .catch(() => true);
    this.#checks -= 1;
    if (!isKept) {
      this.#missed += missed;
      this.#parts.dropped?.(missed);
    }
    this.#go();
  }

  #pulled(end: PullEnd): void {
    if (this.#end !== undefined) return;
    if (end === 'deleted') {
      this.forget();
      return;
    }
    if (end === 'lost' && this.#ready.length === 0) return void this.#verify();
    if (end === 'large') this.#puller.askForSome(1, 0);
    else if (this.#ready.length === 0) this.#hasMore = false;
    this.#go();
  }

  /** Hands out, or sees to it that there is something. */
  #go(): void {
    const want = this.#want;
    if (want === undefined || this.#end !== undefined || this.#checks > 0) return;
    if (this.#ready.length > 0) {
      this.#want = undefined;
      const share = new Share();
      takeEntries(this.#ready, want.maxBytes, share.entries);
      share.missed = this.#missed;
      this.#missed = 0;
      want.resolve(share);
    } else if (!this.#puller.isAsking && !this.#isVerifying && this.#connection.isReady) {
      if (this.#hasMore) this.#askFor(want.maxBytes);
      else this.#puller.askForNext();
    }
  }

  /**
   * By number: where NATS is told how many bytes it may send, it puts a message that is to be given again, and does not
   * fit, behind all others. So that bound is a far one.
   */
  #askFor(maxBytes: number): void {
    const batch = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(maxBytes / this.#size)));
    this.#puller.askForSome(batch, batch > 1 ? 4 * maxBytes + 2 * this.#connection.maxPayload : 0);
  }

  /** The connection stands again. What was asked and acknowledged meanwhile may be lost. */
  #comeBack(): void {
    if (this.#end !== undefined || !this.#connection.isReady) return;
    this.#receipts.repeat();
    this.refresh();
  }

  /** Nobody has answered for the consumer. */
  async #verify(): Promise<void> {
    if (this.#isVerifying) return;
    this.#isVerifying = true;
    const { jsm } = this.#connection;
    const { stream, consumer } = this.#parts;
    try {
      await jsm.consumers.info(stream, consumer);
      await pause(PAUSE, this.#connection.closed);
    } catch (error) {
      if (isPassing(error)) await pause(PAUSE, this.#connection.closed);
      else if (this.#outages === this.#connection.outages) this.forget();
      else await this.#remake();
    }
    this.#isVerifying = false;
    this.#hasMore = true;
    this.#go();
  }

  async #remake(): Promise<void> {
    try {
      const isSame = await this.#parts.remake(this.#receipts.oldest ?? this.#last + 1);
      if (!isSame) this.forget();
    } catch {
      await pause(PAUSE, this.#connection.closed);
    }
  }

  async #leave(end: CursorEnd): Promise<void> {
    if (this.#end !== undefined) return;
    this.#finish(end);
    const { nc, isReady } = this.#connection;
    if (!isReady) return void this.#puller.stop().catch(() => {});
    const release = async (): Promise<void> => {
      // First no question stands any more: what is given back would come here again.
      await this.#puller.stop();
      this.#receipts.giveBack();
      await nc.flush();
    };
    await within(
      LEAVE_LIMIT,
      release().catch(() => {}),
    );
  }

  #finish(end: CursorEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#notBack();
    this.#want?.resolve({ end });
    this.#want = undefined;
    this.#parts.ended?.();
  }
}
