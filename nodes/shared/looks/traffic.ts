/** What passes through one server node, for the editor: a meter for each stream, and what nodes are subscribed to. */

import { oncePerTurn } from '../../../src/client/common/clock';
import { toMessage } from '../../../src/protocol/message/message';
import type { SubscriptionReport } from '../wire/api';
import { type StreamCounts, StreamMeter } from './stream-meter';

/** A message as it was when it passed. */
export interface PassedMessage {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: unknown;
}

/** Longer ones (in characters of JSON) are not for an editor. */
const MAX_LENGTH = 100_000;

/** Streams remembered; a flow that publishes to ever new ones must not fill the memory. */
const MAX_STREAMS = 10_000;

/** Characters of a stream's name; no server takes longer ones. */
const MAX_NAME = 1_000;

/** Streams that are looked at for one to forget. */
const MAX_TRIES = 100;

export class Traffic {
  /** When what passes now does, in milliseconds since 1970: to look at a clock for each message is felt. */
  readonly now = oncePerTurn(() => Date.now());
  readonly #meters = new Map<string, StreamMeter>();
  readonly #subscribers = new Set<() => readonly SubscriptionReport[]>();
  readonly #expected = new Set<() => void>();

  /** A node that subscribes says so; the result takes its word back. */
  join(list: () => readonly SubscriptionReport[]): () => void {
    this.#subscribers.add(list);
    return () => this.#subscribers.delete(list);
  }

  /** So does one that does not know yet what it will subscribe to. */
  expect(): () => void {
    const end = (): void => void this.#expected.delete(end);
    this.#expected.add(end);
    return end;
  }

  get expecting(): boolean {
    return this.#expected.size > 0;
  }

  subscriptions(): SubscriptionReport[] {
    return [...this.#subscribers].flatMap((list) => list());
  }

  /** To be kept by who needs it for each message: with many streams, looking it up is felt in receiving. */
  meter(stream: string): StreamMeter {
    const known = this.#meters.get(stream);
    if (known !== undefined) return known;
    const meter = new StreamMeter(stream, this.now);
    if (stream.length > MAX_NAME) return meter;
    if (this.#meters.size >= MAX_STREAMS) this.#forgetOne();
    this.#meters.set(stream, meter);
    return meter;
  }

  /** The oldest that nobody uses: whoever looks at a stream is to look where its messages are counted. */
  #forgetOne(): void {
    let tries = 0;
    for (const [stream, meter] of this.#meters) {
      this.#meters.delete(stream);
      if (!meter.inUse) return;
      // One that is held is not come by again before all others.
      this.#meters.set(stream, meter);
      tries += 1;
      if (tries === MAX_TRIES) return;
    }
  }

  /** A node that may have told of refused definitions is no more. */
  left(teller: object): void {
    for (const meter of this.#meters.values()) meter.left(teller);
  }

  /** Those of which there is anything to tell. */
  streams(): StreamCounts[] {
    return [...this.#meters.values()].filter(({ used }) => used).map((meter) => meter.counts());
  }

  /**
   * Whether each message of the stream comes by here anyway, once, so that a look at it needs no subscription of its
   * own. Of two that have the stream, each would be told of every message.
   */
  hears(stream: string): boolean {
    const [only, ...others] = this.subscriptions().filter((each) => each.stream === stream);
    return others.length === 0 && only?.delivery === 'every' && only.status === 'active';
  }

  /**
   * The next message of the stream that passes: none is kept of those that have passed while nobody looked.
   *
   * @param patience milliseconds after which there is none.
   * @param signal ends the wait before that.
   */
  next(stream: string, patience: number, signal: AbortSignal): Promise<PassedMessage | undefined> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(undefined);
      const end = (passed?: PassedMessage): void => {
        clearTimeout(timer);
        untap();
        signal.removeEventListener('abort', stop);
        resolve(passed);
      };
      const stop = (): void => end();
      const untap = this.meter(stream).tap((message) => {
        const copy = copyOf(message);
        if (copy !== undefined) end({ at: Date.now(), message: copy.message });
      });
      signal.addEventListener('abort', stop);
      // Not AbortSignal.timeout in AbortSignal.any: in Node.js 20 nobody holds the two, and what the collector takes never ends.
      const timer = setTimeout(stop, patience);
    });
  }
}

/** As it is now, whatever the flow makes of it later. Nothing: too long, or no JSON. */
export function copyOf(message: unknown): { readonly message: unknown } | undefined {
  try {
    const { text } = toMessage(message);
    return text.length > MAX_LENGTH ? undefined : { message: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
