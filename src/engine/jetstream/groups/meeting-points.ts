/**
 * Where those who serve one passing group meet: a consumer in NATS, which one of them makes. Of several who offer one
 * at the same moment, one is chosen by all.
 */

import type { LogId } from '../../log';
import { type NatsConnection, REQUEST_TIMEOUT } from '../nats/nats-connection';
import { natsFaultOf } from '../nats/nats-faults';
import type { Subjects } from '../subjects';
import type { Presence } from './presence';

/** Nanoseconds that a choice is remembered: long after all who chose know it. */
const MAX_AGE_NS = 3_600_000_000_000;

export class MeetingPoints {
  readonly #connection: NatsConnection;
  readonly #subjects: Subjects;
  readonly #presence: Presence;
  readonly #replicas: number;
  #ready: Promise<unknown> | undefined;

  constructor(connection: NatsConnection, subjects: Subjects, presence: Presence, replicas: number) {
    this.#connection = connection;
    this.#subjects = subjects;
    this.#presence = presence;
    this.#replicas = replicas;
  }

  /**
   * @param offered is served already, so that it can be chosen.
   * @returns the consumer that all have chosen: the one offered, or another one.
   * @throws (rejects with) what NATS says
   */
  async choose(logId: LogId, group: string, offered: string): Promise<string> {
    const { js, jsm } = this.#connection;
    const subject = this.#subjects.choiceOf(logId, group);
    await this.#open();
    for (let lastSubjectSequence = 0; ; ) {
      try {
        await js.publish(subject, offered, { timeout: REQUEST_TIMEOUT, expect: { lastSubjectSequence } });
        return offered;
      } catch (error) {
        if (natsFaultOf(error) !== 'conflict') throw error;
      }
      const last = await jsm.streams.getMessage(this.#subjects.choices, { last_by_subj: subject });
      const chosen = last?.string();
      if (chosen !== undefined && (await this.#presence.isServed(logId.jail, chosen))) return chosen;
      lastSubjectSequence = last?.seq ?? 0;
    }
  }

  async #open(): Promise<void> {
    this.#ready ??= this.#connection.attempt(() =>
      this.#connection.jsm.streams.add({
        name: this.#subjects.choices,
        subjects: [this.#subjects.allChoices],
        max_msgs_per_subject: 1,
        max_age: MAX_AGE_NS,
        storage: 'memory',
        num_replicas: this.#replicas,
      }),
    );
    try {
      await this.#ready;
    } catch (error) {
      this.#ready = undefined;
      if (natsFaultOf(error) !== 'exists') throw error;
    }
  }
}
