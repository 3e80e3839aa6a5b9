import assert from 'node:assert/strict';
import type { DurableCursor } from '../../../../src/engine/jetstream/groups/durable-cursor';
import { PassingCursor, type Progress } from '../../../../src/engine/jetstream/groups/passing-cursor';
import type { Cursor, Entry } from '../../../../src/engine/log';
import { MemoryLog } from '../../../../src/engine/memory/memory-log';
import { limitsOf } from '../../contract/limits';
import { LOG_ID } from '../../contract/reader';

/** Keeps what it is told. */
class SharedStub {
  readonly told: string[] = [];
  readonly #entries: Entry[];

  constructor(entries: Entry[]) {
    this.#entries = entries;
  }

  async take() {
    const entry = this.#entries.shift();
    return entry === undefined ? new Promise<never>(() => {}) : { entries: [entry] };
  }

  done(number: number): void {
    this.told.push(`done ${number}`);
  }

  giveBack({ number }: Entry): void {
    this.told.push(`back ${number}`);
  }

  async leave(): Promise<void> {
    this.told.push('leave');
  }

  get cursor(): DurableCursor {
    return this as unknown as DurableCursor;
  }
}

describe('engine/jetstream/passing-cursor', () => {
  let logs: MemoryLog;
  let closed: number;

  beforeEach(() => {
    logs = new MemoryLog({ limits: limitsOf(), now: () => 0 });
    closed = 0;
  });

  async function alone(from = 1): Promise<PassingCursor> {
    const inner: Cursor = await logs.open(LOG_ID, 'a', { lasting: false });
    const close = (): void => {
      closed += 1;
      void inner.leave();
    };
    return new PassingCursor({ cursor: inner, from, close }, async () => {});
  }

  function append(...all: number[]): void {
    for (const number of all) logs.accept(LOG_ID, [`${number}`], number, false);
  }

  async function takeNumbers(cursor: PassingCursor, maxBytes = 1): Promise<number[]> {
    const taken = await cursor.take(maxBytes);
    return 'end' in taken ? [] : taken.entries.map(({ number }) => number);
  }

  it('leaves out what was there before it was opened', async () => {
    const cursor = await alone(3);
    append(1, 2, 3, 4);
    assert.deepEqual(await takeNumbers(cursor, 100), [3, 4]);
  });

  it('goes over with what is under way: where to begin, what is done, what is not', async () => {
    const cursor = await alone();
    append(1, 2, 3, 4, 5, 6);
    for (let count = 0; count < 4; count += 1) await takeNumbers(cursor);
    for (const number of [1, 3]) cursor.done(number);
    cursor.giveBack({ number: 4, texts: ['4'] });
    const waits = takeNumbers(cursor).then((numbers) => assert.deepEqual(numbers, [4]));
    await waits;
    cursor.giveBack({ number: 4, texts: ['4'] });
    const shared = new SharedStub([{ number: 5, texts: ['5'] }]);
    let progress: Progress | undefined;
    await cursor.move(async (own) => {
      progress = own;
      cursor.done(2);
      return shared.cursor;
    });
    assert.deepEqual(progress, { from: 2, undone: [2, 4], done: [3] });
    assert.deepEqual(shared.told, ['done 1', 'done 3', 'done 2', 'back 4']);
    assert.equal(closed, 1);
    assert.deepEqual(await takeNumbers(cursor), [5]);
    cursor.done(5);
    await cursor.leave();
    assert.deepEqual(shared.told.slice(4), ['done 5', 'leave']);
  });

  it('hands out nothing while it goes over that others may be given', async () => {
    const cursor = await alone();
    const waits = cursor.take(1);
    const entry = { number: 1, texts: ['"from NATS"'] };
    await cursor.move(async ({ from }) => {
      assert.equal(from, 1);
      append(1);
      await new Promise((resolve) => setImmediate(resolve));
      return new SharedStub([entry]).cursor;
    });
    assert.deepEqual(await waits, { entries: [entry] });
  });

  it('stays as it is when it cannot go over', async () => {
    const cursor = await alone();
    const waits = takeNumbers(cursor);
    await assert.rejects(
      cursor.move(async () => {
        append(1);
        throw new Error('no');
      }),
    );
    assert.deepEqual(await waits, [1]);
    append(2);
    assert.deepEqual(await takeNumbers(cursor), [2]);
    assert.equal(closed, 0);
  });

  it('ends with the reason that is given', async () => {
    for (const end of ['overtaken', 'forgotten', 'closed', 'left'] as const) {
      const cursor = await alone();
      const waits = cursor.take(1);
      await cursor.end(end);
      await cursor.leave();
      assert.deepEqual([await waits, await cursor.take(1)], [{ end }, { end }]);
    }
    assert.equal(closed, 4);
  });
});
