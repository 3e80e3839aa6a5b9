import assert from 'node:assert/strict';
import { merged, olderEntry, waits } from '../../../src/client/publish/entry';
import { FakeClock } from '../../support/clock';

const nobody = { ended() {} };
const message = { stream: 's', text: '1', batch: true };

describe('client/entry', () => {
  it('is as old as it is, though it was accepted by another process', () => {
    const clock = new FakeClock(50_000);
    const entry = olderEntry({ ...message, at: 20_000, check: 'types' }, clock, 7, nobody);
    assert.equal(clock.elapsed() - entry.since, 30_000);
    assert.deepEqual(
      [entry.key, entry.check, entry.checked, entry.patient, entry.stage],
      [7, 'types', true, true, 'ready'],
    );
  });

  it('is new when the clock says that it is yet to be accepted, or nobody has said when it was', () => {
    const clock = new FakeClock(50_000);
    for (const at of [90_000, Number.POSITIVE_INFINITY]) {
      assert.equal(olderEntry({ ...message, at }, clock, 0, nobody).since, clock.elapsed());
    }
  });

  it('waits until a request holds it or it is over', () => {
    const entry = olderEntry({ ...message, at: 0 }, new FakeClock(), 0, nobody);
    const places = ['storing', 'ready', 'sending', 'ended'] as const;
    assert.deepEqual(
      places.map((stage) => waits({ ...entry, stage })),
      [true, true, false, false],
    );
  });

  it('of an earlier process comes before those of this one, though the clock was set back between them', () => {
    const at = (time: number, earlierProcess?: true) => ({
      ...olderEntry({ ...message, text: String(time), at: time }, new FakeClock(100), 0, nobody),
      ...(earlierProcess && { earlierProcess }),
    });
    const texts = (entries: readonly { text: string }[]) => entries.map(({ text }) => text).join(' ');
    assert.equal(texts(merged([at(10), at(40)], [at(70, true), at(90, true)])), '70 90 10 40');
    assert.equal(texts(merged([at(70, true), at(90, true)], [at(10), at(40)])), '70 90 10 40');
    assert.equal(texts(merged([at(10), at(40)], [at(20), at(30)])), '10 20 30 40');
  });

  it('is merged with those of its own stream, whatever waits of another', () => {
    const at = (stream: string, time: number) =>
      olderEntry({ ...message, stream, text: `${stream}${time}`, at: time }, new FakeClock(100), 0, nobody);
    const all = merged([at('a', 20)], [at('b', 90), at('a', 10), at('b', 30), at('a', 40)]);
    assert.deepEqual(
      ['a', 'b'].map((stream) => all.filter((entry) => entry.stream === stream).map(({ text }) => text)),
      [
        ['a10', 'a20', 'a40'],
        ['b90', 'b30'],
      ],
    );
  });
});
