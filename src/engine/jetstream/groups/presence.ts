/** Who reads what, as far as engines on one NATS ask each other: whoever reads a consumer answers for it. */

import type { Subscription } from '@nats-io/transport-node';
import type { NatsConnection } from '../nats/nats-connection';
import { natsFaultOf } from '../nats/nats-faults';
import type { Subjects } from '../subjects';

/** Milliseconds for an answer. That nobody is there to give one is known at once. */
const ANSWER_LIMIT = 1_000;

export class Presence {
  readonly #connection: NatsConnection;
  readonly #subjects: Subjects;

  constructor(connection: NatsConnection, subjects: Subjects) {
    this.#connection = connection;
    this.#subjects = subjects;
  }

  /** Somebody reads the consumer, in whatever process. */
  async isServed(jail: string, consumer: string): Promise<boolean> {
    const subject = this.#subjects.readersOf(jail, consumer);
    try {
      await this.#connection.nc.request(subject, '', { timeout: ANSWER_LIMIT });
      return true;
    } catch (error) {
      return natsFaultOf(error) === 'silent';
    }
  }

  /** Until the result is ended, whoever asks is told that the consumer is read here. */
  serve(jail: string, consumer: string): Subscription {
    return this.#connection.nc.subscribe(this.#subjects.readersOf(jail, consumer), {
      callback: (error, message) => {
        if (error === null) message.respond();
      },
    });
  }
}
