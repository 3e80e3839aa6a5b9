/**
 * How it stands with NATS: whether it can be reached, and takes what is new. Whoever waits for it is told each time that
 * it is back; whoever runs the server is told of an outage once, and of its end.
 */

import { inEnglish, say, type Words } from '../../../sentences';
import type { EngineState } from '../../engine';
import { EngineAway } from '../../faults';
import { Warnings } from './warnings';

export interface StandingParts {
  /** Addresses, for people. */
  readonly where: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly warn: (words: Words) => void;
}

type Outage = Extract<EngineState, { readonly why: Words }>;

export class Standing {
  readonly warnings: Warnings;
  /** How often it was away: who remembers the number can tell whether it was since. */
  outages = 0;
  /** Milliseconds of `performance.now()`, of the last time that it was. */
  awaySince = Number.POSITIVE_INFINITY;
  readonly #parts: StandingParts;
  readonly #listeners = new Set<() => void>();
  #isClosed = false;
  #outage: Outage | undefined;
  /** Whether the outage has been told as it is now, and whether anything of it has. */
  #isTold = false;
  #isKnown = false;

  constructor(parts: StandingParts) {
    this.#parts = parts;
    this.warnings = new Warnings(parts.warn, () => performance.now());
  }

  get state(): EngineState {
    return this.#isClosed ? { name: 'closed' } : (this.#outage ?? { name: 'ready' });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** It can be asked. Where it takes nothing new, what it has can still be read. */
  get isReady(): boolean {
    return !this.#isClosed && this.#outage?.name !== 'away';
  }

  /** Why nothing can be done now. */
  get away(): EngineAway | undefined {
    if (this.isReady) return undefined;
    return new EngineAway(this.#isClosed ? say('engine.closed') : (this.#outage?.why ?? ''));
  }

  /** Called each time that it can be asked again, and when it is closed. */
  onBack(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves with whether it is ready, at the latest after so many milliseconds. */
  whenReady(ms: number): Promise<boolean> {
    if (this.isReady || this.#isClosed || ms <= 0) return Promise.resolve(this.isReady);
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        cancel();
        resolve(this.isReady);
      };
      const timer = setTimeout(end, ms);
      const cancel = this.onBack(end);
    });
  }

  /** Or for what other reason it is. */
  leave(why: Words): void {
    if (this.#isClosed || (!this.isReady && inEnglish(why) === inEnglish(this.#outage?.why ?? ''))) return;
    if (this.isReady) {
      this.outages += 1;
      this.awaySince = performance.now();
    }
    this.#suffer('away', why);
  }

  /** It answers, and takes nothing. */
  refuse(why: Words): void {
    if (this.#isClosed || this.#outage?.name === 'refusing') return;
    const wasReady = this.isReady;
    this.#suffer('refusing', why);
    if (!wasReady) this.#call();
  }

  /** All is well. @returns whether it was not. */
  recover(): boolean {
    if (this.#isClosed || this.#outage === undefined) return false;
    const wasReady = this.isReady;
    this.#outage = undefined;
    if (this.#isKnown) this.#parts.warn(say('nats.back', { where: this.#parts.where }));
    this.#isKnown = false;
    if (!wasReady) this.#call();
    return true;
  }

  /** To be called now and then: an outage so soon after the last one is told only if it lasts. */
  remind(): void {
    if (this.#outage === undefined || this.#isTold || this.#isClosed) return;
    this.#isTold = this.warnings.tell(this.#outage.why);
    this.#isKnown ||= this.#isTold;
  }

  close(): void {
    this.#isClosed = true;
    this.#call();
  }

  #suffer(name: Outage['name'], why: Words): void {
    const since = this.#outage?.name === name ? this.#outage.since : this.#parts.now();
    this.#outage = { name, since, why };
    this.#isTold = false;
    this.remind();
  }

  #call(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
