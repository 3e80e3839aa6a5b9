/** What a reader has of a consumer in NATS, and what it is done with: where to say so, and that it is said. */

import type { NatsConnection } from '../nats/nats-connection';

const ACK = '+ACK';
const NAK = '-NAK';
const WORKING = '+WPI';

/** Entries done that are remembered, as they may come again when what was said of them was lost. */
const REMEMBERED = 4_096;

export class Receipts {
  readonly #connection: NatsConnection;
  /** By number; where to answer for it, or '' as long as that is not known. */
  readonly #held = new Map<number, string>();
  readonly #done = new Map<number, string>();

  constructor(connection: NatsConnection, held: readonly number[] = [], done: readonly number[] = []) {
    this.#connection = connection;
    for (const number of held) this.#held.set(number, '');
    for (const number of done) this.#done.set(number, '');
  }

  /** The oldest entry that is not done. */
  get oldest(): number | undefined {
    return this.#held.size === 0 ? undefined : Math.min(...this.#held.keys());
  }

  /** Entries of which it is not known yet where to answer for them. */
  get unclaimed(): number {
    return [...this.#held.values(), ...this.#done.values()].filter((reply) => reply === '').length;
  }

  has(number: number): boolean {
    return this.#held.has(number);
  }

  /** It has come. @returns false when it had come before: then it is not to be handed out. */
  receive(number: number, reply: string): boolean {
    if (this.#done.has(number)) {
      this.#done.set(number, reply);
      this.#answer(reply, ACK);
      return false;
    }
    const isNew = !this.#held.has(number);
    this.#held.set(number, reply);
    return isNew;
  }

  done(number: number): void {
    const reply = this.#held.get(number);
    if (reply === undefined) return;
    this.#held.delete(number);
    this.#done.set(number, reply);
    this.#answer(reply, ACK);
    for (const oldest of this.#done.keys()) {
      if (this.#done.size <= REMEMBERED) break;
      this.#done.delete(oldest);
    }
  }

  /** What is held is under way: NATS would give it to others after a while. */
  renew(): void {
    for (const reply of this.#held.values()) this.#answer(reply, WORKING);
  }

  /** What was said lately may not have arrived. */
  repeat(): void {
    for (const reply of this.#done.values()) this.#answer(reply, ACK);
    this.renew();
  }

  /** Others shall have what is held; in this order. */
  giveBack(): void {
    const numbers = [...this.#held.keys()].sort((a, b) => a - b);
    for (const number of numbers) this.#answer(this.#held.get(number) ?? '', NAK);
    this.#held.clear();
  }

  #answer(reply: string, answer: string): void {
    const { nc } = this.#connection;
    if (reply !== '' && !nc.isClosed() && !nc.isDraining()) nc.publish(reply, answer);
  }
}
