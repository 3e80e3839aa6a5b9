import assert from 'node:assert/strict';
import { JailLogs } from '../../../src/engine/memory/jail-logs';
import { LastingPosition } from '../../../src/engine/memory/lasting-position';
import { limitsOf } from '../contract/limits';

describe('engine/memory/jail-logs', () => {
  const tally = { retained: 0, dropped: 0, forgotten: 0 };
  let now: number;
  let numbers: number;
  let told: string[];

  beforeEach(() => {
    Object.assign(tally, { retained: 0, dropped: 0, forgotten: 0 });
    [now, numbers, told] = [0, 0, []];
  });

  function newJail(limits = {}): JailLogs {
    return new JailLogs({
      jail: 'works',
      limits: limitsOf(limits),
      tally,
      now: () => now,
      lastNumber: () => numbers,
      keeper: {
        released: (_jail, stream, number) => told.push(`released ${stream} ${number}`),
        changed: (_jail, { name }) => told.push(`changed ${name}`),
        forgotten: (_jail, { name }) => told.push(`forgotten ${name}`),
      },
    });
  }

  function append(jail: JailLogs, stream: string, text = 'x'.repeat(1_000)): void {
    numbers += 1;
    jail.append(stream, { number: numbers, texts: [text] }, true);
  }

  it('has nothing left of a stream without groups', async () => {
    const jail = newJail();
    const cursors = [jail.open('x', 'a', { lasting: false }), jail.open('y', 'b', { lasting: false })];
    append(jail, 'x');
    assert.equal(jail.isEmpty, false);
    for (const cursor of cursors) await cursor.leave();
    assert.ok(jail.isEmpty);
    append(jail, 'x');
    assert.deepEqual(told, ['released x 1', 'released x 2']);
  });

  it('hands the group over to a second reader, of whom there should be none', async () => {
    const jail = newJail();
    const first = jail.open('x', 'a', { lasting: true });
    append(jail, 'x');
    const taken = await first.take(1);
    const second = jail.open('x', 'a', { lasting: true });
    assert.deepEqual(await first.take(1), { end: 'left' });
    assert.deepEqual(await second.take(1), taken);
  });

  it('bounds bytes over all its logs, those of an earlier release too', () => {
    const jail = newJail({ retainedBytes: 10_000 });
    jail.restore('x', 'a', 0, 0);
    const prior = jail.newLog();
    const position = new LastingPosition(prior);
    for (let number = -10; number < 0; number += 1)
      prior.append({ number, texts: ['x'.repeat(1_000)] }, true);
    append(jail, 'x');
    assert.ok(prior.weight + 1_000 < 10_000);
    assert.equal(position.missed, tally.dropped);
    assert.ok(position.missed >= 2 && position.missed <= 4);
  });

  it('forgets the longest vacant of what was restored first', () => {
    const jail = newJail({ retainedGroups: 2, retainedAge: 100 });
    for (const [group, since] of [
      ['a', 20],
      ['b', 10],
      ['c', 30],
    ] as const) {
      jail.restore('x', group, since, 0);
    }
    jail.settle();
    jail.expire();
    now = 121;
    jail.expire();
    now = 131;
    jail.expire();
    assert.deepEqual(told, ['forgotten b', 'forgotten a', 'forgotten c']);
    assert.equal(tally.forgotten, 3);
    assert.ok(jail.isEmpty);
  });

  it('is not above its bound of groups for a moment', async () => {
    const jail = newJail({ retainedGroups: 1 });
    const cursors = ['a', 'b'].map((group) => jail.open('x', group, { lasting: true }));
    for (const cursor of cursors) await cursor.leave();
    assert.deepEqual(told.slice(-1), ['forgotten a']);
  });

  it('does not age a group that has a reader', async () => {
    const jail = newJail({ retainedAge: 100 });
    const cursor = jail.open('x', 'a', { lasting: true });
    now = 1_000;
    jail.expire();
    await cursor.leave();
    jail.expire();
    assert.ok(jail.hasGroup('x', 'a'));
    now = 1_101;
    jail.expire();
    assert.ok(!jail.hasGroup('x', 'a'));
  });
});
