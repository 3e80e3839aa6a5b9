/**
 * Asks for messages of one consumer, so many and no more: a consumer that is asked to send on hands out to a reader
 * that is stuck whatever there is. One question at a time; messages may come late, of an earlier one.
 */

import type { Msg, Subscription } from '@nats-io/transport-node';
import { type Delivery, deliveryOf, statusOf } from '../delivery';
import type { NatsConnection } from '../nats/nats-connection';
import { NS } from './consumer-terms';

/** Milliseconds for an answer to a question for what is there now, and to one whose time is over. */
const ANSWER = 2_000;
/** Milliseconds after which no more of them are awaited: fewer may come than were there. */
const LULL = 50;

export type PullEnd =
  /** What was asked for has come, or there is no more now. */
  | 'over'
  /** The first one is larger than what was asked for. */
  | 'large'
  /** No answer, or one that says that there is no such consumer now. */
  | 'lost'
  /** Somebody has deleted the consumer, or its stream. */
  | 'deleted';

export interface PullerParts {
  readonly stream: string;
  readonly consumer: string;
  /** Milliseconds that a question for the next message stands. */
  readonly stands: number;
  readonly message: (message: Msg, delivery: Delivery) => void;
  readonly ended: (end: PullEnd) => void;
  /** The consumer has given a sign of life. */
  readonly alive: () => void;
}

interface Question {
  readonly reply: string;
  readonly isForNext: boolean;
  left: number;
  got: number;
}

export class Puller {
  readonly #connection: NatsConnection;
  readonly #parts: PullerParts;
  readonly #inbox: string;
  readonly #subscription: Subscription;
  #question: Question | undefined;
  #asked = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: NatsConnection, parts: PullerParts) {
    this.#connection = connection;
    this.#parts = parts;
    this.#inbox = connection.packages.transport.createInbox();
    this.#subscription = connection.nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error !== null) this.#end('lost');
        else this.#receive(message);
      },
    });
  }

  get isAsking(): boolean {
    return this.#question !== undefined;
  }

  /** For what is there now. @param maxBytes 0: no bound */
  askForSome(batch: number, maxBytes: number): void {
    this.#ask(batch, false, { batch, no_wait: true, ...(maxBytes > 0 && { max_bytes: maxBytes }) });
    this.#wait(ANSWER);
  }

  /** For one, as soon as there is one. */
  askForNext(): void {
    const { stands } = this.#parts;
    this.#ask(1, true, { batch: 1, expires: stands * NS });
    this.#wait(stands + ANSWER);
  }

  /** Nothing more is heard of the question; what comes of it yet is told as a message. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#question = undefined;
  }

  /** Resolves when NATS sends nothing here any more. What comes until then is told. */
  async stop(): Promise<void> {
    this.drop();
    if (!this.#subscription.isClosed()) await this.#subscription.drain();
  }

  #ask(left: number, isForNext: boolean, request: object): void {
    this.#asked += 1;
    const reply = `${this.#inbox}.${this.#asked}`;
    this.#question = { reply, isForNext, left, got: 0 };
    const { stream, consumer } = this.#parts;
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
    this.#connection.nc.publish(subject, JSON.stringify(request), { reply });
  }

  #receive(message: Msg): void {
    const question = this.#question;
    const delivery = deliveryOf(message.reply);
    if (delivery !== undefined) {
      this.#parts.alive();
      this.#parts.message(message, delivery);
      if (question === undefined) return;
      question.got += 1;
      question.left -= 1;
      if (question.left === 0 || delivery.pending === 0) this.#end('over');
      else this.#wait(LULL);
      return;
    }
    const status = statusOf(message);
    if (question === undefined || status === undefined || message.subject !== question.reply) return;
    const end = endOf(status, question);
    if (end === 'over') this.#parts.alive();
    this.#end(end);
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end((this.#question?.got ?? 0) > 0 ? 'over' : 'lost'), ms);
    this.#timer.unref();
  }

  #end(end: PullEnd): void {
    if (this.#question === undefined) return;
    this.drop();
    this.#parts.ended(end);
  }
}

function endOf({ code, text }: { code: number; text: string }, { got }: Question): PullEnd {
  // 404: there is none; 408: its time is over.
  if (code === 404 || code === 408) return 'over';
  if (code === 409 && text.includes('deleted')) return 'deleted';
  if (code === 409 && text.includes('maxbytes')) return got > 0 ? 'over' : 'large';
  return 'lost';
}
