import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { beforeEach, describe, it } from 'mocha';
import { Logger } from '../../bin/logger';
import { STOP_DEADLINE, stopOnSignals } from '../../bin/shutdown';
import { settled } from '../support/clock';

describe('a shutdown', () => {
  let signals: EventEmitter;
  let told: unknown[];
  const log = new Logger({ level: 'error', write: () => {} });

  beforeEach(() => {
    signals = new EventEmitter();
    told = [];
  });

  const prepare = (stop: () => Promise<void>): void =>
    stopOnSignals({
      signals,
      log,
      stop: () => {
        told.push('stop');
        return stop();
      },
      exit: (code) => told.push(code),
      setTimer: (callback, ms) => {
        told.push('timer');
        assert.equal(ms, STOP_DEADLINE);
        signals.on('late', callback);
      },
    });

  for (const signal of ['SIGTERM', 'SIGINT']) {
    it(`ends with 0 at ${signal} when all is closed; the deadline is set before anything is`, async () => {
      prepare(async () => {});
      signals.emit(signal, signal);
      await settled();
      assert.deepEqual(told, ['timer', 'stop', 0]);
    });
  }

  it('ends with 1 when closing fails, even at once', async () => {
    prepare(() => {
      throw new Error('no');
    });
    signals.emit('SIGTERM', 'SIGTERM');
    await settled();
    assert.deepEqual(told, ['timer', 'stop', 1]);
  });

  it('ends with 1 when closing hangs', async () => {
    prepare(() => new Promise(() => {}));
    signals.emit('SIGTERM', 'SIGTERM');
    await settled();
    signals.emit('late');
    assert.deepEqual(told, ['timer', 'stop', 1]);
  });

  it('ends with 1 at a second signal, whichever it is', async () => {
    prepare(() => new Promise(() => {}));
    signals.emit('SIGTERM', 'SIGTERM');
    await settled();
    signals.emit('SIGINT', 'SIGINT');
    assert.deepEqual(told, ['timer', 'stop', 1]);
  });
});
