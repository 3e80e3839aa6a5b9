import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Engine } from '../../../../src/engine/engine';
import { LastingGroups } from '../../../../src/engine/jetstream/groups/lasting-groups';
import type { JailStreams } from '../../../../src/engine/jetstream/jail-streams';
import type { NatsConnection } from '../../../../src/engine/jetstream/nats/nats-connection';
import { Subjects } from '../../../../src/engine/jetstream/subjects';
import type { LogLimits } from '../../../../src/engine/log';
import { inEnglish } from '../../../../src/sentences';
import { NatsSea } from '../../../support/nats/nats-sea';
import { startFaultProxy } from '../../../support/network/fault-proxy';
import { TYPESCRIPT } from '../../../support/typescript';
import { until } from '../../../support/until';
import { limitsOf } from '../../contract/limits';
import { append, LOG_ID, lasting, numbers, passing } from '../../contract/reader';

describe('engine/jetstream/lasting-groups', () => {
  const sea = new NatsSea();

  /** How many stand for more of the group's entries. */
  async function questions({ jsm }: NatsConnection, group: string): Promise<number> {
    const subjects = new Subjects(sea.prefix);
    const { jail, stream } = LOG_ID;
    const consumer = await jsm.consumers.info(subjects.streamOf(jail), subjects.durableOf(group, stream));
    return consumer.num_waiting;
  }

  it('gives the next reader what one that was killed had, and was not done with', async () => {
    const engine = await sea.open();
    await (await lasting(engine, 'a')).cursor.leave();
    await append(engine, numbers(1, 30));
    // On a busy machine it hung for a second, and what it had was given to it once more: that came behind the rest.
    const parameters = [sea.server.url, sea.prefix, 'a', '10', '60000'];
    const child = spawn(
      process.execPath,
      [...TYPESCRIPT, 'test/support/nats/jetstream-reader.ts', ...parameters],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let said = 0;
    createInterface({ input: child.stdout }).on('line', () => {
      said += 1;
    });
    while (said < 30) await once(child.stdout, 'data');
    child.kill('SIGKILL');
    const connection = await sea.connect();
    await until(async () => (await questions(connection, 'a')) === 0, 'NATS to see that it is dead');
    // With a shorter time, which then holds for what is taken, too.
    const reader = await lasting(engine, 'a');
    assert.deepEqual(await reader.read(20), numbers(11, 30));
    await append(engine, ['31']);
    assert.deepEqual(await reader.read(1), ['31']);
  });

  it('gives another reader in its order what one has that is cut off, and still asks for more', async () => {
    const proxy = await startFaultProxy(Number(sea.server.url.split(':')[1]));
    // Longer than this process may hang on a busy machine.
    const ackWait = 3_000;
    const servers = [`127.0.0.1:${proxy.port}`];
    const [one, two] = [await sea.open({ ackWait, servers }), await sea.open({ ackWait })];
    const cutOff = await lasting(one, 'a');
    await append(two, numbers(1, 20));
    await cutOff.take(20);
    const waits = cutOff.cursor.take(1);
    const connection = await sea.connect();
    await until(async () => (await questions(connection, 'a')) > 0, 'the question for more');
    proxy.strike({ type: 'stall' });
    const other = await lasting(two, 'a');
    assert.deepEqual(await other.read(20), numbers(1, 20));
    await proxy.resume();
    await one.close();
    assert.deepEqual(await waits, { end: 'closed' });
  });

  it('keeps for a slow reader what it has, for as long as it lives', async () => {
    const [one, two] = [await sea.open(), await sea.open()];
    const slow = await lasting(one, 'a');
    await append(one, ['1']);
    const [entry] = await slow.take(1);
    const other = await lasting(two, 'a');
    const waits = other.read(1);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    slow.cursor.done(entry?.number ?? 0);
    await append(one, ['2']);
    assert.deepEqual(await waits, ['2']);
  });

  it('hands out no more than a reader asks for, however much there is', async () => {
    const [one, two] = [await sea.open(), await sea.open()];
    const stuck = await lasting(one, 'a');
    const texts = numbers(1, 20_000).map((text) => text.padStart(100));
    await Promise.all(texts.map((text) => one.log.append(LOG_ID, [text])));
    const had = await stuck.take(1, 1_000);
    assert.ok(had.length <= 10);
    const other = await lasting(two, 'a');
    // The rest is there for another one at once, before the time of what the first has is over.
    const rest: string[] = [];
    while (rest.length < texts.length - had.length) rest.push(...(await other.read(1)));
    assert.deepEqual(rest, texts.slice(had.length));
  });

  it('forgets the longest without a reader when there are too many, and none that is read', async () => {
    const [one, two] = [await sea.open(few()), await sea.open(few())];
    const read = [await lasting(one, 'a'), await lasting(two, 'b')];
    for (const group of ['c', 'd', 'e', 'f', 'g']) await (await lasting(one, group)).cursor.leave();
    assert.equal(one.log.stats.forgotten, 1);
    await append(one, ['1']);
    for (const reader of read) assert.deepEqual(await reader.read(1), ['1']);
    for (const group of ['d', 'e', 'f', 'g'])
      assert.deepEqual(await (await lasting(one, group)).read(1), ['1']);
  });

  it('tells what was trimmed before a group had it', async () => {
    const engine = await sea.open({ limits: limitsOf({ retainedMessages: 5 }) });
    const reader = await lasting(engine, 'a');
    await append(engine, ['0']);
    await reader.read(1);
    for (let batch = 1; batch <= 8; batch += 1) await engine.log.append(LOG_ID, [`${batch}`, '"and"']);
    assert.deepEqual(
      await reader.read(10),
      numbers(4, 8).flatMap((text) => [text, '"and"']),
    );
    assert.equal(reader.missed, 6);
    assert.equal(engine.log.stats.dropped, 6);
    await reader.cursor.leave();
    for (const text of numbers(10, 17)) await engine.log.append(LOG_ID, [text]);
    const again = await lasting(engine, 'a');
    assert.deepEqual(await again.read(5), numbers(13, 17));
    assert.equal(again.missed, 3);
  });

  for (const [what, forget] of [
    ['group', (engine: Engine) => engine.log.forget(LOG_ID.jail, 'a')],
    ['jail', (engine: Engine) => engine.log.erase(LOG_ID.jail)],
  ] as const) {
    it(`remembers nothing of what it had before the ${what} was forgotten`, async () => {
      const limits = limitsOf({ retainedMessages: 1 });
      const [one, two] = [await sea.open({ limits }), await sea.open({ limits })];
      const old = await lasting(one, 'a');
      await append(two, ['1']);
      assert.deepEqual(await old.read(1), ['1']);
      const end = old.cursor.take(1);
      await forget(two);
      assert.deepEqual(await end, { end: 'forgotten' });
      const other = await lasting(two, 'a');
      await append(two, ['2']);
      assert.deepEqual(await other.read(1), ['2']);
      await other.cursor.leave();
      await append(two, ['3', '4']);
      const reader = await lasting(one, 'a');
      assert.deepEqual(await reader.read(1), ['4']);
      // Which of the two that are missing the group had had, one cannot know.
      assert.equal(reader.missed, 0);
    });
  }

  it('warns of many groups in a jail anew, after it was erased', async () => {
    const warnings: string[] = [];
    const missing = async () => {
      throw Object.assign(new Error('consumer not found'), { code: 10_014 });
    };
    const connection = {
      run: (what: () => unknown) => what(),
      onBack: () => () => {},
      packages: { transport: { createInbox: () => 'inbox' } },
      nc: { subscribe: () => ({ unsubscribe: () => {}, isClosed: () => true }) },
      jsm: {
        streams: { info: async () => ({ state: { consumer_count: 1_000 } }) },
        consumers: { info: missing, add: async () => ({ delivered: { stream_seq: 0 } }) },
      },
    };
    const groups = new LastingGroups(
      connection as unknown as NatsConnection,
      { ensure: async () => 's', birthOf: async () => 'b', nameOf: () => 's' } as unknown as JailStreams,
      {
        subjects: new Subjects('sea'),
        limits: limitsOf({ retainedGroups: 10_000 }),
        ackWait: 1_000,
        warn: (words) => warnings.push(inEnglish(words)),
        dropped: () => {},
        forgotten: () => {},
      },
    );
    for (const group of ['a', 'b']) await groups.open(LOG_ID, group);
    assert.equal(warnings.length, 1);
    groups.endForgotten(LOG_ID.jail, 'a');
    await groups.open(LOG_ID, 'c');
    assert.equal(warnings.length, 1);
    groups.endForgotten(LOG_ID.jail);
    await groups.open(LOG_ID, 'a');
    assert.equal(warnings.length, 2);
  });

  for (const lost of ['nothing', 'the groups']) {
    it(`goes on after the server was away, which has lost ${lost}`, async () => {
      const engine = await sea.open();
      const reader = await lasting(engine, 'a');
      await append(engine, numbers(1, 4));
      const entries = await reader.take(4);
      reader.cursor.done(entries[0]?.number ?? 0);
      const waits = reader.read(1);
      await sea.server.kill();
      if (lost === 'the groups') await rm(join(folder(), 'obs'), { recursive: true });
      await sea.server.start();
      await until(() => engine.state.name === 'ready');
      await append(engine, ['5']);
      assert.deepEqual(await waits, ['5']);
      for (const { number } of entries.slice(1)) reader.cursor.done(number);
      await reader.cursor.leave();
      await append(engine, ['6']);
      assert.deepEqual(await (await lasting(engine, 'a')).read(1), ['6']);
    });
  }

  it('ends where the server has lost the whole jail, and begins anew with all that is there', async () => {
    const engine = await sea.open();
    const readers = [await lasting(engine, 'a'), await passing(engine, 'b')];
    await append(engine, ['4']);
    for (const reader of readers) await reader.read(1);
    const waits = readers.map(({ cursor }) => cursor.take(1));
    await sea.server.kill();
    await rm(folder(), { recursive: true });
    await sea.server.start();
    await until(() => engine.state.name === 'ready');
    await append(engine, ['5']);
    assert.deepEqual(await Promise.all(waits), [{ end: 'forgotten' }, { end: 'forgotten' }]);
    assert.deepEqual(await (await lasting(engine, 'a')).read(1), ['5']);
  });

  /** Where the server keeps the jail. */
  function folder(): string {
    return join(sea.server.streams, new Subjects(sea.prefix).streamOf(LOG_ID.jail));
  }

  it('takes over groups that were made with other times', async () => {
    const one = await sea.open({ ackWait: 30_000 });
    await (await lasting(one, 'a')).cursor.leave();
    const two = await sea.open({ ackWait: 1_000 });
    await (await lasting(two, 'a')).cursor.leave();
    const subjects = new Subjects(sea.prefix);
    const connection = await sea.connect();
    const durable = subjects.durableOf('a', LOG_ID.stream);
    const { config } = await connection.jsm.consumers.info(subjects.streamOf(LOG_ID.jail), durable);
    assert.equal(config.ack_wait, 1_000_000_000);
    await append(one, ['1']);
    assert.deepEqual(await (await lasting(two, 'a')).read(1), ['1']);
  });

  it('says that a group was forgotten by another engine', async () => {
    const [one, two] = [await sea.open(), await sea.open()];
    const reader = await lasting(one, 'a');
    const waits = reader.cursor.take(1);
    await two.log.forget(LOG_ID.jail, 'a');
    assert.deepEqual(await waits, { end: 'forgotten' });
  });
});

function few(): { readonly limits: LogLimits } {
  return { limits: limitsOf({ retainedGroups: 3 }) };
}
