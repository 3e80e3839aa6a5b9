/** Looks at a stream's messages from the editor, without a deploy. They end with whoever looks, or soon after. */

import type { Client, StreamSeaError } from '../../../src/index';
import { settingError, type Translate } from '../catalogue';
import type { ValuesAnswer } from '../wire/api';
import { type Said, saidOf } from '../wire/sentence';
import { type KeptMessage, kept } from './kept-message';
import { type Choice, LineSamples } from './line-samples';
import { copyOf, type Traffic } from './traffic';

export interface PeekedMessage {
  /** Counts the messages of this look, from 1. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kept: KeptMessage;
}

export interface PeekView {
  /** Those after the number asked for; of many, the newest. */
  readonly messages: readonly PeekedMessage[];
  /** All that have come since the look began. */
  readonly count: number;
  readonly state: 'connecting' | 'subscribed' | 'failed';
  /** Why nothing comes. */
  readonly problem?: Said;
  /** For a picture, where one was asked for. */
  readonly values?: ValuesAnswer;
}

/** Messages kept for the next question, and characters of them. */
const MAX_MESSAGES = 20;
const MAX_SIZE = 500_000;

/** Looks at one server at a time. */
const MAX_PEEKS = 10;

/** Milliseconds without a question after which nobody looks any more: a closed browser says no good-bye. */
const PATIENCE = 10_000;

/** Messages of the flows that are copied for a look in a second: at 10,000 of them, nobody reads more. */
const MAX_COPIES = 20;

/** Where a look's messages come from. */
interface Source {
  readonly state: PeekView['state'];
  readonly problem: StreamSeaError | undefined;
  /** Whether it can tell nothing any more. */
  readonly over: boolean;
  close(): Promise<void>;
}

/** What the flows receive anyway: costs the server nothing, and this process next to nothing. */
class Tapped implements Source {
  readonly state = 'subscribed';
  readonly problem = undefined;
  readonly #traffic: Traffic;
  readonly #stream: string;
  readonly #untap: () => void;

  constructor(traffic: Traffic, stream: string, add: (message: unknown) => void) {
    this.#traffic = traffic;
    this.#stream = stream;
    this.#untap = traffic.meter(stream).tap((message, way) => {
      if (way === 'received') add(message);
    });
  }

  get over(): boolean {
    return !this.#traffic.hears(this.#stream);
  }

  async close(): Promise<void> {
    this.#untap();
  }
}

/**
 * A connection of its own: nobody can unsubscribe (P29), so on the flows' connection every stream that was ever looked
 * at would go on arriving until the next reconnect.
 */
class Subscribed implements Source {
  readonly over = false;
  readonly #client: Client;
  #subscribed = false;
  #refusal: StreamSeaError | undefined;

  constructor(client: Client, stream: string, add: (message: unknown) => void) {
    this.#client = client;
    client.subscribe(
      stream,
      { type: 'every' },
      {
        message: add,
        error: (error) => {
          this.#refusal = error;
        },
        ready: () => {
          this.#subscribed = true;
          this.#refusal = undefined;
        },
      },
    );
  }

  get problem(): StreamSeaError | undefined {
    const { state } = this.#client;
    return state.name === 'waiting' || state.name === 'refused' ? state.why : this.#refusal;
  }

  get state(): PeekView['state'] {
    if (this.problem !== undefined) return 'failed';
    return this.#subscribed && this.#client.state.name === 'ready' ? 'subscribed' : 'connecting';
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

class Peek {
  readonly stream: string;
  readonly #open: () => Source;
  readonly #expired: () => void;
  #source: Source;
  #messages: PeekedMessage[] = [];
  #size = 0;
  #count = 0;
  #samples: LineSamples | undefined;
  #timer: NodeJS.Timeout | undefined;
  #second = 0;
  #copies = 0;

  /** @param open a source that tells `add` of each message, and whether the flows get the same one. */
  constructor(stream: string, open: (peek: Peek) => Source, expired: () => void) {
    this.stream = stream;
    this.#open = () => open(this);
    this.#source = this.#open();
    this.#expired = expired;
  }

  look(after: number, choice?: Choice): PeekView {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#expired, PATIENCE);
    if (this.#source.over) {
      void this.#source.close();
      this.#source = this.#open();
      this.#samples?.begin();
    }
    const { state, problem } = this.#source;
    return {
      messages: this.#messages.filter(({ number }) => number > after),
      count: this.#count,
      state,
      ...(problem && { problem: saidOf(problem) }),
      ...(choice && { values: this.#values(choice) }),
    };
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#messages = [];
    this.#size = 0;
    await this.#source.close();
  }

  add(message: unknown): void {
    this.#add(message, kept(message));
  }

  /** As `add`, of one that a flow may change: numbers are read at once, and few are copied. */
  addShared(message: unknown): void {
    const second = Math.floor(Date.now() / 1_000);
    if (second !== this.#second) this.#copies = 0;
    this.#second = second;
    this.#copies += 1;
    this.#add(message, this.#copies > MAX_COPIES ? undefined : kept(message, copyOf));
  }

  #add(message: unknown, what: KeptMessage | undefined): void {
    this.#count += 1;
    this.#samples?.add(message);
    if (what === undefined) return;
    this.#messages.push({ number: this.#count, at: Date.now(), kept: what });
    this.#size += what.size;
    while (this.#messages.length > MAX_MESSAGES || this.#size > MAX_SIZE)
      this.#size -= this.#messages.shift()?.kept.size ?? 0;
  }

  #values(choice: Choice): ValuesAnswer {
    this.#samples ??= new LineSamples();
    this.#samples.choose(choice);
    return this.#samples.take();
  }
}

export class Peeks {
  readonly #open: () => Client;
  readonly #t: Translate;
  readonly #traffic: Traffic | undefined;
  readonly #peeks = new Map<string, Peek>();
  #closed = false;

  /**
   * @param open a client of its own for each look.
   * @param traffic what the flows receive, which needs none; without it, each look has its own.
   */
  constructor(open: () => Client, t: Translate, traffic?: Traffic) {
    this.#open = open;
    this.#traffic = traffic;
    this.#t = t;
  }

  /**
   * Begins the look of that id, or goes on with it.
   *
   * @param after the number of the last message that is known already.
   * @param choice of what to draw, where values are wanted too.
   * @throws SettingError when too many look, or the server node is closed.
   */
  look(id: string, stream: string, after: number, choice?: Choice): PeekView {
    let peek = this.#peeks.get(id);
    if (peek !== undefined && peek.stream !== stream) {
      void this.end(id);
      peek = undefined;
    }
    if (peek === undefined) {
      if (this.#closed) throw settingError(this.#t, 'error.nodeClosed');
      if (this.#peeks.size >= MAX_PEEKS) {
        throw settingError(this.#t, 'error.tooManyPeeks', { people: MAX_PEEKS });
      }
      peek = new Peek(
        stream,
        (each) => this.#sourceOf(each),
        () => void this.end(id),
      );
      this.#peeks.set(id, peek);
    }
    return peek.look(after, choice);
  }

  /** Resolves when its connection is closed. */
  async end(id: string): Promise<void> {
    const peek = this.#peeks.get(id);
    this.#peeks.delete(id);
    await peek?.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#peeks.keys()].map((id) => this.end(id)));
  }

  #sourceOf(peek: Peek): Source {
    const { stream } = peek;
    if (this.#traffic?.hears(stream)) {
      return new Tapped(this.#traffic, stream, (message) => peek.addShared(message));
    }
    return new Subscribed(this.#open(), stream, (message) => peek.add(message));
  }
}
