import assert from 'node:assert/strict';
import { createDiskOutbox } from '../../../src/client/outbox/disk-outbox';
import { memoryOutbox } from '../../../src/client/outbox/outbox';
import type { PublisherOptions } from '../../../src/client/publish/publisher';
import type { Left } from '../../../src/client/publish/unfinished';
import { StoreError, type StreamSeaError } from '../../../src/errors';
import { settled } from '../../support/clock';
import { Bench } from '../../support/publisher-bench';
import { diskFull, FakeDisk } from '../../support/store/database';
import { until } from '../../support/until';

const WHERE = { folder: '/nowhere/queue', warn() {} };

describe('client/storage', () => {
  let disk: FakeDisk;
  let ends: string[];

  beforeEach(() => {
    disk = new FakeDisk();
    ends = [];
  });

  function benchOn(options: Partial<PublisherOptions> & { drain?: boolean } = {}): Bench {
    const { drain = false, ...more } = options;
    return new Bench({
      queueLimit: 100,
      outbox: createDiskOutbox({ ...WHERE, openDatabase: disk.openDatabase, drain }),
      ...more,
    });
  }

  function offer(bench: Bench, stream: string, ...numbers: number[]): void {
    for (const number of numbers) {
      const ended = (error?: StreamSeaError): void =>
        void ends.push(`${number} ${error?.message ?? 'published'}`);
      bench.publisher.offer(stream, number, {}, { ended });
    }
  }

  /** As a client closes. */
  async function close(bench: Bench, outbox = bench.outbox): Promise<void> {
    bench.publisher.stop();
    await outbox.close();
    bench.publisher.giveUp();
  }

  it('says that a message is kept only once it is, when it closes before the store has opened (G9)', async () => {
    const bench = benchOn();
    offer(bench, 's', 1, 2);
    await close(bench);
    assert.equal(ends.length, 2);
    for (const end of ends) assert.match(end, /kept on disk/);
    const next = benchOn();
    await until(() => next.texts.length === 2);
    assert.deepEqual(next.texts, ['1', '2']);
  });

  it('is drained once what an earlier process left is sent, too, and not before that was read', async () => {
    const bench = benchOn();
    offer(bench, 's', 1, 2);
    await close(bench);
    const next = benchOn();
    await next.publisher.drained();
    assert.deepEqual(next.texts, ['1', '2']);
  });

  it('is drained though what was left cannot be read now, or is not read any more', async () => {
    disk.fault = diskFull();
    await benchOn().publisher.drained();
    disk.fault = undefined;
    const closing = benchOn({
      outbox: { ...memoryOutbox, replays: true, open: () => new Promise(() => {}) },
    });
    closing.publisher.stop();
    await closing.publisher.drained();
  });

  it('says what is the matter when it closes on a disk that is full', async () => {
    const bench = benchOn();
    bench.publisher.pause();
    disk.fault = diskFull();
    offer(bench, 's', 1);
    await close(bench);
    assert.match(ends[0] ?? '', /No space left/);
    disk.fault = undefined;
    const next = benchOn();
    await settled();
    await settled();
    assert.deepEqual(next.texts, []);
  });

  it('promises nothing when the disk does not answer until the end', async () => {
    const bench = benchOn();
    bench.publisher.pause();
    await until(() => disk.opened === 1);
    const go = disk.hold();
    offer(bench, 's', 1);
    bench.publisher.stop();
    await settled();
    assert.deepEqual(ends, []);
    bench.publisher.giveUp();
    assert.match(ends[0] ?? '', /before the disk had said whether it is kept/);
    go();
    await bench.outbox.close();
    assert.equal(ends.length, 1);
  });

  it('tells one end of a message whose time is over while it closes, and the disk does not answer (G1)', async () => {
    const bench = benchOn();
    bench.publisher.pause();
    await until(() => disk.opened === 1);
    const go = disk.hold();
    const ended = (error?: StreamSeaError): void => void ends.push(error?.name ?? 'published');
    bench.publisher.offer('s', 1, { timeout: 100 }, { ended });
    bench.publisher.stop();
    await bench.clock.advance(100);
    bench.publisher.giveUp();
    assert.deepEqual(ends, ['TimeoutError']);
    assert.equal(bench.publisher.queued, 0);
    go();
    await bench.outbox.close();
  });

  it('sends what was left though the store cannot be opened at first, and nobody publishes', async () => {
    const before = benchOn();
    before.publisher.pause();
    offer(before, 's', 1);
    await close(before);
    disk.fault = diskFull();
    const bench = benchOn();
    await until(() => bench.problems.length === 1);
    assert.ok(bench.problems[0] instanceof StoreError);
    disk.fault = undefined;
    await bench.clock.advance(500);
    await until(() => bench.texts.length === 1);
    assert.deepEqual(bench.texts, ['1']);
    assert.equal(bench.clock.pending, 0);
  });

  it('empties a store that nothing new is to be kept in, before what is accepted now', async () => {
    const before = benchOn();
    before.publisher.pause();
    offer(before, 's', 1, 2);
    await close(before);
    const writes = disk.writes.length;
    const bench = benchOn({ drain: true, retry: false });
    offer(bench, 's', 3);
    await until(() => bench.texts.length === 3);
    assert.deepEqual(bench.texts, ['1', '2', '3']);
    await close(bench);
    assert.ok(disk.writes.slice(writes).every(({ changes }) => changes.every(({ type }) => type === 'del')));
  });

  it('tries again what was left, though what is offered has one attempt', async () => {
    const before = benchOn();
    before.publisher.pause();
    offer(before, 's', 1);
    await close(before);
    const bench = benchOn({ drain: true, retry: false });
    bench.server = () => Promise.reject(new StoreError('not ours'));
    const answers = [new Error('busy')];
    bench.server = async () => {
      if (answers.pop() !== undefined) throw Object.assign(new StoreError('busy'), { retryable: true });
    };
    await until(() => bench.sent.length === 1);
    await settled();
    await bench.clock.advance(1_000);
    assert.deepEqual(bench.texts, ['1', '1']);
  });

  it('throws away what it has not read yet, too', async () => {
    const before = benchOn();
    before.publisher.pause();
    offer(before, 's', 1, 2);
    await close(before);
    disk.fault = diskFull();
    const bench = benchOn();
    await until(() => bench.problems.length === 1);
    bench.publisher.purge();
    disk.fault = undefined;
    await bench.clock.advance(500);
    await until(() => bench.publisher.trouble === undefined);
    await until(() => disk.writes.at(-1)?.changes[0]?.type === 'del');
    await bench.publisher.publish('s', 3);
    assert.deepEqual(bench.texts, ['3']);
  });

  it('tells all of what is thrown away before it is read, though one who is told throws', async () => {
    const first = benchOn();
    first.publisher.pause();
    const ended = (): void => {
      throw new Error('broken');
    };
    first.publisher.offer('s', 1, {}, { ended });
    offer(first, 's', 2);
    await until(() => disk.writes.length > 1);
    await settled();
    const left: Left = { unsent: [], kept: new Map() };
    first.publisher.retire(left);
    await first.outbox.close();
    first.publisher.giveUp();
    assert.equal(left.kept.size, 2);
    const bench = benchOn();
    bench.publisher.adopt(left);
    bench.publisher.purge();
    await until(() => ends.length === 1);
    await settled();
    assert.match(ends.join(), /^2 Thrown away /);
    assert.equal(bench.publisher.trouble, undefined);
    await bench.publisher.publish('s', 3);
    assert.deepEqual(bench.texts, ['3']);
  });

  it('deletes what was thrown away while it was being kept', async () => {
    const bench = benchOn();
    bench.publisher.pause();
    await until(() => disk.opened === 1);
    const go = disk.hold();
    offer(bench, 's', 1);
    await settled();
    assert.equal(bench.publisher.purge(), 1);
    go();
    await close(bench);
    const next = benchOn();
    await settled();
    await settled();
    assert.deepEqual(next.texts, []);
    assert.match(ends.join(), /^1 Thrown away /);
  });

  it('hands a successor with the same store who is to be told of the ends of what is in it', async () => {
    const bench = benchOn();
    bench.publisher.pause();
    offer(bench, 's', 1, 2);
    await until(() => disk.writes.length > 1);
    await settled();
    offer(bench, 's', 3);
    const left: Left = { unsent: [], kept: new Map() };
    bench.publisher.retire(left);
    await bench.outbox.close();
    bench.publisher.giveUp();
    assert.deepEqual(ends, []);
    assert.equal(left.unsent.length, 0);
    const next = benchOn();
    next.publisher.adopt(left);
    offer(next, 's', 4);
    await until(() => ends.length === 4);
    assert.deepEqual(ends, ['1 published', '2 published', '3 published', '4 published']);
    assert.deepEqual(next.texts, ['1', '2', '3', '4']);
  });

  it('hands over again what was not read before the successor retired, too', async () => {
    const publication = { ended: (error?: StreamSeaError) => void ends.push(error?.message ?? 'published') };
    disk.fault = diskFull();
    const bench = benchOn();
    bench.publisher.adopt({ unsent: [], kept: new Map([[41, { publication, since: 3 }]]) });
    const left: Left = { unsent: [], kept: new Map() };
    bench.publisher.retire(left);
    bench.publisher.giveUp();
    assert.deepEqual([...left.kept], [[41, { publication, since: 3 }]]);
    const last = benchOn();
    last.publisher.adopt(left);
    last.publisher.stop();
    last.publisher.giveUp();
    assert.match(ends.join(), /^The client was closed before the message was sent: it is kept on disk/);
  });

  it('hands over in order what the disk had refused and what it has not answered for', async () => {
    const publication = { ended: (error?: StreamSeaError) => void ends.push(error?.message ?? 'published') };
    const bench = benchOn();
    bench.publisher.pause();
    disk.fault = diskFull();
    const older = { stream: 's', text: '1', batch: true, at: bench.clock.now(), publication };
    bench.publisher.adopt({ unsent: [older], kept: new Map() });
    await until(() => bench.problems.length > 0);
    disk.fault = undefined;
    const go = disk.hold();
    offer(bench, 's', 2);
    await settled();
    const left: Left = { unsent: [], kept: new Map() };
    bench.publisher.retire(left);
    bench.publisher.giveUp();
    assert.deepEqual(
      left.unsent.map(({ text }) => text),
      ['1', '2'],
    );
    go();
    await bench.outbox.close();
  });

  it('goes on in memory with what a predecessor had there, when the disk does not take it', async () => {
    const memory = new Bench({ queueLimit: 100 });
    memory.publisher.pause();
    offer(memory, 's', 1);
    const left: Left = { unsent: [], kept: new Map() };
    memory.publisher.retire(left);
    disk.fault = diskFull();
    const bench = benchOn();
    bench.publisher.adopt(left);
    await until(() => bench.texts.length === 1);
    await settled();
    assert.deepEqual(ends, ['1 published']);
    assert.ok(bench.problems.some((problem) => problem instanceof StoreError));
  });

  it('says that what an earlier client left waits for the disk', async () => {
    disk.fault = diskFull();
    const bench = benchOn();
    await until(() => bench.publisher.trouble !== undefined);
    const { attempt, until: at, why } = bench.publisher.trouble ?? {};
    assert.deepEqual([attempt, at], [1, bench.clock.now() + 500]);
    assert.ok(why instanceof StoreError);
    disk.fault = undefined;
    await bench.clock.advance(500);
    await until(() => bench.publisher.trouble === undefined);
  });

  for (const [when, step] of [
    ['', 0],
    [', though the clock was set back since', -5_000],
  ] as const) {
    it(`keeps what a predecessor had in memory only, and sends it first${when}`, async () => {
      const memory = new Bench({ queueLimit: 100 });
      memory.publisher.pause();
      offer(memory, 's', 1);
      const left: Left = { unsent: [], kept: new Map() };
      memory.publisher.retire(left);
      const bench = benchOn();
      bench.publisher.pause();
      bench.publisher.adopt(left);
      bench.clock.step(step);
      offer(bench, 's', 2);
      await until(() => disk.writes.length > 1);
      await settled();
      await close(bench);
      for (const end of ends) assert.match(end, /kept on disk/);
      const next = benchOn();
      await until(() => next.texts.length === 2);
      assert.deepEqual(next.texts, ['1', '2']);
    });
  }

  it('sends what no disk has taken before what it took later, though the clock was set back since (G4)', async () => {
    const memory = new Bench({ queueLimit: 100 });
    memory.publisher.pause();
    offer(memory, 's', 1);
    const first: Left = { unsent: [], kept: new Map() };
    memory.publisher.retire(first);
    disk.fault = diskFull();
    const bench = benchOn();
    bench.publisher.pause();
    bench.publisher.adopt(first);
    await until(() => bench.problems.length > 0 && bench.publisher.queue(1).count === 1);
    disk.fault = undefined;
    bench.clock.step(-5_000);
    await bench.clock.advance(1_000);
    offer(bench, 's', 2);
    await until(() => disk.writes.length > 0);
    await settled();
    const second: Left = { unsent: [], kept: new Map() };
    bench.publisher.retire(second);
    await bench.outbox.close();
    assert.deepEqual([second.unsent.map(({ text }) => text), second.kept.size], [['1'], 1]);
    const next = benchOn();
    next.publisher.adopt(second);
    await until(() => next.texts.length === 2);
    assert.deepEqual(next.texts, ['1', '2']);
  });

  it('sends in the order of their age what was given late to be kept, after a crash too', async () => {
    const publication = { ended: () => {} };
    const bench = benchOn();
    bench.publisher.pause();
    const at = bench.clock.now();
    await bench.clock.advance(10);
    offer(bench, 's', 2);
    await until(() => disk.writes.length > 1);
    bench.publisher.adopt({
      unsent: [{ stream: 's', text: '1', batch: true, at, publication }],
      kept: new Map(),
    });
    await until(() => disk.writes.length > 2);
    await settled();
    const next = benchOn();
    await until(() => next.texts.length === 2);
    assert.deepEqual(next.texts, ['1', '2']);
  });
});
