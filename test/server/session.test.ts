import assert from 'node:assert/strict';
import { type Clock, install } from '@sinonjs/fake-timers';
import { parseDefinition } from '../../src/protocol/schema';
import { type Grant, hashSecret } from '../../src/server/auth';
import type { Client } from '../../src/server/jail';
import { limitsOf } from '../../src/server/limits';
import { Sea } from '../../src/server/sea';
import { type Outlet, Session } from '../../src/server/session';
import { BOILER } from '../support/sea';

const UUID = '184cfa3d-d610-475b-9258-f62e76e47c2f';
const limits = limitsOf({ maxSubscriptions: 2 });

class Sent implements Outlet {
  isOpen = true;
  readonly frames: Record<string, unknown>[] = [];
  readonly ends: string[] = [];
  send = (text: string) => this.frames.push(JSON.parse(text));
  end = (reason: string) => this.ends.push(reason);
}

describe('Session', () => {
  let clock: Clock;
  let sea: Sea;
  let client: Client;

  beforeEach(() => {
    clock = install({ now: 1_700_000_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const saved = { id: 'gauge', description: '', secret: hashSecret('s'), jwtPublicKey: null };
    sea = new Sea({ jails: [{ id: 'works', name: '', clients: [saved], streams: [], groups: [] }] }, limits);
    const found = sea.findClient('gauge');
    assert(found);
    client = found;
    client.jail.define(parseDefinition(BOILER, 'boiler'));
  });
  afterEach(() => clock.uninstall());

  function open(grant?: Partial<Grant>): { session: Session; sent: Sent } {
    const sent = new Sent();
    const full = grant && { expiresAt: Date.now() + 60_000, mustFanout: false, filter: undefined, ...grant };
    return { session: new Session({ client, grant: full, outlet: sent, limits, now: Date.now }), sent };
  }

  const subscribe = (session: Session, id: number, groupId?: string) =>
    session.subscribe({ id, action: 'subscribe', payload: 'boiler', ...(groupId && { groupId }) });

  const publish = (...messages: object[]) => sea.publish(client, 'boiler', { messages, batch: true });

  it('answers a subscribe with its id, and delivers with it (P24, P26)', () => {
    const { session, sent } = open();
    subscribe(session, 2);
    publish({ temperature: 91 });
    assert.deepEqual(sent.frames, [
      { id: 2, action: 'subscription', success: true, streamName: 'boiler', payload: 2 },
      { id: 2, action: 'subscription', streamName: 'boiler', payload: { temperature: 91 } },
    ]);
  });

  it('refuses a groupId that is no UUID, and leaves the others alone (P27)', () => {
    const { session, sent } = open();
    subscribe(session, 2, 'my group');
    subscribe(session, 3);
    assert.deepEqual(sent.frames[0], {
      id: 2,
      action: 'subscription',
      success: false,
      error: { message: 'groupId should be a UUID in 8-4-4-4-12 form.' },
    });
    assert.equal(sent.frames[1]?.success, true);
  });

  it('refuses a subscribe without groupId under mustFanout (P32)', () => {
    const { session, sent } = open({ mustFanout: true });
    subscribe(session, 2);
    subscribe(session, 3, UUID);
    assert.deepEqual(
      sent.frames.map(({ success }) => success),
      [false, true],
    );
  });

  it('refuses more subscriptions than the limit', () => {
    const { session, sent } = open();
    for (const id of [2, 3, 4]) subscribe(session, id);
    assert.deepEqual(
      sent.frames.map(({ success }) => success),
      [true, true, false],
    );
  });

  it('delivers only what the filter lets through; the rest of a shared group gets the others (P33)', () => {
    const filter = {
      t: 'eq',
      e: [
        { t: 'path', e: ['mode'] },
        { t: 'string', e: 'on' },
      ],
    } as const;
    const [filtered, plain] = [open({ filter }), open()];
    subscribe(filtered.session, 2, UUID);
    subscribe(plain.session, 2, UUID);
    publish({ mode: 'off' }, { mode: 'on' }, { mode: 'off' }, {});
    const payloads = ({ sent }: { sent: Sent }) => sent.frames.slice(1).map(({ payload }) => payload);
    assert.deepEqual(payloads(filtered), [{ mode: 'on' }]);
    assert.deepEqual(payloads(plain), [{ mode: 'off' }, { mode: 'off' }, {}]);
  });

  it('takes no message on a connection that is closing: its group’s next gets it', () => {
    const [closing, open2] = [open(), open()];
    subscribe(closing.session, 2);
    subscribe(open2.session, 2);
    closing.sent.isOpen = false;
    publish({ temperature: 1 }, { temperature: 2 });
    assert.equal(closing.sent.frames.length, 1);
    assert.equal(open2.sent.frames.length, 3);
  });

  it('leaves its groups, its client and no timer', () => {
    const { session, sent } = open({});
    subscribe(session, 2);
    assert.deepEqual([client.connections.size, clock.countTimers()], [1, 1]);
    session.leave();
    publish({ temperature: 1 });
    assert.equal(sent.frames.length, 1);
    assert.deepEqual([client.connections.size, clock.countTimers(), sea.stats.subscriptions], [0, 0, 0]);
  });

  it('ends when its token expires, and not before (P31)', () => {
    const { sent } = open({ expiresAt: Date.now() + 5_000 });
    clock.tick(4_999);
    assert.deepEqual(sent.ends, []);
    clock.tick(1);
    assert.deepEqual(sent.ends, ['The token has expired.']);
  });

  it('outlives the longest timer there is, when its token does', () => {
    const days = 24 * 3600 * 1000;
    const { sent } = open({ expiresAt: Date.now() + 60 * days });
    clock.tick(59 * days);
    assert.deepEqual(sent.ends, []);
    clock.tick(days);
    assert.equal(sent.ends.length, 1);
  });

  it('never expires without a token', () => {
    open();
    assert.equal(clock.countTimers(), 0);
  });
});
