import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ServerTime } from '../../../src/client/identity/server-time';
import { FakeClock } from '../../support/clock';

const MINUTE = 60_000;

describe('client/server-time', () => {
  let clock: FakeClock;
  let time: ServerTime;

  beforeEach(() => {
    clock = new FakeClock(1_700_000_000_000);
    time = new ServerTime(clock);
  });

  /** What the server's header says at this moment, its clock being so far ahead of ours. */
  const dateAt = (ahead: number) => new Date(clock.now() + ahead).toUTCString();

  it('is within a minute of our own clock where the server says nothing', () => {
    time.heard({}, clock.elapsed());
    time.heard({ date: 'yesterday' }, clock.elapsed());
    for (const age of ['3600', 'unknown']) time.heard({ date: dateAt(-60 * MINUTE), age }, clock.elapsed());
    const { earliest, latest } = time.now();
    assert.deepEqual([earliest, latest], [clock.now() - MINUTE, clock.now() + MINUTE]);
    assert.equal(time.middle, clock.now());
  });

  it('lies within what is known, however far the clocks are apart, however slow an answer was', async () => {
    const years = fc.integer({ min: -1_500_000_000_000, max: 1_500_000_000_000 });
    const ms = fc.integer({ min: 0, max: 15_000 });
    await fc.assert(
      fc.asyncProperty(years, ms, ms, ms, async (ahead, there, back, later) => {
        clock = new FakeClock(1_700_000_000_000);
        time = new ServerTime(clock);
        const asked = clock.elapsed();
        await clock.advance(there);
        const date = dateAt(ahead);
        await clock.advance(back);
        time.heard({ date }, asked);
        await clock.advance(later);
        const { earliest, latest } = time.now();
        const server = clock.now() + ahead;
        assert.ok(earliest <= server && server <= latest, `${earliest} <= ${server} <= ${latest}`);
        assert.ok(latest - earliest <= 1_000 + there + back);
      }),
    );
  });

  it('stays as it is when somebody corrects our clock a little', () => {
    time.heard({ date: dateAt(-90_000) }, clock.elapsed());
    const before = time.now();
    clock.step(4_000);
    assert.deepEqual(time.now(), before);
  });

  it('is unknown again once our clock was set, or the machine has slept', () => {
    time.heard({ date: dateAt(-90_000) }, clock.elapsed());
    clock.step(10_000);
    assert.equal(time.middle, clock.now());
    time.heard({ date: dateAt(-99_000) }, clock.elapsed());
    assert.ok(Math.abs(time.middle - (clock.now() - 99_000)) <= 1_000);
  });
});
