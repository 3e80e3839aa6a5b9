import assert from 'node:assert/strict';
import type { ConnectionEvents } from '../../src/client/connection';
import { Session } from '../../src/client/session';
import { type ConnectionState, DEFAULT_RETRY_POLICY } from '../../src/client/state';
import { CredentialsError, NetworkError } from '../../src/errors';
import { FakeClock, settled } from '../support/clock';

/** A connection that does what a test says. */
class FakeLink {
  closed = false;
  gone = (): void => {};

  constructor(
    readonly events: ConnectionEvents,
    readonly slow: boolean,
  ) {}

  close(): Promise<void> {
    this.closed = true;
    return this.slow ? new Promise((resolve) => (this.gone = resolve)) : Promise.resolve();
  }

  ready(): void {
    this.events.opened();
    this.events.authenticated('works');
  }
}

class Bench {
  readonly clock = new FakeClock();
  readonly links: FakeLink[] = [];
  readonly states: ConnectionState[] = [];
  readonly told: string[] = [];
  slow = false;
  heard: (state: ConnectionState) => void = () => {};
  readonly session = new Session<FakeLink>({
    policy: DEFAULT_RETRY_POLICY,
    clock: this.clock,
    random: () => 0.5,
    open: (events) => {
      assert.ok(
        this.links.every(({ closed }) => closed),
        'a second socket',
      );
      const link = new FakeLink(events, this.slow);
      this.links.push(link);
      return link;
    },
    ready: () => this.told.push('ready'),
    lost: () => this.told.push('lost'),
    changed: (state) => {
      this.states.push(state);
      this.heard(state);
    },
  });

  get link(): FakeLink {
    const link = this.links.at(-1);
    assert.ok(link);
    return link;
  }

  get names(): string[] {
    return this.states.map(({ name }) => name);
  }
}

const gone = new NetworkError('gone');

describe('client/session', () => {
  let bench: Bench;
  let session: Bench['session'];

  beforeEach(() => {
    bench = new Bench();
    session = bench.session;
  });

  it('opens one connection, however often it is asked to', () => {
    session.connect();
    session.connect();
    bench.link.events.opened();
    session.connect();
    bench.link.events.authenticated('works');
    session.connect();
    assert.equal(bench.links.length, 1);
    assert.deepEqual(bench.names, ['connecting', 'authenticating', 'ready']);
    assert.deepEqual(bench.told, ['ready']);
  });

  it('reconnects after the wait, each time longer, until somebody disconnects', async () => {
    session.connect();
    for (const wait of [500, 1_000, 2_000]) {
      bench.link.events.ended(gone);
      assert.equal(bench.clock.next, wait);
      await bench.clock.advance(wait);
    }
    assert.equal(bench.links.length, 4);
    bench.link.events.ended(gone);
    session.disconnect();
    assert.equal(bench.clock.pending, 0);
    assert.equal(session.state.name, 'idle');
  });

  it('lets go of what was ready when it is lost', async () => {
    session.connect();
    bench.link.ready();
    bench.link.events.ended(gone);
    assert.deepEqual(bench.told, ['ready', 'lost']);
    await bench.clock.advance(500);
    bench.link.ready();
    assert.deepEqual(bench.told, ['ready', 'lost', 'ready']);
  });

  it('leaves refused credentials alone for 5 minutes, or until it is told to connect', async () => {
    session.connect();
    bench.link.events.opened();
    bench.link.events.ended(new CredentialsError('no'));
    assert.equal(session.state.name, 'refused');
    await bench.clock.advance(299_999);
    assert.equal(bench.links.length, 1);
    await bench.clock.advance(1);
    assert.equal(bench.links.length, 2);
    bench.link.events.ended(new CredentialsError('no'));
    session.connect();
    await settled();
    assert.equal(bench.links.length, 3);
    assert.equal(bench.clock.pending, 0);
  });

  it('reopens only when the old socket is gone', async () => {
    bench.slow = true;
    session.connect();
    bench.link.ready();
    session.reopen();
    await settled();
    assert.deepEqual(bench.told, ['ready', 'lost']);
    assert.equal(bench.links.length, 1);
    bench.link.gone();
    await settled();
    assert.equal(bench.links.length, 2);
    assert.equal(session.state.name, 'connecting');
    bench.link.ready();
    assert.equal(session.state.name, 'ready');
  });

  it('opens one socket when it is disconnected and connected while the old one goes', async () => {
    bench.slow = true;
    session.connect();
    bench.link.ready();
    for (let time = 0; time < 3; time += 1) {
      session.disconnect();
      session.connect();
    }
    bench.link.gone();
    await settled();
    assert.equal(bench.links.length, 2);
  });

  it('does not open what is no longer wanted once the old socket is gone', async () => {
    bench.slow = true;
    session.connect();
    bench.link.ready();
    session.reopen();
    session.disconnect();
    bench.link.gone();
    await settled();
    assert.equal(bench.links.length, 1);
  });

  it('does not listen to a connection it has let go of', () => {
    session.connect();
    const first = bench.link;
    session.disconnect();
    first.ready();
    first.events.ended(gone);
    assert.equal(session.state.name, 'idle');
  });

  it('does not mistake the end of an old connection for that of the new one', async () => {
    session.connect();
    const first = bench.link;
    first.ready();
    session.reopen();
    await settled();
    bench.link.ready();
    first.events.ended(gone);
    assert.equal(session.state.name, 'ready');
    assert.equal(bench.link.closed, false);
  });

  it('tells of each state once and in order, also when a listener steps in', () => {
    bench.heard = ({ name }) => {
      if (name === 'authenticating') session.disconnect();
    };
    session.connect();
    bench.link.events.opened();
    assert.deepEqual(bench.names, ['connecting', 'authenticating', 'idle']);
    assert.ok(bench.link.closed);
  });

  it('closes for good, and resolves when the socket is gone', async () => {
    bench.slow = true;
    session.connect();
    bench.link.ready();
    let done = false;
    const closing = session.close().then(() => {
      done = true;
    });
    await settled();
    assert.equal(done, false);
    bench.link.gone();
    await closing;
    session.connect();
    assert.equal(session.state.name, 'closed');
    assert.equal(bench.links.length, 1);
    assert.equal(bench.clock.pending, 0);
  });
});
