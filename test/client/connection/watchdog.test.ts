import assert from 'node:assert/strict';
import { watch } from '../../../src/client/connection/watchdog';
import { FakeClock } from '../../support/clock';

describe('client/watchdog', () => {
  let clock: FakeClock;
  let bytes: number;
  let silences: number;
  let stop: () => void;

  beforeEach(() => {
    clock = new FakeClock();
    bytes = 0;
    silences = 0;
    const silent = (): void => {
      silences += 1;
    };
    stop = watch({ clock, timeout: 75_000, progress: () => bytes, silent });
  });

  it('barks once when nothing at all is heard for the time (P23)', async () => {
    await clock.advance(74_999);
    assert.equal(silences, 0);
    await clock.advance(1);
    assert.equal(silences, 1);
    await clock.advance(1_000_000);
    assert.equal(silences, 1);
    assert.equal(clock.pending, 0);
  });

  it('keeps quiet while anything is heard, however little', async () => {
    for (let beat = 0; beat < 20; beat += 1) {
      await clock.advance(60_000);
      bytes += 2;
    }
    assert.equal(silences, 0);
  });

  it('barks no sooner than the time after the last sign of life, and no later than 1.25 times that', async () => {
    await clock.advance(30_000);
    bytes += 1;
    await clock.advance(74_999);
    assert.equal(silences, 0);
    await clock.advance(18_751);
    assert.equal(silences, 1);
  });

  it('needs one timer, whatever is heard, and none when stopped', async () => {
    for (let message = 0; message < 1_000; message += 1) bytes += 100;
    assert.equal(clock.pending, 1);
    await clock.advance(100_000);
    bytes += 1;
    stop();
    assert.equal(clock.pending, 0);
  });
});
