import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumerInfo } from '@nats-io/jetstream';
import type { Engine } from '../../../../src/engine/engine';
import type { NatsConnection } from '../../../../src/engine/jetstream/nats/nats-connection';
import { Subjects } from '../../../../src/engine/jetstream/subjects';
import type { Cursor } from '../../../../src/engine/log';
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
});
