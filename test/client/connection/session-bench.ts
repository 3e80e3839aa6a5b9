/** A session whose connections do what a test says, and which is checked at each step. */

import assert from 'node:assert/strict';
import { DEFAULT_RETRY_POLICY } from '../../../src/client/common/backoff';
import type { ConnectionEvents } from '../../../src/client/connection/connection';
import { Session } from '../../../src/client/connection/session';
import type { SessionState } from '../../../src/client/connection/state';
import { NetworkError, type StreamSeaError } from '../../../src/errors';
import { FakeClock } from '../../support/clock';

export const gone = new NetworkError('gone');

/** A connection that does what a test says. */
export class FakeLink {
  ended: 'drained' | 'closed' | undefined;
  /** Its socket. */
  open = true;
  readonly #gone: Promise<void>;
  #resolve: () => void = () => {};

  constructor(
    readonly events: ConnectionEvents,
    readonly slow: boolean,
  ) {
    this.#gone = new Promise((resolve) => (this.#resolve = resolve));
  }

  drain(): Promise<void> {
    this.ended ??= 'drained';
    if (!this.slow) this.gone();
    return this.#gone;
  }

  close(): Promise<void> {
    this.ended = 'closed';
    if (!this.slow) this.gone();
    return this.#gone;
  }

  gone(): void {
    this.open = false;
    this.#resolve();
  }

  ready(): void {
    this.events.opened();
    this.events.authenticated('works');
  }

  fail(why: StreamSeaError = gone): void {
    this.events.ended(why);
  }
}

export class Bench {
  readonly clock = new FakeClock();
  readonly links: FakeLink[] = [];
  readonly states: SessionState[] = [];
  readonly problems: string[] = [];
  /** What the passengers were told: by the number of a link, where it is about one. */
  readonly told: string[] = [];
  /** On which link the passengers are, and on which they are too. */
  on: FakeLink | undefined;
  prepared: FakeLink | undefined;
  slow = false;
  refusedUntil: number | undefined;
  heard: (state: SessionState) => void = () => {};
  onPrepare: () => void = () => {};
  readonly session = new Session<FakeLink>({
    policy: DEFAULT_RETRY_POLICY,
    clock: this.clock,
    random: () => 0.5,
    open: (events) => {
      assert.ok(this.sockets < 2, 'a third socket');
      if (this.session.state.name !== 'ready') assert.equal(this.sockets, 0, 'a second socket');
      const link = new FakeLink(events, this.slow);
      this.links.push(link);
      return link;
    },
    passengers: {
      attach: (link) => {
        assert.equal(this.on, undefined);
        this.on = link;
        this.told.push(`attach ${this.links.indexOf(link)}`);
      },
      detach: () => {
        assert.ok(this.on);
        this.on = undefined;
        this.prepared = undefined;
        this.told.push('detach');
      },
      prepare: (link) => {
        assert.ok(this.on && this.prepared === undefined && this.on !== link);
        this.prepared = link;
        this.told.push(`prepare ${this.links.indexOf(link)}`);
        this.onPrepare();
      },
      move: () => {
        assert.ok(this.prepared);
        this.on = this.prepared;
        this.prepared = undefined;
        this.told.push('move');
      },
      stay: () => {
        assert.ok(this.on);
        this.prepared = undefined;
        this.told.push('stay');
      },
      alone: () => assert.ok(this.sockets <= 1),
    },
    changed: (state) => {
      this.states.push(state);
      this.heard(state);
    },
    refused: (_why, until) => {
      this.refusedUntil = until;
    },
    problem: ({ message }) => this.problems.push(message),
  });

  get sockets(): number {
    return this.links.filter(({ open }) => open).length;
  }

  /** What holds at any time. */
  check(): void {
    const { state } = this.session;
    const kept = this.links.filter(({ ended }) => ended === undefined);
    const exchange = state.name === 'ready' ? state.exchange?.name : undefined;
    assert.ok(kept.length <= (exchange === undefined ? 1 : 2));
    assert.equal(state.name === 'ready', this.on !== undefined);
    if (this.on !== undefined) assert.ok(kept.includes(this.on));
    assert.equal(exchange === 'joining', this.prepared !== undefined);
    if (this.prepared !== undefined) assert.ok(kept.includes(this.prepared));
    if (state.name === 'idle' || state.name === 'closed') assert.equal(kept.length, 0);
    for (const [at, { name }] of this.states.entries()) assert.notEqual(name, this.states[at - 1]?.name);
  }

  get link(): FakeLink {
    const link = this.links.at(-1);
    assert.ok(link);
    return link;
  }

  get names(): string[] {
    return this.states.map(({ name }) => name);
  }
}
