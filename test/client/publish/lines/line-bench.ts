/** A line of which a test is the rest: it answers the requests, and is told what became of each entry. */

import assert from 'node:assert/strict';
import { type MessageCheck, UNCHECKED } from '../../../../src/client/http/message-check';
import type { Entry } from '../../../../src/client/publish/entry';
import type { Permit } from '../../../../src/client/publish/health';
import { Line, type LineContext } from '../../../../src/client/publish/lines/line';
import { NetworkError, PayloadError, ReplyError, type StreamSeaError } from '../../../../src/errors';
import { FakeClock, settled } from '../../../support/clock';

/** Named by its text. */
export function entry(text: string, more: Partial<Entry> = {}): Entry {
  return {
    ...{ stream: 's', text, batch: true, check: undefined, checked: false, patient: true },
    ...{ since: 0, at: undefined, stage: 'ready', key: 0, publication: { ended() {} } },
    ...more,
  };
}

/** A schema that takes one message, and writes it in its own way. */
export function takes(wanted: number): MessageCheck {
  return {
    fit: (message) => (message.value === wanted ? { ...message, text: `${message.text}.0` } : undefined),
    pass(message) {
      const sent = this.fit(message);
      if (sent === undefined) throw new PayloadError(`should be ${wanted}`);
      return sent;
    },
  };
}

/** A line whose requests a test answers one by one. */
export class Bench {
  readonly clock = new FakeClock();
  readonly sent: string[][] = [];
  readonly done: string[] = [];
  readonly failed = new Map<string, StreamSeaError>();
  readonly left: string[] = [];
  /** Whether lines get leave, as if the server were well. */
  admits = true;
  /** What was asked of each leave: whether the messages had waited. */
  readonly waited: boolean[] = [];
  readonly known: (StreamSeaError | 'answered' | 'unused')[] = [];
  emptied = 0;
  loadCheck: () => Promise<MessageCheck> = async () => UNCHECKED;
  reloadCheck = (): Promise<MessageCheck> => this.loadCheck();
  readonly line: Line;
  #answer: { resolve(): void; reject(error: unknown): void } | undefined;

  constructor(options: Partial<LineContext> = {}) {
    this.line = new Line('s', {
      clock: this.clock,
      random: () => 0.5,
      backoff: { first: 1_000, max: 60_000 },
      batch: { messages: 4, bytes: 100 },
      leave: (waited) => {
        this.waited.push(waited);
        return this.admits ? this.#permit : undefined;
      },
      send: (_stream, texts, { barred }) => {
        const why = barred();
        if (why !== undefined) return Promise.reject(why);
        this.sent.push([...texts]);
        this.barredNow = barred;
        return new Promise((resolve, reject) => {
          this.#answer = { resolve, reject };
        });
      },
      schemas: { load: () => this.loadCheck(), reload: () => this.reloadCheck() },
      settled: (each, error) => {
        const { text } = each;
        assert.ok(!this.done.includes(text) && !this.failed.has(text), `${text} is settled twice`);
        each.stage = 'ended';
        if (error === undefined) this.done.push(text);
        else this.failed.set(text, error);
      },
      expired: () => undefined,
      left: ({ text }) => this.left.push(text),
      troubled: () => {},
      empty: () => {
        this.emptied += 1;
      },
      ...options,
    });
  }

  /** Why the request that is out is not to be sent any more, or again. */
  barredNow: () => StreamSeaError | undefined = () => undefined;
  barred: StreamSeaError | undefined;
  readonly #permit: Permit = {
    barred: () => this.barred,
    answered: () => this.known.push('answered'),
    failed: (error) => this.known.push(error),
    unused: () => this.known.push('unused'),
  };

  publish(...entries: (string | Entry)[]): void {
    for (const each of entries) {
      this.line.push(typeof each === 'string' ? entry(each) : each);
      this.line.pump();
    }
  }

  /** The server answers the request that is out: it accepts, or fails with an error. */
  async answer(error?: unknown): Promise<void> {
    assert.ok(this.#answer, 'no request is out');
    const { resolve, reject } = this.#answer;
    this.#answer = undefined;
    if (error === undefined) resolve();
    else reject(error);
    await rested();
  }

  get last(): string[] | undefined {
    return this.sent.at(-1);
  }
}

/** After a batch, a line rests for a turn of the event loop, which ends with the second from here. */
export async function rested(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await settled();
}

export const network = new NetworkError('gone');
export const refused = (status: number, retryAfter?: number): ReplyError =>
  new ReplyError(`status ${status}`, { status, ...(retryAfter !== undefined && { retryAfter }) });

export function textsOf(entries: readonly Entry[]): string[] {
  return entries.map(({ text }) => text);
}
