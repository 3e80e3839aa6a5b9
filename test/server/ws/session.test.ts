import assert from 'node:assert/strict';
import { type Clock, install } from '@sinonjs/fake-timers';
import { EngineAway } from '../../../src/engine/faults';
import { groupIdOf } from '../../../src/protocol/groups';
import type { Grant } from '../../../src/server/auth/auth';
import { limitsOf } from '../../../src/server/limits';
import { Session } from '../../../src/server/ws/session';
import { settled } from '../../support/clock';
import { FakeOutlet } from '../../support/sea/cursor';
import { type OpenSea, openSea } from '../../support/sea/sea';

const UUID = '184cfa3d-d610-475b-9258-f62e76e47c2f';
const limits = limitsOf({ maxSubscriptions: 2 });

interface Opened {
  readonly session: Session;
  readonly outlet: FakeOutlet;
  readonly faults: unknown[];
}

describe('Session', () => {
  let clock: Clock;
  let open: OpenSea;

  beforeEach(async () => {
    open = await openSea();
    clock = install({
      now: 1_700_000_000_000,
      toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'],
    });
  });
  afterEach(() => clock.uninstall());

  function login(grant?: Partial<Grant>): Opened {
    const outlet = new FakeOutlet();
    const faults: unknown[] = [];
    const { sea, gauge: client } = open;
    const full = grant && { expiresAt: Date.now() + 60_000, mustFanout: false, filter: undefined, ...grant };
    const session = new Session({
      sea,
      client,
      grant: full,
      outlet,
      limits,
      now: Date.now,
      onFault: (error) => faults.push(error),
    });
    return { session, outlet, faults };
  }

  async function subscribe({ session }: Opened, id: number, groupId?: string): Promise<void> {
    session.subscribe({ id, action: 'subscribe', payload: 'boiler', ...(groupId && { groupId }) });
    await settled();
  }

  async function publish(...values: object[]): Promise<void> {
    await open.sea.publish(open.gauge, 'boiler', JSON.stringify({ payload: values }));
    await settled();
  }

  const outcomes = ({ outlet }: Opened) => outlet.answers.map((answer) => JSON.parse(answer).success);
  const reasons = ({ outlet }: Opened) => outlet.answers.map((answer) => JSON.parse(answer).error?.message);
  const messages = ({ outlet }: Opened) => outlet.texts.map((text) => JSON.parse(text));

  it('answers a subscribe with its id, and delivers (P24, P26)', async () => {
    const own = login();
    await subscribe(own, 2);
    await publish({ temperature: 91 });
    assert.deepEqual(
      own.outlet.answers.map((answer) => JSON.parse(answer)),
      [{ id: 2, action: 'subscription', success: true, streamName: 'boiler', payload: 2 }],
    );
    assert.deepEqual(messages(own), [{ temperature: 91 }]);
  });

  it('refuses a groupId that is no UUID, and leaves the others alone (P27)', async () => {
    const own = login();
    await subscribe(own, 2, 'my group');
    await subscribe(own, 3);
    assert.deepEqual(reasons(own), ['groupId should be a UUID in 8-4-4-4-12 form.', undefined]);
    assert.deepEqual(outcomes(own), [false, true]);
  });

  it('refuses a subscribe without groupId under mustFanout (P32)', async () => {
    const own = login({ mustFanout: true });
    await subscribe(own, 2);
    await subscribe(own, 3, UUID);
    assert.deepEqual(outcomes(own), [false, true]);
  });

  it('refuses, under mustFanout, the group of a name: it would take a share of others’ messages (P28, P32)', async () => {
    const other = login();
    await subscribe(other, 2, groupIdOf('displays'));
    const own = login({ mustFanout: true });
    await subscribe(own, 2, groupIdOf('displays'));
    assert.deepEqual(outcomes(own), [false]);
    assert.match(String(reasons(own)), /drawn at random/);
    await publish({ temperature: 1 }, { temperature: 2 });
    assert.equal(messages(other).length, 2);
  });

  it('refuses more subscriptions than the limit, also while they are being opened', async () => {
    const own = login();
    for (const id of [2, 3, 4]) {
      own.session.subscribe({ id, action: 'subscribe', payload: 'boiler' });
    }
    await settled();
    assert.deepEqual(outcomes(own).sort(), [false, true, true]);
    await subscribe(own, 5);
    assert.equal(outcomes(own).at(-1), false);
  });

  it('does not count those that were refused', async () => {
    const own = login();
    for (const id of [2, 3, 4]) await subscribe(own, id, 'my group');
    await subscribe(own, 5);
    assert.deepEqual(outcomes(own), [false, false, false, true]);
  });

  it('does not ask an engine that is away again for a connection that is gone', async () => {
    const own = login();
    let asked = 0;
    open.engine.log.open = () => {
      asked += 1;
      return Promise.reject(new EngineAway('The disk is full.'));
    };
    await subscribe(own, 2);
    own.outlet.isOpen = false;
    own.session.leave();
    await clock.tickAsync(500);
    assert.equal(asked, 1);
  });

  it('waits for an engine that is away', async () => {
    const own = login();
    const { log } = open.engine;
    const openCursor = log.open.bind(log);
    log.open = () => Promise.reject(new EngineAway('The disk is full.'));
    await subscribe(own, 2);
    await clock.tickAsync(5_000);
    assert.deepEqual(outcomes(own), []);
    log.open = openCursor;
    await clock.tickAsync(500);
    await settled();
    assert.deepEqual(outcomes(own), [true]);
  });

  it('opens no group for a client whose connection ends meanwhile: it may have been deleted', async () => {
    const own = login();
    const { log } = open.engine;
    const openCursor = log.open.bind(log);
    log.open = () => Promise.reject(new EngineAway('The disk is full.'));
    await subscribe(own, 2);
    // Its close waits for the client's answer: it has not left yet.
    own.outlet.isOpen = false;
    log.open = openCursor;
    await clock.tickAsync(1_000);
    await settled();
    await publish({ temperature: 91 });
    assert.equal(log.stats.retained, 0);
  });

  it('says why when the engine stays away, and stays', async () => {
    const own = login();
    open.engine.log.open = () => Promise.reject(new EngineAway('The disk is full.'));
    await subscribe(own, 2);
    await clock.tickAsync(10_500);
    await settled();
    assert.deepEqual(reasons(own), [
      'What the server keeps its streams in cannot be reached, or takes nothing now. Try again.',
    ]);
    assert.deepEqual([own.outlet.ends, own.faults], [[], []]);
  });

  it('tells of a fault of ours', async () => {
    const own = login();
    open.engine.log.open = () => Promise.reject(new TypeError('x is undefined'));
    await subscribe(own, 2);
    assert.equal(String(own.faults), 'TypeError: x is undefined');
  });

  it('delivers only what the filter lets through; the rest of a shared group gets the others (P33)', async () => {
    const filter = {
      t: 'eq',
      e: [
        { t: 'path', e: ['mode'] },
        { t: 'string', e: 'on' },
      ],
    } as const;
    const [filtered, plain] = [login({ filter }), login()];
    await subscribe(filtered, 2, UUID);
    await subscribe(plain, 2, UUID);
    await publish({ mode: 'off' }, { mode: 'on' }, { mode: 'off' }, {});
    assert.deepEqual(messages(filtered), [{ mode: 'on' }]);
    assert.deepEqual(messages(plain), [{ mode: 'off' }, { mode: 'off' }, {}]);
  });

  it('leaves its groups, its client and no timer', async () => {
    const own = login({});
    await subscribe(own, 2);
    assert.deepEqual([open.gauge.connections.size, clock.countTimers()], [1, 1]);
    own.session.leave();
    await publish({ temperature: 1 });
    assert.deepEqual(messages(own), []);
    assert.deepEqual(
      [open.gauge.connections.size, clock.countTimers(), open.sea.stats.subscriptions],
      [0, 0, 0],
    );
  });

  it('leaves a group that is opened too late', async () => {
    const own = login();
    own.session.subscribe({ id: 2, action: 'subscribe', payload: 'boiler' });
    own.session.leave();
    await settled();
    assert.equal(open.sea.stats.subscriptions, 0);
    await publish({ temperature: 1 });
    assert.deepEqual(messages(own), []);
  });

  it('that ends stays in its groups until its connection is gone: what it was sent may still arrive', async () => {
    const [own, other] = [login(), login()];
    await subscribe(own, 2);
    await publish({ temperature: 1 });
    await subscribe(other, 2);
    own.outlet.isOpen = false;
    own.session.stop();
    assert.equal(open.gauge.connections.size, 1);
    own.outlet.leave();
    await publish({ temperature: 2 });
    own.session.leave();
    assert.deepEqual([messages(own), messages(other)], [[{ temperature: 1 }], [{ temperature: 2 }]]);
  });

  it('ends when its token expires, and not before (P31)', () => {
    const { outlet } = login({ expiresAt: Date.now() + 5_000 });
    clock.tick(4_999);
    assert.deepEqual(outlet.ends, []);
    clock.tick(1);
    assert.deepEqual(outlet.ends, ['The token has expired.']);
  });

  it('outlives the longest timer there is, when its token does', () => {
    const days = 24 * 3600 * 1000;
    const { outlet } = login({ expiresAt: Date.now() + 60 * days });
    clock.tick(59 * days);
    assert.deepEqual(outlet.ends, []);
    clock.tick(days);
    assert.equal(outlet.ends.length, 1);
  });

  it('never expires without a token', () => {
    login();
    assert.equal(clock.countTimers(), 0);
  });
});
