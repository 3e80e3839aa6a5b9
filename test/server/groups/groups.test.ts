import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { EngineAway } from '../../../src/engine/faults';
import { MemoryEngine } from '../../../src/engine/memory/memory-engine';
import { groupKeyOf } from '../../../src/server/groups/group-key';
import { Groups } from '../../../src/server/groups/groups';
import { Member } from '../../../src/server/groups/member';
import { Visibility } from '../../../src/server/groups/visibility';
import { limitsOf } from '../../../src/server/limits';
import { Turn } from '../../../src/server/turn';
import { settled } from '../../support/clock';
import { FakeOutlet } from '../../support/sea/cursor';

const LOG_ID = { jail: 'works', stream: 'boiler' };
const LASTING = groupKeyOf('gauge', undefined);

describe('Groups', () => {
  let engine: MemoryEngine;
  let groups: Groups;
  let faults: unknown[];
  let missed: [string, number][];

  beforeEach(() => {
    engine = new MemoryEngine({ limits: limitsOf({ retainedBytes: 10_000 }) });
    faults = [];
    missed = [];
    groups = new Groups({
      log: engine.log,
      takeBytes: 1_000,
      visibility: new Visibility(new Turn()),
      onDelivered: () => {},
      onMissed: ({ stream }, count) => missed.push([stream, count]),
      onError: (error) => faults.push(error),
    });
  });

  afterEach(() => assert.deepEqual(faults, []));

  async function join(
    key: string,
    outlet = new FakeOutlet(),
  ): Promise<{ outlet: FakeOutlet; leave(): void }> {
    const member = new Member({ id: 2, streamName: 'boiler', outlet, filter: undefined });
    return { outlet, leave: await groups.join(LOG_ID, key, member) };
  }

  async function publish(...texts: string[]): Promise<void> {
    for (const text of texts) await engine.log.append(LOG_ID, [text]);
    await settled();
  }

  /** The only member of its group: what it was to read next is kept no longer. */
  async function overtaken(key: string): ReturnType<typeof join> {
    const slow = await join(key);
    slow.outlet.room = 1;
    await publish('0');
    for (let round = 0; round < 20; round += 1) await publish('x'.repeat(1_000));
    slow.outlet.leave();
    await settled();
    slow.outlet.leave();
    await settled();
    return slow;
  }

  it('have one cursor each, which their members share', async () => {
    let opened = 0;
    const open = engine.log.open.bind(engine.log);
    engine.log.open = (...args) => {
      opened += 1;
      return open(...args);
    };
    const seats = await Promise.all([join(LASTING), join(LASTING), join(groupKeyOf('x', randomUUID()))]);
    await publish('1', '2');
    assert.deepEqual(
      seats.map(({ outlet }) => outlet.texts),
      [['1'], ['2'], ['1', '2']],
    );
    assert.deepEqual([opened, groups.subscriptions], [2, 3]);
  });

  it('are left with their last member; a lasting one goes on where it stopped, with what had not left', async () => {
    const first = await join(LASTING);
    await publish('1', '2', '3');
    first.outlet.leave(1);
    first.leave();
    await publish('4');
    await groups.left();
    assert.deepEqual([engine.log.stats.retained, groups.subscriptions], [3, 0]);
    const next = await join(LASTING);
    await settled();
    assert.deepEqual(next.outlet.texts, ['2', '3', '4']);
  });

  it('of a fresh UUID keep nothing without a member, and with two of them hand over without a gap (P29)', async () => {
    const key = groupKeyOf('x', randomUUID());
    const old = await join(key);
    await publish('1');
    const next = await join(key);
    await publish('2', '3');
    old.outlet.isOpen = false;
    await publish('4');
    old.outlet.leave(1);
    old.leave();
    await publish('5');
    assert.deepEqual(
      [old.outlet.texts, next.outlet.texts],
      [
        ['1', '3'],
        ['2', '4', '3', '5'],
      ],
    );
    next.leave();
    await groups.left();
    await publish('6');
    assert.deepEqual((await join(key)).outlet.texts, []);
  });

  it('whose log cannot be read end with a word to their members, and with a cursor of their own for who comes next', async () => {
    const open = engine.log.open.bind(engine.log);
    engine.log.open = async (...args) => {
      const cursor = await open(...args);
      cursor.take = () => Promise.reject(new Error('a block is gone'));
      return cursor;
    };
    const first = await join(LASTING);
    await publish('1');
    assert.deepEqual(first.outlet.ends, ['The server failed to read the stream.']);
    assert.deepEqual(faults.splice(0).map(String), ['Error: a block is gone']);
    engine.log.open = open;
    first.leave();
    await groups.left();
    const next = await join(LASTING);
    await settled();
    assert.deepEqual(next.outlet.texts, ['1']);
  });

  it('wait, when they are joined anew, until the cursor before has been left', async () => {
    const calls: string[] = [];
    const open = engine.log.open.bind(engine.log);
    engine.log.open = async (...args) => {
      calls.push('open');
      const cursor = await open(...args);
      const leave = cursor.leave.bind(cursor);
      cursor.leave = async () => {
        await settled();
        await leave();
        calls.push('left');
      };
      return cursor;
    };
    const first = await join(LASTING);
    await publish('1', '2');
    first.leave();
    const next = await join(LASTING);
    await settled();
    assert.deepEqual(next.outlet.texts, ['1', '2']);
    assert.deepEqual(calls, ['open', 'left', 'open']);
  });

  it('are not joined by one whose connection has ended meanwhile, and left if nobody else is there', async () => {
    const outlet = new FakeOutlet();
    const joining = join(LASTING, outlet);
    outlet.isOpen = false;
    const { leave } = await joining;
    leave();
    await groups.left();
    assert.deepEqual([outlet.answers, groups.subscriptions], [[], 0]);
    await publish('1');
    assert.equal(engine.log.stats.retained, 1, 'it is remembered: it has been subscribed to');
  });

  it('stay for whoever still joins while another one’s connection has ended', async () => {
    const gone = new FakeOutlet();
    gone.isOpen = false;
    const [, { outlet }] = await Promise.all([join(LASTING, gone), join(LASTING)]);
    await publish('1');
    assert.deepEqual(outlet.texts, ['1']);
  });

  it('that cannot be opened are refused to all who wait, and tried again for the next', async () => {
    const open = engine.log.open.bind(engine.log);
    engine.log.open = async () => {
      throw new EngineAway('away');
    };
    const joining = Promise.allSettled([join(LASTING), join(LASTING)]);
    assert.equal(groups.subscriptionsOf('works'), 2, 'they count at once');
    const outcomes = await joining;
    assert.equal(groups.subscriptionsOf('works'), 0);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    engine.log.open = open;
    const { outlet } = await join(LASTING);
    await publish('1');
    assert.deepEqual(outlet.texts, ['1']);
  });

  it('of a fresh UUID that are overtaken end their members’ connections with the reason, and begin anew', async () => {
    const key = groupKeyOf('x', randomUUID());
    const slow = await overtaken(key);
    assert.deepEqual(slow.outlet.ends, ['You read too slowly: what you have not read is no longer kept.']);
    const next = await join(key);
    await publish('1');
    assert.deepEqual(next.outlet.texts, ['1']);
    slow.leave();
    await publish('2');
    assert.deepEqual(next.outlet.texts, ['1', '2']);
    const third = await join(key);
    await publish('3', '4');
    assert.deepEqual([next.outlet.texts.length, third.outlet.texts.length], [3, 1], 'they are one group');
    assert.equal(groups.subscriptions, 2);
  });

  it('tell what they missed', async () => {
    await overtaken(LASTING);
    assert.equal(missed.length, 1);
    assert.equal(missed[0]?.[0], 'boiler');
    assert.equal(missed[0]?.[1], engine.log.stats.dropped);
  });

  it('end with the group that is forgotten', async () => {
    const { outlet } = await join(LASTING);
    await engine.log.forget('works', LASTING);
    await settled();
    assert.deepEqual(outlet.ends, ['The group is no more.']);
  });

  it('that are stopped hand nothing more out, and give back what has not left', async () => {
    const [a, b] = [await join(LASTING), await join(LASTING)];
    await publish('1', '2');
    groups.stop();
    a.leave();
    assert.deepEqual(b.outlet.texts, ['2']);
    b.outlet.leave();
    b.leave();
    await publish('3');
    await groups.left();
    assert.equal(engine.log.stats.retained, 2);
    assert.deepEqual((await join(LASTING)).outlet.answers, [], 'nor takes it anybody in');
  });
});
