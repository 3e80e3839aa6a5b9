import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { EngineAway, TooLarge } from '../../../src/engine/faults';
import { NatsSea } from '../../support/nats/nats-sea';
import { until } from '../../support/until';
import { LOG_ID, lasting, numbers, passing } from '../contract/reader';

describe('engine/jetstream/appender', () => {
  const sea = new NatsSea();

  it('loses nothing when NATS is killed and comes back at once', async () => {
    const engine = await sea.open();
    const readers = [await lasting(engine, 'a'), await passing(engine, 'b')];
    let accepted = 0;
    const appending = Promise.all(
      numbers(1, 2_000).map(async (text) => {
        await engine.log.append(LOG_ID, [text]);
        accepted += 1;
      }),
    );
    await until(() => accepted > 0);
    await sea.server.kill();
    await sea.server.start();
    await appending;
    await engine.log.append(LOG_ID, ['"last"']);
    for (const reader of readers) {
      const texts: string[] = [];
      while (texts.at(-1) !== '"last"') texts.push(...(await reader.read(1)));
      // What was under way when NATS died is sent again, among what came after it.
      assert.deepEqual(new Set(texts.slice(0, -1)), new Set(numbers(1, 2_000)));
    }
  });

  it('sends again what nobody answered, and it is there once', async () => {
    const engine = await sea.open();
    const reader = await passing(engine, 'a');
    await engine.log.append(LOG_ID, ['1']);
    sea.server.freeze();
    const going = [engine.log.append(LOG_ID, ['2']), engine.log.append(LOG_ID, ['3'])];
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    sea.server.thaw();
    await Promise.all(going);
    await engine.log.append(LOG_ID, ['4']);
    assert.deepEqual(await reader.read(4), numbers(1, 4));
  });

  it('says no within 5 s where nobody answers, and at once after that', async () => {
    const engine = await sea.open();
    await engine.log.append(LOG_ID, ['1']);
    sea.server.freeze();
    try {
      await assert.rejects(engine.log.append(LOG_ID, ['2']), EngineAway);
      await until(() => engine.state.name === 'away');
      const began = performance.now();
      await assert.rejects(
        (async () => {
          while (performance.now() - began < 10_000) await engine.log.append(LOG_ID, ['3']);
        })(),
        EngineAway,
      );
    } finally {
      sea.server.thaw();
    }
    await until(() => engine.state.name === 'ready');
    await engine.log.append(LOG_ID, ['4']);
  });

  it('refuses what is larger than NATS, or a jail, takes', async () => {
    const engine = await sea.open();
    const reader = await lasting(engine, 'a');
    for (const letters of [1_048_576, 3_000_000]) {
      await assert.rejects(
        engine.log.append(LOG_ID, ['x'.repeat(letters)]),
        (error) => error instanceof TooLarge && error.maxBytes > 1_000_000,
      );
    }
    await engine.log.append(LOG_ID, ['x'.repeat(1_040_000)]);
    assert.equal((await reader.read(1))[0]?.length, 1_040_000);
  });

  it('makes a jail anew that another engine has erased', async () => {
    const [one, two] = [await sea.open(), await sea.open()];
    await one.log.append(LOG_ID, ['1']);
    await two.log.erase(LOG_ID.jail);
    await one.log.append(LOG_ID, ['2']);
    const reader = await lasting(one, 'a');
    await two.log.append(LOG_ID, ['3']);
    assert.deepEqual(await reader.read(1), ['3']);
  });

  it('writes once what comes in one turn of the event loop, in the order in which it came', async () => {
    const engine = await sea.open();
    const reader = await passing(engine, 'a');
    await engine.log.append(LOG_ID, ['0']);
    const { write } = Socket.prototype;
    let writes = 0;
    Socket.prototype.write = function (this: Socket, ...args: Parameters<typeof write>) {
      if (Buffer.from(args[0]).includes('HPUB ')) writes += 1;
      return write.apply(this, args);
    } as typeof write;
    try {
      const going: Promise<void>[] = [];
      for (const text of numbers(1, 20)) {
        going.push(engine.log.append(LOG_ID, [text]));
        // As between the requests of two sockets: all that promises have to do is done.
        await new Promise<void>((resolve) => process.nextTick(resolve));
      }
      await Promise.all(going);
    } finally {
      Socket.prototype.write = write;
    }
    assert.equal(writes, 1);
    assert.deepEqual(await reader.read(21), numbers(0, 20));
  });
});
