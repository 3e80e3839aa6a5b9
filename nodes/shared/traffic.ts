/**
 * What passes through one server node, for the editor: counts, and the last messages of each stream. It stands
 * beside the way of every message, so it may cost next to nothing while nobody looks.
 */

import { type Delivery, encodeMessage, messageOf, type Subscription } from '../../src/index';

/** A message as it was when it passed. */
export interface PassedMessage {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: unknown;
}

/** What a node is subscribed to, now. */
export interface NodeSubscription {
  /** The id of the node. */
  readonly node: string;
  readonly stream: string;
  readonly delivery: Delivery['type'];
  readonly group?: string;
  readonly status: Subscription['status'];
  /** Messages handed to the node since it was deployed. */
  readonly received: number;
  /** Why the server refused it. */
  readonly problem?: string;
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
  readonly error: { readonly at: number; readonly message: string } | undefined;
}

/** Streams remembered; a flow that publishes to ever new ones must not fill the memory. */
const MAX_STREAMS = 10_000;

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
  at: number;
  /** JSON text. Undefined: too long, or not JSON. */
  text: string | undefined;
}

interface Entry {
  received: number;
  published: number;
  failed: number;
  at: number;
  error: { at: number; message: string } | undefined;
  /** The newest last: one, or more while somebody looks. */
  passed: Passed[];
  /** Newer than all of `passed`, but not written down: by now the flow may have changed it. */
  newest: unknown;
  /** Time (of `performance`) before which no message is written down, and until which somebody looks. */
  nextCopy: number;
  lookedAtUntil: number;
}

export class Traffic {
  readonly #entries = new Map<string, Entry>();
  readonly #subscribers = new Set<() => readonly NodeSubscription[]>();

  /** A node that subscribes says so; the result takes its word back. */
  join(report: () => readonly NodeSubscription[]): () => void {
    this.#subscribers.add(report);
    return () => this.#subscribers.delete(report);
  }

  subscriptions(): NodeSubscription[] {
    return [...this.#subscribers].flatMap((report) => report());
  }

  /** To be called before the flow gets the message, which it may change. */
  received(stream: string, message: unknown): void {
    const entry = this.#entry(stream);
    entry.received += 1;
    this.#remember(entry, message);
  }

  /** A flow wants these published; what becomes of them is told by `published` and `failed`. */
  offered(stream: string, messages: readonly unknown[]): void {
    if (messages.length > 0) this.#remember(this.#entry(stream), messages.at(-1));
  }

  published(stream: string, count: number): void {
    const entry = this.#entry(stream);
    entry.published += count;
    entry.error = undefined;
  }

  /** Not all that was offered could be published. */
  failed(stream: string, error: unknown): void {
    const entry = this.#entry(stream);
    entry.failed += 1;
    entry.error = { at: Date.now(), message: messageOf(error) };
  }

  streams(): StreamTraffic[] {
    return [...this.#entries].map(([name, { received, published, failed, at, error }]) => ({
      name,
      received,
      published,
      failed,
      at: performance.timeOrigin + at,
      error,
    }));
  }

  /** The last that passed, newest last. From this look on more than one is remembered, for a while. */
  messages(stream: string): PassedMessage[] {
    const entry = this.#entries.get(stream);
    if (entry === undefined) return [];
    if (entry.newest !== undefined) keep(entry, entry.newest);
    entry.lookedAtUntil = performance.now() + LOOK_DURATION;
    return entry.passed.flatMap(({ at, text }) => {
      return text === undefined ? [] : [{ at: performance.timeOrigin + at, message: JSON.parse(text) }];
    });
  }

  #entry(stream: string): Entry {
    const known = this.#entries.get(stream);
    if (known !== undefined) return known;
    if (this.#entries.size >= MAX_STREAMS) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    const entry: Entry = {
      ...{ received: 0, published: 0, failed: 0, at: performance.now(), error: undefined },
      ...{ passed: [], newest: undefined, nextCopy: 0, lookedAtUntil: 0 },
    };
    this.#entries.set(stream, entry);
    return entry;
  }

  /**
   * Writes the message down, unless copies have taken their share of the time: then only a reference is kept. A flow
   * may change the message later, but at such rates another one follows at once.
   */
  #remember(entry: Entry, message: unknown): void {
    const now = performance.now();
    entry.at = now;
    if (this.#entries.size > MAX_REMEMBERED && now >= entry.lookedAtUntil) return;
    if (now < entry.nextCopy) {
      entry.newest = message;
      return;
    }
    keep(entry, message);
    entry.nextCopy = now + ((performance.now() - now) * this.#entries.size) / SHARE_OF_TIME;
  }
}

function keep(entry: Entry, message: unknown): void {
  const { passed, at, lookedAtUntil } = entry;
  entry.newest = undefined;
  passed.push({ at, text: textOf(message) });
  const limit = at < lookedAtUntil ? MAX_MESSAGES : 1;
  if (passed.length > limit) passed.splice(0, passed.length - limit);
}

function textOf(message: unknown): string | undefined {
  try {
    const text = encodeMessage(message);
    return text.length > MAX_LENGTH ? undefined : text;
  } catch {
    return undefined;
  }
}
