/**
 * Failed logins: slowed down the more of them there are, and told. Only what fails is slowed: who brings the right
 * secret is answered at once, from the same address too, since a proxy or a plant is one address for all behind it.
 */

import type { EventEmitter } from 'node:events';
import { shortened } from '../../protocol/schema/problems';
import type { ServerEvent } from '../event';
import type { ServerLimits } from '../limits';

export interface Attempt {
  /** As it was given. */
  readonly clientId: string;
  readonly address: string;
  readonly over: 'http' | 'websocket';
}

export interface LoginAttemptsParts {
  readonly limits: Pick<ServerLimits, 'maxFailedLogins'>;
  readonly onEvent: (event: ServerEvent) => void;
  /** Milliseconds, from any start; never goes back. */
  readonly now?: () => number;
}

interface Failures {
  count: number;
  last: number;
}

/** Failures without a delay: people mistype, and a device that has just been given a new secret tries the old one. */
const FREE = 3;
/** All from one address together: a plant has many devices. */
const FREE_OF_ADDRESS = 100;
const FIRST_DELAY = 100;
const MAX_DELAY = 3_000;
/** Milliseconds without a failure after which the earlier ones are forgotten. */
const MEMORY = 600_000;
/** Failures told in a second. */
const MAX_TOLD = 10;
const MAX_ID = 100;

export class LoginAttempts {
  readonly #parts: LoginAttemptsParts;
  readonly #now: () => number;
  /** The longest quiet first. */
  readonly #records = new Map<string, Failures>();
  /** Of answers that are still to come. */
  readonly #timers = new WeakMap<EventEmitter, Set<NodeJS.Timeout>>();
  #toldCount = 0;
  #toldSince = Number.NEGATIVE_INFINITY;

  constructor(parts: LoginAttemptsParts) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
  }

  get size(): number {
    return this.#records.size;
  }

  /** @param answer says so, now or later; never, if the socket is gone by then. */
  failed(attempt: Attempt, socket: EventEmitter, answer: () => void): void {
    const delay = this.#delayOf(attempt);
    if (delay === 0) {
      answer();
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      answer();
    }, delay);
    const timers = this.#timersOf(socket);
    timers.add(timer);
  }

  /** Its earlier failures were mistakes. */
  succeeded(clientId: string, address: string): void {
    if (this.#records.size > 0) this.#records.delete(`${address} ${shortened(clientId, MAX_ID)}`);
  }

  #delayOf({ clientId, address, over }: Attempt): number {
    const id = shortened(clientId, MAX_ID);
    const failures = this.#count(`${address} ${id}`);
    const ofAddress = this.#count(address);
    if (this.#mayTell()) this.#parts.onEvent({ kind: 'login failed', clientId: id, address, over, failures });
    return Math.max(delay(failures - FREE), delay(ofAddress - FREE_OF_ADDRESS));
  }

  /** A socket may bring many requests before the first is answered: it is listened to once. */
  #timersOf(socket: EventEmitter): Set<NodeJS.Timeout> {
    const known = this.#timers.get(socket);
    if (known !== undefined) return known;
    const timers = new Set<NodeJS.Timeout>();
    this.#timers.set(socket, timers);
    socket.once('close', () => {
      for (const timer of timers) clearTimeout(timer);
    });
    return timers;
  }

  #count(key: string): number {
    const now = this.#now();
    const known = this.#records.get(key);
    const failures = known === undefined || now - known.last > MEMORY ? 1 : known.count + 1;
    this.#records.delete(key);
    this.#records.set(key, { count: failures, last: now });
    const [oldest] = this.#records.keys();
    if (oldest !== undefined && this.#records.size > this.#parts.limits.maxFailedLogins) {
      this.#records.delete(oldest);
    }
    return failures;
  }

  #mayTell(): boolean {
    const now = this.#now();
    if (now - this.#toldSince >= 1_000) {
      this.#toldSince = now;
      this.#toldCount = 0;
    }
    this.#toldCount += 1;
    return this.#toldCount <= MAX_TOLD;
  }
}

function delay(beyond: number): number {
  return beyond <= 0 ? 0 : Math.min(MAX_DELAY, FIRST_DELAY * 2 ** (beyond - 1));
}
