/**
 * What passes through one stream of a server node, for the editor: counts, and the messages themselves for whoever
 * looks just then. It stands beside the way of every message: while nobody looks it counts, and copies and keeps nothing.
 */

import { refusedBy } from '../refusals';
import { type Said, saidOf } from '../wire/sentence';

export interface StreamCounts {
  readonly name: string;
  /** Messages: handed to flows, published, and refused. Since the deploy. */
  readonly received: number;
  readonly published: number;
  readonly refused: number;
  /** When the last one was received, or taken by the server; nothing before the first. Milliseconds since 1970. */
  readonly at?: number;
  /** Why the last one was refused, unless a message was published since. */
  readonly error: Said | undefined;
  /**
   * How often the stream's definition was refused, and why the last time, until one is written: a message that gets through
   * says nothing of that.
   */
  readonly definition: { readonly refused: number; readonly problem: Said } | undefined;
}

export type Way = 'received' | 'offered';

/** Hears of a message before the flow gets it, which may change it: what is to be kept is copied at once. */
export type Tap = (message: unknown, way: Way) => void;

/** Milliseconds that V8 keeps as a number in place, on any machine: some twelve days. */
const LONGEST = 2 ** 30;

export class StreamMeter {
  readonly #name: string;
  #offered = false;
  #received = 0;
  #published = 0;
  #refused = 0;
  #error: StreamCounts['error'];
  /** Refused definitions, by who told of them, the last one last: most streams have none. */
  #definitions: Map<object, { readonly refused: number; problem: Said }> | undefined;
  /**
   * When the last one got through, in milliseconds since {@link #from}. A moment since 1970 is an object to V8: each collection had
   * to look at those of a thousand streams, and copy them.
   */
  #last: number | undefined;
  #from: number;
  #holders = 0;
  readonly #now: () => number;
  /** Undefined while nobody looks: the one question that is asked for each message. */
  #taps: readonly Tap[] | undefined;

  /** @param now milliseconds since 1970: asked for each message. */
  constructor(name: string, now: () => number) {
    this.#name = name;
    this.#now = now;
    this.#from = now();
  }

  /** To be called before the flow gets the message. */
  received(message: unknown): void {
    this.#received += 1;
    this.#pass();
    if (this.#taps !== undefined) for (const tap of this.#taps) tap(message, 'received');
  }

  /** A flow wants this published; whether it passes is told by `published` and `failed`. */
  offered(message: unknown): void {
    this.#offered = true;
    if (this.#taps !== undefined) for (const tap of this.#taps) tap(message, 'offered');
  }

  /** So many have been taken by the server: of a list, maybe none. */
  published(count: number): void {
    if (count === 0) return;
    this.#published += count;
    this.#error = undefined;
    this.#pass();
  }

  /** Not all that was offered could be published. */
  failed(error: unknown): void {
    const refused = refusedBy(error);
    // Thrown away by hand, say: it stood there as why the last one was refused, and hid why it had been.
    if (refused === 0) return;
    this.#refused += refused;
    this.#error = saidOf(error);
  }

  /** A definition of the stream was written. It is no message, and counts as none. */
  defined(): void {
    this.#definitions = undefined;
  }

  /**
   * A definition of the stream could not be written.
   *
   * @param teller whose it was: once that is no more, it does not go on being refused.
   * @returns tells it in better words, if it still stands.
   */
  refusedDefinition(error: unknown, teller: object): (why: unknown) => void {
    if (refusedBy(error) === 0) return () => {};
    this.#definitions ??= new Map();
    const mine = { refused: (this.#definitions.get(teller)?.refused ?? 0) + 1, problem: saidOf(error) };
    this.#definitions.delete(teller);
    this.#definitions.set(teller, mine);
    return (why) => {
      if (this.#definitions?.get(teller) === mine) mine.problem = saidOf(why);
    };
  }

  /** Whoever told of a refused definition is no more. What others have told stands. */
  left(teller: object): void {
    this.#definitions?.delete(teller);
  }

  /** Somebody counts with this very meter, until as many calls of {@link release}: it is not to be forgotten. */
  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
  }

  get inUse(): boolean {
    return this.#holders > 0 || this.#taps !== undefined;
  }

  /** Tells it of each message from now on, until the result is called. A tap must not throw. */
  tap(tap: Tap): () => void {
    this.#taps = [...(this.#taps ?? []), tap];
    return () => {
      const others = this.#taps?.filter((each) => each !== tap) ?? [];
      this.#taps = others.length > 0 ? others : undefined;
    };
  }

  /** Whether there is anything to tell: a meter may be there only because somebody waits for the first. */
  get used(): boolean {
    const passed = this.#offered || this.#last !== undefined || this.#refused > 0;
    return passed || (this.#definitions?.size ?? 0) > 0;
  }

  counts(): StreamCounts {
    const definitions = [...(this.#definitions?.values() ?? [])];
    const last = definitions.at(-1);
    const refused = definitions.reduce((sum, each) => sum + each.refused, 0);
    return {
      name: this.#name,
      received: this.#received,
      published: this.#published,
      refused: this.#refused,
      ...(this.#last !== undefined && { at: this.#from + this.#last }),
      error: this.#error,
      definition: last && { refused, problem: last.problem },
    };
  }

  #pass(): void {
    const last = this.#now() - this.#from;
    this.#last = last < LONGEST ? last : 0;
    if (last >= LONGEST) this.#from += last;
  }
}
