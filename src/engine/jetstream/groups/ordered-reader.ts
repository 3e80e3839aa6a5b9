/**
 * Reads a stream of NATS from some place on, in order and without a gap, for ever: what breaks is made anew from where
 * its owner says. Nothing is acknowledged.
 *
 * By hand, as the ready-made ones of the client find out late that they were lost: their heartbeat is 30 s.
 */

import type { ConsumerConfig } from '@nats-io/jetstream';
import type { Msg, Subscription } from '@nats-io/transport-node';
import { type Delivery, deliveryOf, statusOf } from '../delivery';
import type { NatsConnection } from '../nats/nats-connection';
import { natsFaultOf } from '../nats/nats-faults';
import { NS } from './consumer-terms';

/** Milliseconds. There are few of these, so that it may be short. */
const HEARTBEAT = 2_000;
/** Milliseconds without a sign of life after which it is taken for lost. */
const SILENCE = 2.5 * HEARTBEAT;
/** Milliseconds until it is tried again what was refused. */
const PAUSE = 500;
/** Milliseconds that NATS keeps it when nobody listens any more. */
const INACTIVE = 30_000;

export interface ReaderParts {
  readonly stream: string;
  /** Where to read from, and what; asked each time it is made anew. */
  readonly start: () => Partial<ConsumerConfig>;
  /** It has been made, and so many messages were there before it. Some of them may have come already. */
  readonly begun: (pending: number) => void;
  readonly message: (message: Msg, delivery: Delivery) => void;
  /** It is at the end, as nothing has come for a while. */
  readonly idle?: () => void;
  /** There is no such stream. It stops, and may be started again. */
  readonly missing: () => void;
}

export class OrderedReader {
  readonly #connection: NatsConnection;
  readonly #parts: ReaderParts;
  readonly #notBack: () => void;
  #subscription: Subscription | undefined;
  /** The one of NATS, to be deleted. */
  #name: string | undefined;
  #count = 0;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: NatsConnection, parts: ReaderParts) {
    this.#connection = connection;
    this.#parts = parts;
    this.#notBack = connection.onBack(() => this.#restart());
  }

  /**
   * Resolves when nothing that comes from now on is missed.
   *
   * @throws (rejects with) EngineAway, or with what NATS says; then it may be started again.
   */
  async start(): Promise<void> {
    try {
      await this.#connection.run(() => this.#make());
    } catch (error) {
      this.#drop();
      throw error;
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#notBack();
    this.#drop();
  }

  async #make(): Promise<void> {
    const { nc, jsm, packages } = this.#connection;
    this.#drop();
    this.#count = 0;
    const inbox = packages.transport.createInbox();
    const subscription = nc.subscribe(inbox, {
      callback: (error, message) => {
        if (subscription !== this.#subscription) return;
        if (error === null) this.#receive(message);
        else this.#again();
      },
    });
    this.#subscription = subscription;
    this.#wait(SILENCE);
    const info = await jsm.consumers.add(this.#parts.stream, {
      ...this.#parts.start(),
      deliver_subject: inbox,
      ack_policy: 'none',
      max_deliver: 1,
      mem_storage: true,
      num_replicas: 1,
      flow_control: true,
      idle_heartbeat: HEARTBEAT * NS,
      inactive_threshold: INACTIVE * NS,
    });
    if (subscription !== this.#subscription) return;
    this.#name = info.name;
    this.#parts.begun(info.num_pending + info.delivered.consumer_seq);
  }

  #receive(message: Msg): void {
    this.#timer?.refresh();
    const delivery = deliveryOf(message.reply);
    if (delivery !== undefined) {
      if (delivery.count !== this.#count + 1) {
        this.#restart();
        return;
      }
      this.#count = delivery.count;
      this.#parts.message(message, delivery);
      return;
    }
    const status = statusOf(message);
    if (status === undefined) return;
    if (status.code !== 100) {
      this.#again();
      return;
    }
    // Flow control: NATS goes on once it has an answer, here or where a heartbeat says that it waits for one.
    if (message.reply) message.respond();
    const stalled = message.headers?.get('Nats-Consumer-Stalled');
    if (stalled) this.#connection.nc.publish(stalled);
    const last = message.headers?.get('Nats-Last-Consumer');
    if (last === undefined || last === '') return;
    if (Number(last) !== this.#count) this.#restart();
    else this.#parts.idle?.();
  }

  /** Something was lost, or may have been. */
  #restart(): void {
    if (this.#isStopped) return;
    this.#make().catch((error: unknown) => {
      if (this.#isStopped) return;
      if (natsFaultOf(error) === 'missing stream' && this.#connection.isReady) {
        this.#drop();
        this.#parts.missing();
      } else {
        this.#again();
      }
    });
  }

  /** A moment later, as long as the connection stands; else its coming back is what starts it again. */
  #again(): void {
    this.#drop();
    if (!this.#isStopped) this.#wait(PAUSE);
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#connection.isReady) this.#restart();
      else this.#wait(PAUSE);
    }, ms);
    this.#timer.unref();
  }

  #drop(): void {
    clearTimeout(this.#timer);
    const { nc, jsm, isReady } = this.#connection;
    const name = this.#name;
    if (this.#subscription !== undefined && !nc.isClosed()) this.#subscription.unsubscribe();
    this.#subscription = undefined;
    this.#name = undefined;
    // NATS would delete it by itself a while later.
    if (name !== undefined && isReady) jsm.consumers.delete(this.#parts.stream, name).catch(() => {});
  }
}
