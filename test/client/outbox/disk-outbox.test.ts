import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Schemas } from '../../../src/client/http/schemas';
import { createDiskOutbox } from '../../../src/client/outbox/disk-outbox';
import type { Outbox, OutboxMessage, StoredMessage } from '../../../src/client/outbox/outbox';
import { Health } from '../../../src/client/publish/health';
import { Publisher, type PublisherOptions } from '../../../src/client/publish/publisher';
import { QueueFullError, StoreError } from '../../../src/errors';
import { Store } from '../../../src/store/store';
import { FakeClock } from '../../support/clock';
import { ROOT } from '../../support/root';
import { diskFull, FakeDisk } from '../../support/store/database';
import { freshFolder, setAsides } from '../../support/store/folders';
import { keep } from '../../support/store/outbox';
import { TYPESCRIPT } from '../../support/typescript';
import { until } from '../../support/until';

function message(text: string, more: Partial<OutboxMessage> = {}): OutboxMessage {
  return { stream: 'boiler', text, batch: true, at: 1_767_323_045_678, ...more };
}

function textsOf(messages: readonly OutboxMessage[]): string[] {
  return messages.map(({ text }) => text);
}

describe('client/disk-outbox', () => {
  let folder: string;
  let warnings: string[];
  const outboxes: Outbox[] = [];
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = freshFolder();
    warnings = [];
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(outboxes.splice(0).map((outbox) => outbox.close()));
  });

  it('refuses what makes no sense, before anything is opened', () => {
    const warn = (): void => {};
    for (const given of [
      undefined,
      {},
      { folder: '', warn },
      { folder, warn: 5 },
      { folder, warn, drain: 1 },
    ]) {
      assert.throws(() => createDiskOutbox(given as never), { code: 'SEA_OPTIONS' });
    }
  });

  function outboxWith(options: Partial<Parameters<typeof createDiskOutbox>[0]> = {}): Outbox {
    const outbox = createDiskOutbox({ folder, warn: (text) => warnings.push(text), ...options });
    outboxes.push(outbox);
    return outbox;
  }

  async function open(outbox = outboxWith()): Promise<[Outbox, readonly StoredMessage[]]> {
    return [outbox, await outbox.open(() => assert.fail('nothing comes late'))];
  }

  it('deletes as it closes what was ended before it was kept: it was sent by the next process (G1)', async () => {
    const disk = new FakeDisk();
    const outbox = outboxWith({ openDatabase: disk.openDatabase });
    await outbox.open(() => {});
    outbox.accept(message('1'), 0, (_message, key) => outbox.settle(key as number));
    await outbox.close();
    assert.deepEqual(warnings, []);
    const next = outboxWith({ openDatabase: disk.openDatabase });
    assert.deepEqual(await next.open(() => {}), []);
  });

  it('gives the next process what was accepted and not settled, as it was, in order', async () => {
    const [outbox, none] = await open();
    assert.deepEqual(none, []);
    const given = [
      message('{"a":"line\\n break"}'),
      message('"b\\u0000"', { stream: 'a stream\nof two lines', batch: false, check: 'strict' }),
      message('1', { check: 'types' }),
      message('{"ä":"…😀"}'),
    ];
    const keys = await Promise.all(given.map((one) => keep(outbox, one)));
    assert.deepEqual(
      [...keys],
      keys.toSorted((a, b) => a - b),
    );
    outbox.settle(keys[2] ?? 0);
    await outbox.close();
    const [, stored] = await open();
    assert.deepEqual(
      stored,
      [0, 1, 3].map((index) => ({ ...given[index], key: keys[index] })),
    );
    assert.deepEqual(warnings, []);
  });

  it('keeps the order over many restarts, far beyond ten and a hundred keys', async () => {
    const expected: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const [outbox] = await open();
      const texts = Array.from({ length: 40 }, (_, index) => String(round * 40 + index));
      await Promise.all(texts.map((text) => keep(outbox, message(text))));
      expected.push(...texts);
      await outbox.close();
    }
    const [, stored] = await open();
    assert.deepEqual(textsOf(stored), expected);
  });

  it('accepts before it is open, behind what was there', async () => {
    const [first] = await open();
    await keep(first, message('old'));
    await first.close();
    const outbox = outboxWith();
    const opened = outbox.open(() => {});
    const accepted = keep(outbox, message('new'));
    assert.deepEqual(textsOf(await opened), ['old']);
    assert((await accepted) > 1);
    await outbox.close();
    const [, stored] = await open();
    assert.deepEqual(textsOf(stored), ['old', 'new']);
  });

  it('keeps 256 messages offered at once as one record, with one flush', async () => {
    const disk = new FakeDisk();
    const [outbox] = await open(outboxWith(disk));
    disk.writes.length = 0;
    await Promise.all(Array.from({ length: 256 }, (_, index) => keep(outbox, message(String(index)))));
    assert.deepEqual(
      disk.writes.map(({ changes, flush }) => [changes.length, flush]),
      [[1, true]],
    );
  });

  it('writes together what a flow hands over one by one in a turn of the event loop', async () => {
    const disk = new FakeDisk();
    const [outbox] = await open(outboxWith(disk));
    disk.writes.length = 0;
    const kept = Array.from({ length: 100 }, (_, index) => {
      return new Promise((resolve) => setImmediate(() => resolve(keep(outbox, message(String(index))))));
    });
    await Promise.all(kept);
    assert.equal(disk.writes.length, 1);
  });

  it('deletes what was settled together in one go, and does not flush for it', async () => {
    const disk = new FakeDisk();
    const [outbox] = await open(outboxWith(disk));
    const keys: number[] = [];
    for (const text of ['a', 'b', 'c', 'd']) keys.push(await keep(outbox, message(text)));
    disk.writes.length = 0;
    for (const key of keys) outbox.settle(key);
    await outbox.close();
    assert.deepEqual(
      disk.writes.map(({ changes, flush }) => [changes.length, flush]),
      [[4, false]],
    );
    assert.deepEqual([...disk.content.keys()], ['!format']);
  });

  it('writes in one go what a flow was told of and what it hands over then, a turn later', async () => {
    const disk = new FakeDisk();
    const [outbox] = await open(outboxWith(disk));
    const key = await keep(outbox, message('a'));
    disk.writes.length = 0;
    outbox.settle(key);
    await new Promise((resolve) => setImmediate(() => resolve(keep(outbox, message('b')))));
    assert.deepEqual(
      disk.writes.map(({ changes, flush }) => [changes.map(({ type }) => type), flush]),
      [[['del', 'put'], true]],
    );
  });

  it('sends of a record only what was not settled, by each later process, and leaves nothing of it', async () => {
    const disk = new FakeDisk();
    const [first] = await open(outboxWith(disk));
    const keys = await Promise.all(['a', 'b', 'c', 'd'].map((text) => keep(first, message(text))));
    first.settle(keys[1] ?? 0);
    await first.close();
    const [second, stored] = await open(outboxWith(disk));
    assert.deepEqual(textsOf(stored), ['a', 'c', 'd']);
    second.settle(keys[0] ?? 0);
    second.settle(keys[3] ?? 0);
    // Settled twice is settled once.
    second.settle(keys[3] ?? 0);
    const after = await keep(second, message('e'));
    assert(after > (keys[3] ?? 0));
    await second.close();
    const [third, left] = await open(outboxWith(disk));
    assert.deepEqual(textsOf(left), ['c', 'e']);
    for (const { key } of left) third.settle(key);
    await third.close();
    assert.deepEqual([...disk.content.keys()], ['!format']);
  });

  describe('when the disk is full', () => {
    it('refuses the message, and takes the next when there is room again', async () => {
      const disk = new FakeDisk();
      const [outbox] = await open(outboxWith(disk));
      await keep(outbox, message('a'));
      disk.fault = diskFull();
      await assert.rejects(keep(outbox, message('b')), StoreError);
      disk.fault = undefined;
      await keep(outbox, message('c'));
      await outbox.close();
      const [, stored] = await open(outboxWith(disk));
      assert.deepEqual(textsOf(stored), ['a', 'c']);
    });

    it('does not send by a later process what it refused, though the disk may have it', async () => {
      const disk = new FakeDisk();
      const [outbox] = await open(outboxWith(disk));
      disk.fault = diskFull();
      await assert.rejects(keep(outbox, message('refused')), StoreError);
      // The write that failed has reached the disk nevertheless.
      disk.content.set('0000000000000001', '#{"stream":"boiler","batch":true}\n"refused"');
      disk.fault = undefined;
      await outbox.close();
      const [, stored] = await open(outboxWith(disk));
      assert.deepEqual(stored, []);
    });

    it('forgets no settled message, but deletes it when there is room again', async () => {
      const disk = new FakeDisk();
      const [outbox] = await open(outboxWith(disk));
      const key = await keep(outbox, message('a'));
      disk.fault = diskFull();
      outbox.settle(key);
      await until(() => disk.refused > 0, 'the first try');
      disk.fault = undefined;
      await keep(outbox, message('b'));
      await outbox.close();
      const [, stored] = await open(outboxWith(disk));
      assert.deepEqual(textsOf(stored), ['b']);
    });

    it('warns as it closes that settled messages will be sent again', async () => {
      const disk = new FakeDisk();
      const [outbox] = await open(outboxWith(disk));
      const key = await keep(outbox, message('a'));
      disk.fault = diskFull();
      outbox.settle(key);
      await outbox.close();
      assert.match(warnings[0] ?? '', /^1 messages that were sent could not be deleted/);
    });

    it('takes what comes next, though whoever was given what an earlier process left threw', async () => {
      const disk = new FakeDisk();
      const [first] = await open(outboxWith(disk));
      await keep(first, message('1'));
      await first.close();
      disk.fault = diskFull();
      const outbox = outboxWith(disk);
      const reader = (): void => {
        throw new Error('broken');
      };
      await assert.rejects(outbox.open(reader), StoreError);
      disk.fault = undefined;
      await assert.rejects(keep(outbox, message('2')), /broken/);
      await keep(outbox, message('3'));
      assert.deepEqual(await outbox.open(reader), []);
      await outbox.close();
      const [, stored] = await open(outboxWith(disk));
      assert.deepEqual(textsOf(stored), ['1', '3']);
    });

    it('gives what an earlier process left once it can be read, before the message that got through', async () => {
      const disk = new FakeDisk();
      const [first] = await open(outboxWith(disk));
      await keep(first, message('old'));
      await first.close();
      disk.fault = diskFull();
      const outbox = outboxWith(disk);
      const heard: string[] = [];
      await assert.rejects(
        outbox.open((late) => heard.push(...textsOf(late))),
        StoreError,
      );
      await assert.rejects(keep(outbox, message('refused')), StoreError);
      disk.fault = undefined;
      await Promise.all(
        ['b', 'c'].map(async (text) => {
          await keep(outbox, message(text));
          heard.push(text);
        }),
      );
      assert.deepEqual(heard, ['old', 'b', 'c']);
    });

    if (process.platform === 'linux') {
      it('goes on after a real write that did not fit, and loses nothing it accepted', async () => {
        const child = spawn(
          '/bin/sh',
          // A file that grows beyond the limit is refused; the signal that comes with it would end the process.
          ['-c', 'trap "" XFSZ; ulimit -S -f 2000; exec "$0" "$@"', ...command(folder, 0, 1, 3_000)],
          { stdio: ['pipe', 'pipe', 'inherit'] },
        );
        children.push(child);
        const accepted: number[] = [];
        let refused: string | undefined;
        for await (const [what, number, line] of linesOf(child)) {
          if (what === 'refused') {
            refused = line;
            execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:']);
            child.stdin?.write('.');
          } else if (what === 'accepted') accepted.push(number);
          if (refused !== undefined && number > 1_000) break;
        }
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
        assert.match(refused ?? '', /StoreError: The store in .+ cannot be used: \d+\.log: File too large/);
        const stored = await numbersIn(folder);
        assert.deepEqual(
          accepted.filter((number) => !stored.includes(number)),
          [],
        );
      });
    }
  });

  describe('behind a publisher', () => {
    const sent: (readonly string[])[] = [];
    let publisher: Publisher;

    function publish(outbox: Outbox, options: Partial<PublisherOptions> = {}): void {
      sent.length = 0;
      const clock = new FakeClock();
      publisher = new Publisher({
        clock,
        random: () => 0.5,
        backoff: { first: 1_000, max: 60_000 },
        batch: { messages: 500, bytes: 1_000_000 },
        retry: true,
        queueLimit: 1_000,
        whenFull: 'refuse',
        maxAge: 0,
        health: new Health({
          clock,
          random: () => 0.5,
          backoff: { first: 1_000, max: 60_000 },
          refusedFor: 300_000,
          changed: () => publisher.newsForAll(),
        }),
        mayFollow: () => true,
        replays() {},
        outbox,
        schemas: new Schemas({
          clock: new FakeClock(),
          fetch: async () => null,
          problem: (error) => assert.fail(error),
        }),
        send: async (_stream, texts) => {
          sent.push(texts);
        },
        refusal: () => undefined,
        changed() {},
        problem() {},
        ...options,
      });
    }

    it('sends 256 messages offered at once with one flush and one request', async () => {
      const disk = new FakeDisk();
      publish(outboxWith(disk));
      await Promise.all(Array.from({ length: 256 }, (_, number) => publisher.publish('boiler', number)));
      assert.deepEqual(
        sent.map(({ length }) => length),
        [256],
      );
      // The other is the store's format, written as it is made.
      assert.equal(disk.writes.filter(({ flush }) => flush).length, 2);
    });

    it('replays all that was accepted, though it is more than the queue may hold, and takes no more then', async () => {
      const [first] = await open();
      await Promise.all(['0', '1', '2', '3', '4'].map((text) => keep(first, message(text))));
      await first.close();
      const outbox = outboxWith();
      publish(outbox, { queueLimit: 3 });
      publisher.pause();
      await until(() => publisher.queued === 5);
      await assert.rejects(publisher.publish('boiler', 5), QueueFullError);
      publisher.resume();
      await until(() => publisher.queued === 0);
      assert.deepEqual(sent.flat(), ['0', '1', '2', '3', '4']);
      await outbox.close();
      const [, left] = await open();
      assert.deepEqual(left, []);
    });

    it('sends what was left first, even if it could not be read before the disk had room again', async () => {
      const disk = new FakeDisk();
      const [first] = await open(outboxWith(disk));
      await keep(first, message('"old"'));
      await first.close();
      disk.fault = diskFull();
      publish(outboxWith(disk));
      await assert.rejects(publisher.publish('boiler', 'refused'), StoreError);
      disk.fault = undefined;
      await Promise.all(['b', 'c'].map((text) => publisher.publish('boiler', text)));
      assert.deepEqual(sent.flat(), ['"old"', '"b"', '"c"']);
      await until(() => publisher.queued === 0);
    });
  });

  it('leaves a folder alone that holds something else', async () => {
    const store = new Store({ folder, format: 'something else', warn() {} });
    await store.open();
    await store.close();
    await assert.rejects(open(), /cannot be used: it holds data of another kind/);
    assert.deepEqual([await setAsides(folder), warnings], [[], []]);
  });

  it('sets a folder of another version aside with a warning, and accepts', async () => {
    const store = new Store({ folder, format: 'stream-sea outbox 3', warn() {} });
    await store.open();
    await store.close();
    const [outbox, stored] = await open();
    assert.deepEqual(stored, []);
    assert.equal((await setAsides(folder)).length, 1);
    assert.match(warnings[0] ?? '', /data of another kind/);
    await keep(outbox, message('a'));
  });

  it('gives the readable messages of a store that holds others, and sets it aside', async () => {
    const store = new Store({ folder, format: 'stream-sea outbox 2', warn() {} });
    const good = '#{"stream":"boiler","batch":true}\n1';
    const records: [string, string][] = [
      ['0000000000000007', good],
      ['0000000000000008', 'no line break'],
      ['0000000000000009', '#{"stream":1,"batch":true}\n1'],
      ['0000000000000010', '#{"stream":"boiler","batch":true,"check":"odd"}\n1'],
      ['0000000000000011', '#garbage\n1'],
      ['0000000000000012', good],
      ['x', good],
    ];
    await store.write(records.map(([key, value]) => ({ type: 'put', key, value })));
    await store.close();
    const [outbox, stored] = await open();
    assert.deepEqual(
      stored.map(({ key }) => key),
      [7, 12],
    );
    assert.match(warnings[0] ?? '', /5 of its 7 messages are none; the others were kept/);
    assert.equal(await keep(outbox, message('a')), 13);
    await outbox.close();
    const [, again] = await open();
    assert.equal(again.length, 3);
  });

  describe('kill -9', () => {
    const rounds = Number(process.env.KILL_ROUNDS ?? 10);

    it(`loses nothing it had accepted, in ${rounds} rounds`, async function () {
      this.timeout(20_000 + rounds * 5_000);
      let first = 0;
      const accepted: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const child = spawn(
          process.execPath,
          command(folder, first, round % 2 === 0 ? 256 : 1, 50).slice(1),
          {
            stdio: ['ignore', 'pipe', 'inherit'],
          },
        );
        children.push(child);
        let deadline: NodeJS.Timeout | undefined;
        let last = first;
        const settled: number[] = [];
        for await (const [what, number] of linesOf(child)) {
          if (what === 'accepted') accepted.push(number);
          else settled.push(number);
          // Not before it has done both: on a busy machine a kill could come before the first was settled.
          if (settled.length > 0) deadline ??= setTimeout(() => child.kill('SIGKILL'), Math.random() * 250);
          last = Math.max(last, number);
        }
        clearTimeout(deadline);
        const stored = await numbersIn(folder);
        assert.deepEqual(
          stored,
          stored.toSorted((a, b) => a - b),
          'in order',
        );
        const there = new Set(stored);
        assert.deepEqual(
          accepted.filter((number) => !there.has(number)),
          [],
          `round ${round}: nothing is lost`,
        );
        assert(accepted.length > 0 && settled.length > 0);
        // What was accepted, but killed before it could say so, may be there as well.
        first = Math.max(last, ...stored.slice(-1)) + 1;
      }
    });
  });
});

function command(folder: string, first: number, atOnce: number, bytes: number): string[] {
  const script = join(ROOT, 'test/support/store/outbox-process.ts');
  return [process.execPath, ...TYPESCRIPT, script, folder, String(first), String(atOnce), String(bytes)];
}

/** What the child says, until it ends: word, number, and the whole line. */
async function* linesOf(child: ChildProcess): AsyncGenerator<[what: string, number: number, line: string]> {
  assert(child.stdout);
  for await (const line of createInterface(child.stdout)) {
    const [what = '', number] = line.split(' ');
    yield [what, Number(number), line];
  }
}

async function numbersIn(folder: string): Promise<number[]> {
  const warnings: string[] = [];
  const outbox = createDiskOutbox({ folder, warn: (text) => warnings.push(text) });
  const stored = await outbox.open(() => {});
  await outbox.close();
  assert.deepEqual(warnings, []);
  return stored.map(({ text }) => JSON.parse(text).number);
}
