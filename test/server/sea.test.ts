import assert from 'node:assert/strict';
import { parseDefinition } from '../../src/protocol/schema/schema';
import { Member } from '../../src/server/groups/member';
import { Refusal } from '../../src/server/refusal';
import { settled } from '../support/clock';
import { FakeOutlet } from '../support/sea/cursor';
import { BOILER, openSea } from '../support/sea/sea';

const UUID = '184cfa3d-d610-475b-9258-f62e76e47c2f';

type Opened = Awaited<ReturnType<typeof openSea>>;

describe('Sea', () => {
  let opened: Opened;

  beforeEach(async () => {
    opened = await openSea({ maxNameLength: 20, retainedMessages: 2, maxMessages: 5 });
  });

  const publish = (streamName: string, ...values: unknown[]): Promise<void> => {
    return opened.sea.publish(opened.gauge, streamName, JSON.stringify({ payload: values }));
  };

  async function subscribe(
    streamName: string,
    groupId?: string,
    by = opened.gauge,
  ): Promise<{ outlet: FakeOutlet; leave(): void }> {
    const outlet = new FakeOutlet();
    const member = new Member({ id: 2, streamName, outlet, filter: undefined });
    return { outlet, leave: await opened.sea.subscribe(by, streamName, groupId, member) };
  }

  it('delivers what is published, in the publisher’s own letters', async () => {
    const { outlet } = await subscribe('boiler');
    const texts = ['{"a": 1.10}', '12345678901234567890'];
    await opened.sea.publish(opened.gauge, 'boiler', `{"payload":[${texts}]}`);
    await settled();
    assert.deepEqual(outlet.texts, texts);
  });

  it('takes subscriptions and messages to a stream that nobody has defined, which stays so', async () => {
    const { outlet } = await subscribe('later');
    await publish('later', { temperature: 'hot' }, 7);
    await settled();
    assert.deepEqual(outlet.texts, ['{"temperature":"hot"}', '7']);
    assert.throws(() => opened.sea.describe(opened.gauge, 'later'), /There is no stream "later"/);
  });

  it('delivers nothing of what does not follow the schema (P5)', async () => {
    await opened.sea.administration.define(opened.gauge, parseDefinition(BOILER, 'boiler'));
    const { outlet } = await subscribe('boiler');
    await assert.rejects(publish('boiler', { temperature: 1 }, { temperature: 'hot' }), Refusal);
    await settled();
    assert.deepEqual([outlet.texts, opened.sea.stats.published], [[], 0]);
  });

  it('delivers and refuses the same of streams whose messages look alike, however often', async () => {
    await opened.sea.administration.define(opened.gauge, parseDefinition(BOILER, 'boiler'));
    const { outlet } = await subscribe('boiler');
    for (let times = 0; times < 5; times += 1) {
      await publish('boiler', { temperature: 1 }, { temperature: 2.5 });
      await assert.rejects(publish('boiler', { temperature: 1 }, { temperature: 'hot' }), Refusal);
    }
    await settled();
    assert.equal(outlet.texts.length, 10);
    const list = Array.from({ length: 6 }, () => ({ temperature: 1 }));
    await assert.rejects(publish('boiler', ...list), /may publish \d+ messages/);
    await opened.sea.administration.define(
      opened.gauge,
      parseDefinition({ ...BOILER, version: 2, fields: [{ name: 'temperature', type: 'string' }] }, 'boiler'),
    );
    await assert.rejects(publish('boiler', { temperature: 1 }), Refusal);
  });

  it('takes nothing of a client that was deleted meanwhile, however its messages look', async () => {
    const { sea, gauge } = opened;
    await sea.administration.define(gauge, parseDefinition(BOILER, 'boiler'));
    await sea.administration.createClient(gauge, 'other', '', gauge.secret);
    const other = sea.findClient('other');
    assert(other);
    const body = JSON.stringify({ payload: { temperature: 1 } });
    for (let times = 0; times < 5; times += 1) await sea.publish(other, 'boiler', body);
    await sea.administration.deleteClient(gauge, 'other');
    await assert.rejects(sea.publish(other, 'boiler', body), { status: 401 });
  });

  it('keeps each client’s default group to itself, and UUID groups open to all clients (P27)', async () => {
    const { sea, gauge } = opened;
    await sea.administration.createClient(gauge, 'display', '', gauge.secret);
    const display = sea.findClient('display');
    assert(display);
    const own = [await subscribe('b'), await subscribe('b'), await subscribe('b', undefined, display)];
    const shared = [await subscribe('b', UUID), await subscribe('b', UUID.toUpperCase(), display)];
    await publish('b', 1);
    await settled();
    assert.deepEqual(
      [...own, ...shared].map(({ outlet }) => outlet.texts.length),
      [1, 0, 1, 1, 0],
    );
  });

  it('keeps a client that is called like a UUID out of the group of that UUID', async () => {
    const { sea, gauge } = await openSea();
    await sea.administration.createClient(gauge, UUID, '', gauge.secret);
    const like = sea.findClient(UUID);
    assert(like);
    opened = { ...opened, sea, gauge };
    const [own, group] = [await subscribe('b', undefined, like), await subscribe('b', UUID)];
    await publish('b', 1);
    await settled();
    assert.deepEqual([own.outlet.texts.length, group.outlet.texts.length], [1, 1]);
  });

  it('refuses a name that is empty or too long', async () => {
    for (const name of ['', 'x'.repeat(21)]) {
      await assert.rejects(subscribe(name), Refusal);
      await assert.rejects(publish(name, 1), Refusal);
    }
  });

  it('has room for so many subscriptions of a jail, whichever clients they are of, and more once some have left', async () => {
    opened = await openSea({ maxJailSubscriptions: 2 });
    const { sea, gauge } = opened;
    await sea.administration.createClient(gauge, 'display', '', gauge.secret);
    const display = sea.findClient('display');
    assert(display);
    await subscribe('b');
    const { leave } = await subscribe('b', UUID, display);
    for (const by of [gauge, display]) {
      await assert.rejects(subscribe('c', undefined, by), /The jail has 2 subscriptions/);
    }
    leave();
    await subscribe('c', undefined, display);
  });

  it('takes a batch of nothing', async () => {
    const { outlet } = await subscribe('b');
    await publish('b');
    await settled();
    assert.deepEqual(outlet.texts, []);
  });

  it('counts what is published, and what has left', async () => {
    const [one, two] = [await subscribe('boiler'), await subscribe('boiler', UUID)];
    await opened.sea.administration.define(opened.gauge, parseDefinition(BOILER, 'boiler'));
    await publish('boiler', {}, {}, {});
    await settled();
    one.outlet.leave();
    two.outlet.leave(1);
    assert.deepEqual(opened.sea.stats, {
      streams: 1,
      subscriptions: 2,
      published: 3,
      delivered: 4,
      retained: 0,
      dropped: 0,
      forgotten: 0,
    });
  });

  it('counts groups that it gave up for a limit, which are missed by nobody who could be told', async () => {
    opened = await openSea({ retainedGroups: 2 });
    const groups = [await subscribe('a'), await subscribe('b'), await subscribe('c')];
    for (const { leave } of groups) leave();
    for (const name of ['a', 'b', 'c']) await publish(name, 1);
    const { retained, dropped, forgotten } = opened.sea.stats;
    assert.deepEqual({ retained, dropped, forgotten }, { retained: 2, dropped: 0, forgotten: 1 });
  });

  it('warns of what a group missed, and not at every message', async () => {
    for (let round = 0; round < 2; round += 1) {
      const { leave } = await subscribe('boiler');
      leave();
      for (let value = 0; value < 5; value += 1) await publish('boiler', value);
      const { outlet, leave: leaveAgain } = await subscribe('boiler');
      await settled();
      outlet.leave();
      leaveAgain();
    }
    assert.equal(opened.sea.stats.dropped, 6);
    assert.equal(opened.warnings.length, 1);
    assert.match(opened.warnings[0] ?? '', /a group of "boiler" had them.*\(messages: 3\)/);
  });

  it('warns of records that were left out', async () => {
    await opened.engine.catalogue.put(['client', 'x'], '{}', undefined);
    const { warnings } = await openSea({}, opened.engine);
    assert.match(warnings[0] ?? '', /left out: 1\.$/);
  });
});
