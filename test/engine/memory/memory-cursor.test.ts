import assert from 'node:assert/strict';
import type { Entry } from '../../../src/engine/log';
import { type CursorSource, MemoryCursor } from '../../../src/engine/memory/memory-cursor';
import { Share } from '../../../src/engine/memory/taking';

class FakeReading implements CursorSource {
  isOvertaken = false;
  missed = 0;
  entries: Entry[] = [];
  readonly finished: number[] = [];

  take(): Share {
    const share = new Share();
    share.entries.push(...this.entries.splice(0));
    share.missed = this.missed;
    return share;
  }
  done(number: number): void {
    this.finished.push(number);
  }
  giveBack(entry: Entry): void {
    this.entries.push(entry);
  }
}

describe('engine/memory/memory-cursor', () => {
  const entry = { number: 1, texts: ['1'] };
  let reading: FakeReading;
  let waiting: Set<MemoryCursor>;
  let left: number;
  let cursor: MemoryCursor;

  beforeEach(() => {
    reading = new FakeReading();
    waiting = new Set();
    left = 0;
    cursor = new MemoryCursor({
      source: reading,
      waiting,
      left: () => {
        left += 1;
      },
    });
  });

  it('waits where there is nothing, once at a time, and does not when it has got something', async () => {
    const first = cursor.take(1);
    assert.deepEqual([...waiting], [cursor]);
    await assert.rejects(cursor.take(1), TypeError);
    cursor.wake();
    assert.equal(waiting.size, 1);
    reading.entries.push(entry);
    cursor.wake();
    assert.equal(waiting.size, 0);
    assert.deepEqual({ ...(await first) }, { entries: [entry], missed: 0 });
    cursor.wake();
  });

  it('tells what was missed', async () => {
    reading.missed = 3;
    reading.entries.push(entry);
    assert.deepEqual({ ...(await cursor.take(1)) }, { entries: [entry], missed: 3 });
  });

  it('takes an entry of which nothing is left for done', () => {
    cursor.giveBack({ number: 7, texts: [] });
    assert.deepEqual([reading.finished, reading.entries], [[7], []]);
  });

  it('ends once, for one reason, and then does nothing more', async () => {
    const waits = cursor.take(1);
    cursor.end('forgotten');
    await cursor.leave();
    assert.deepEqual(await waits, { end: 'forgotten' });
    assert.deepEqual(await cursor.take(1), { end: 'forgotten' });
    cursor.done(1);
    cursor.giveBack(entry);
    assert.deepEqual([left, waiting.size, reading.finished, reading.entries], [0, 0, [], []]);
  });

  it('has left when it was overtaken', async () => {
    reading.isOvertaken = true;
    assert.deepEqual(await cursor.take(1), { end: 'overtaken' });
    await cursor.leave();
    assert.equal(left, 1);
  });
});
