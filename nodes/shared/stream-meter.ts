/**
 * What passes through one stream of a server node, for the editor: counts, and the last messages. It stands beside
 * the way of every message, so it may cost next to nothing while nobody looks.
 */

import { toMessage } from '../../src/index';
import { type Said, saidOf } from './sentence.config';

/** A message as it was when it passed. */
export interface PassedMessage {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: unknown;
}

export interface StreamTraffic {
  readonly name: string;
  /** Messages handed to flows, messages published, and failures to publish, since the deploy. */
  readonly received: number;
  readonly published: number;
  readonly failed: number;
  /** When the last one passed. */
  readonly at: number;
  /** The last failure to publish, unless a message was published since. */
  readonly error: Said | undefined;
}

/** What all meters of a server node share. */
export interface Meters {
  /** How many there are: they share one budget of time for copies. */
  readonly size: number;
}

/** With more streams than these, only messages of those that somebody looks at are remembered. */
const MAX_REMEMBERED = 500;

/** Messages of a stream that somebody looks at. */
const MAX_MESSAGES = 20;

/** Longer ones (in characters of JSON) are counted, not remembered. */
const MAX_LENGTH = 100_000;

/** Milliseconds that a stream counts as looked at after a look. */
const LOOK_DURATION = 30_000;

/** The part of the time that copies of messages may take, all streams together. */
const SHARE_OF_TIME = 0.01;

interface Passed {
  readonly at: number;
  /** JSON text. Undefined: too long, or not JSON. */
  readonly text: string | undefined;
}

export class StreamMeter {
  readonly #name: string;
  readonly #meters: Meters;
  #received = 0;
  #published = 0;
  #failed = 0;
  #error: StreamTraffic['error'];
  /** Time, here and below, is that of `performance`. */
  #at = performance.now();
  /** The newest last: one, or more while somebody looks. */
  #passed: Passed[] = [];
  /** Newer than all of `passed`, but not written down: by now the flow may have changed it. */
  #newest: unknown;
  /** Before it no message is written down. */
  #nextCopy = 0;
  #lookedAtUntil = 0;

  constructor(name: string, meters: Meters) {
    this.#name = name;
    this.#meters = meters;
  }

  /** To be called before the flow gets the message, which it may change. */
  received(message: unknown): void {
    this.#received += 1;
    this.#remember(message);
  }

  /** A flow wants this published; what becomes of it is told by `published` and `failed`. */
  offered(message: unknown): void {
    this.#remember(message);
  }

  published(count: number): void {
    this.#published += count;
    this.#error = undefined;
  }

  /** Not all that was offered could be published. */
  failed(error: unknown): void {
    this.#failed += 1;
    this.#error = saidOf(error);
  }

  report(): StreamTraffic {
    return {
      name: this.#name,
      received: this.#received,
      published: this.#published,
      failed: this.#failed,
      at: performance.timeOrigin + this.#at,
      error: this.#error,
    };
  }

  /** The last that passed, newest last. From this look on more than one is remembered, for a while. */
  messages(): PassedMessage[] {
    if (this.#newest !== undefined) this.#keep(this.#newest);
    this.#lookedAtUntil = performance.now() + LOOK_DURATION;
    return this.#passed.flatMap(({ at, text }) => {
      return text === undefined ? [] : [{ at: performance.timeOrigin + at, message: JSON.parse(text) }];
    });
  }

  /**
   * Writes the message down, unless copies have taken their share of the time: then only a reference is kept. A flow
   * may change the message later, but at such rates another one follows at once.
   */
  #remember(message: unknown): void {
    const now = performance.now();
    const { size } = this.#meters;
    this.#at = now;
    if (size > MAX_REMEMBERED && now >= this.#lookedAtUntil) return;
    if (now < this.#nextCopy) {
      this.#newest = message;
      return;
    }
    this.#keep(message);
    this.#nextCopy = now + ((performance.now() - now) * size) / SHARE_OF_TIME;
  }

  #keep(message: unknown): void {
    this.#newest = undefined;
    this.#passed.push({ at: this.#at, text: textOf(message) });
    const limit = this.#at < this.#lookedAtUntil ? MAX_MESSAGES : 1;
    if (this.#passed.length > limit) this.#passed.splice(0, this.#passed.length - limit);
  }
}

function textOf(message: unknown): string | undefined {
  try {
    const { text } = toMessage(message);
    return text.length > MAX_LENGTH ? undefined : text;
  } catch {
    return undefined;
  }
}
