import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mock } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumerInfo } from '@nats-io/jetstream';
import type { Engine } from '../../../../src/engine/engine';
import { EngineAway } from '../../../../src/engine/faults';
import type { JailReaders } from '../../../../src/engine/jetstream/groups/jail-readers';
import { PassingGroups } from '../../../../src/engine/jetstream/groups/passing-groups';
import type { JailStreams } from '../../../../src/engine/jetstream/jail-streams';
import type { NatsConnection } from '../../../../src/engine/jetstream/nats/nats-connection';
import { Subjects } from '../../../../src/engine/jetstream/subjects';
import type { Cursor } from '../../../../src/engine/log';
import { say } from '../../../../src/sentences';
import { NatsSea } from '../../../support/nats/nats-sea';
import { LOG_ID, numbers, passing, textsOf } from '../../contract/reader';

/** Reads, with several entries under way, until it is told to leave: what was on its way then was not sent. */
class Gateway {
  readonly #cursor: Cursor;
  readonly #got: string[];
  readonly #reading: Promise<void>;

  constructor(cursor: Cursor, got: string[]) {
    this.#cursor = cursor;
    this.#got = got;
    this.#reading = this.#read();
  }

  async leave(): Promise<void> {
    await this.#cursor.leave();
    await this.#reading;
  }

  async #read(): Promise<void> {
    const sending: Promise<void>[] = [];
    for (;;) {
      const taken = await this.#cursor.take(20);
      if ('end' in taken) {
        assert.equal(taken.end, 'left');
        break;
      }
      for (const entry of taken.entries) {
        sending.push(
          delay(entry.number % 3).then(() => {
            if (this.#hasLeft) return;
            this.#got.push(...entry.texts);
            this.#cursor.done(entry.number);
          }),
        );
      }
    }
    await Promise.all(sending);
  }

  get #hasLeft(): boolean {
    return this.left;
  }

  left = false;
}

async function open(engine: Engine, group: string, got: string[]): Promise<Gateway> {
  return new Gateway(await engine.log.open(LOG_ID, group, { lasting: false }), got);
}

describe('engine/jetstream/passing-groups', () => {
  const sea = new NatsSea();

  /** So many wait at one consumer in NATS. */
  async function met({ jsm }: NatsConnection, count: number): Promise<void> {
    for (const end = Date.now() + 5_000; Date.now() < end; await delay(5)) {
      const found: number[] = [];
      const stream = new Subjects(sea.prefix).streamOf(LOG_ID.jail);
      const all: AsyncIterable<ConsumerInfo | null> = jsm.consumers.list(stream);
      for await (const info of all) if (info?.name.startsWith('s_')) found.push(info.num_waiting);
      if (found.includes(count)) return;
    }
    assert.fail('They have not met.');
  }

  it('gives each entry to one of two processes, through many exchanges under load', async () => {
    const group = randomUUID();
    const [publisher, ...engines] = await Promise.all([sea.open(), sea.open(), sea.open()]);
    const got: string[] = [];
    const [first] = engines;
    assert.ok(publisher && first);
    let old = await open(first, group, got);
    let published = 0;
    let isOver = false;
    const publishing = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!isOver) {
          published += 1;
          await publisher.log.append(LOG_ID, [String(published)]);
        }
      }),
    );
    for (let round = 1; round <= 10; round += 1) {
      await delay(30);
      const engine = engines[round % 2];
      assert.ok(engine);
      const next = await open(engine, group, got);
      await delay(30);
      old.left = true;
      await old.leave();
      old = next;
    }
    isOver = true;
    await publishing;
    const end = Date.now() + 10_000;
    while (got.length < published && Date.now() < end) await delay(5);
    const sorted = got
      .map(Number)
      .sort((a, b) => a - b)
      .map(String);
    assert.deepEqual(sorted, numbers(1, published));
    old.left = true;
    await old.leave();
  });

  it('goes on alone where the other process has died without a word', async () => {
    const group = randomUUID();
    const [one, two] = await Promise.all([sea.open(), sea.open()]);
    const first = await passing(one, group);
    await one.log.append(LOG_ID, ['1']);
    const [entry] = await first.take(1);
    const second = await passing(two, group);
    await one.log.append(LOG_ID, ['2']);
    first.cursor.done(entry?.number ?? 0);
    void one.close();
    assert.deepEqual(await second.read(1), ['2']);
    await two.log.append(LOG_ID, ['3']);
    assert.deepEqual(await second.read(1), ['3']);
  });

  it('is one group for those who open it at the same moment', async () => {
    const engines = await Promise.all([sea.open(), sea.open(), sea.open()]);
    const connection = await sea.connect();
    for (let round = 0; round < 10; round += 1) {
      const group = randomUUID();
      const readers = await Promise.all(engines.map((engine) => passing(engine, group)));
      const got: string[] = [];
      const reading = Promise.all(
        readers.map(async ({ cursor }) => {
          for (let taken = await cursor.take(1); !('end' in taken); taken = await cursor.take(1)) {
            got.push(...textsOf(taken.entries));
            for (const { number } of taken.entries) cursor.done(number);
          }
        }),
      );
      await met(connection, engines.length);
      for (const text of numbers(1, 30)) await engines[0]?.log.append(LOG_ID, [text]);
      const end = Date.now() + 5_000;
      while (got.length < 30 && Date.now() < end) await delay(5);
      await delay(20);
      for (const { cursor } of readers) await cursor.leave();
      await reading;
      assert.deepEqual(
        got
          .map(Number)
          .sort((a, b) => a - b)
          .map(String),
        numbers(1, 30),
      );
    }
  });

  for (const isShared of [false, true]) {
    it(`leaves nothing behind of one that could not be opened, ${isShared ? 'shared' : 'alone'}`, async () => {
      const { groups, listeners, tails } = stubbed(isShared, true);
      await assert.rejects(groups.open(LOG_ID, randomUUID()), EngineAway);
      assert.deepEqual([listeners.size, tails.size, groups.cursors.length], [0, 0, 0]);
    });
  }

  describe('shared, and left', () => {
    beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
    afterEach(() => mock.timers.reset());

    /** All that follows from what has happened. */
    const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

    it('is deleted a while later, when nobody serves it', async () => {
      const { groups, deleted } = stubbed(true);
      await (await groups.open(LOG_ID, randomUUID())).leave();
      assert.deepEqual(deleted, []);
      mock.timers.tick(5_000);
      await settle();
      assert.deepEqual(deleted, ['shared']);
    });

    for (const order of ['before', 'by']) {
      it(`is left to NATS, and waits for nothing, where it was left ${order} the closing`, async () => {
        const { groups, asked } = stubbed(true);
        const cursor = await groups.open(LOG_ID, randomUUID());
        if (order === 'before') await cursor.leave();
        const before = asked.length;
        await groups.close();
        mock.timers.tick(5_000);
        await settle();
        assert.deepEqual(asked.slice(before), []);
      });
    }
  });
});

/** In place of NATS: another engine serves the group, or none does, and a flush is answered or not. */
function stubbed(isShared: boolean, isLost = false) {
  const [listeners, tails] = [new Set<object>(), new Set<object>()];
  const [asked, deleted]: [string[], string[]] = [[], []];
  const subscribe = () => {
    const own = {
      unsubscribe: () => listeners.delete(own),
      drain: async () => listeners.delete(own),
      isClosed: () => !listeners.has(own),
    };
    listeners.add(own);
    return own;
  };
  const request = async (subject: string) => {
    asked.push(subject);
    if (isShared && subject === 'sharers') return { json: () => ({ says: 'shared', consumer: 'shared' }) };
    throw Object.assign(new Error('no responders'), { name: 'NoResponders' });
  };
  const flush = async () => {
    if (isLost) throw new EngineAway(say('engine.closed'));
  };
  const connection = {
    isReady: true,
    outages: 0,
    onBack: () => () => {},
    run: (what: () => unknown) => what(),
    attempt: (what: () => unknown) => what(),
    packages: { transport: { nuid: { next: () => '1' }, createInbox: () => 'inbox' } },
    nc: { subscribe, request, flush, publish: () => {}, isClosed: () => false, isDraining: () => false },
    jsm: { consumers: { delete: async (_stream: string, consumer: string) => deleted.push(consumer) } },
  };
  const streams = { ensure: async () => 'stream', birthOf: async () => 'now', nameOf: () => 'stream' };
  const readers = {
    open: async () => {
      const tail = { cursor: {}, from: 1, close: () => tails.delete(tail) };
      tails.add(tail);
      return tail;
    },
  };
  const groups = new PassingGroups(
    connection as unknown as NatsConnection,
    streams as unknown as JailStreams,
    readers as unknown as JailReaders,
    {
      subjects: { sharersOf: () => 'sharers', readersOf: () => 'readers' } as unknown as Subjects,
      ackWait: 1_000,
      replicas: 1,
    },
  );
  return { groups, listeners, tails, asked, deleted };
}
