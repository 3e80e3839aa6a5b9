import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../../src/engine/engine';
import type { NatsConnection } from '../../../src/engine/jetstream/nats/nats-connection';
import { encodeRecord } from '../../../src/engine/jetstream/stored-record';
import { tokenOf } from '../../../src/engine/jetstream/subjects';
import { inEnglish } from '../../../src/sentences';
import { NatsSea } from '../../support/nats/nats-sea';
import { until } from '../../support/until';
import { Watching } from '../contract/watch';

describe('engine/jetstream/kv-watch', () => {
  const sea = new NatsSea();

  /** The NATS stream of the records. */
  const bucket = () => `KV_${sea.prefix}-catalogue`;
  const subjectOfA = () => `$KV.${sea.prefix}-catalogue.${tokenOf('client')}.${tokenOf('a')}`;

  /** One that has been told all there is. */
  async function watchNow({ catalogue }: Engine): Promise<Watching> {
    const watching = new Watching(catalogue);
    await watching.until('current');
    return watching;
  }

  /** As somebody does who loses all records, and goes on without them. */
  async function makeAnew({ jsm }: NatsConnection): Promise<void> {
    const { config } = await jsm.streams.info(bucket());
    await jsm.streams.delete(bucket());
    await jsm.streams.add(config);
  }

  it('tells another engine within a moment that a record was revoked', async () => {
    const [one, two] = [await sea.open(), await sea.open()];
    const revision = await one.catalogue.put(['client', 'a'], '1', undefined);
    const watching = await watchNow(two);
    await one.catalogue.remove(['client', 'a'], revision);
    assert.deepEqual(await watching.until('-a'), ['-a']);
    await watching.end();
  });

  it('holds of each record no more than the latest, for one who does not ask', async () => {
    const engine = await sea.open();
    const [slow, quick] = [new Watching(engine.catalogue), new Watching(engine.catalogue)];
    for (const watching of [slow, quick]) await watching.until('current');
    let revision: number | undefined;
    for (let round = 1; round <= 100; round += 1) {
      revision = await engine.catalogue.put(['client', 'a'], `${round}`, revision);
    }
    await quick.until('+a=100');
    assert.ok((await slow.until('+a=100')).length < 10);
    for (const watching of [slow, quick]) await watching.end();
  });

  it('yields what has changed while NATS was away, and nothing that has not', async () => {
    const [one, two] = [await sea.open(), await sea.open()];
    const revisions = new Map<string, number>();
    for (const name of ['a', 'b', 'c']) {
      revisions.set(name, await one.catalogue.put(['client', name], '1', undefined));
    }
    const watching = await watchNow(two);
    await sea.server.kill();
    await sea.server.start();
    await until(() => one.state.name === 'ready');
    await one.catalogue.put(['client', 'a'], '2', revisions.get('a'));
    await one.catalogue.remove(['client', 'b'], revisions.get('b') ?? 0);
    await one.catalogue.put(['client', 'd'], '1', undefined);
    const changes = await watching.until('+d=1');
    assert.deepEqual(changes, ['+a=2', '-b', '+d=1']);
    await watching.end();
  });

  it('yields as removed what is gone without a trace', async () => {
    const engine = await sea.open();
    await engine.catalogue.put(['client', 'a'], '1', undefined);
    const watching = await watchNow(engine);
    await sea.server.kill();
    await rm(join(sea.server.streams, bucket()), { recursive: true });
    await sea.server.start();
    await until(() => engine.state.name === 'ready');
    await engine.catalogue.put(['client', 'b'], '1', undefined);
    assert.deepEqual([await watching.next(), await watching.next()].sort(), ['+b=1', '-a']);
    await watching.end();
  });

  it('goes on when somebody has deleted all records', async () => {
    const engine = await sea.open();
    const connection = await sea.connect();
    await engine.catalogue.put(['client', 'a'], '1', undefined);
    const watching = await watchNow(engine);
    await connection.jsm.streams.delete(bucket());
    assert.deepEqual(await watching.until('-a'), ['-a']);
    await engine.catalogue.put(['client', 'b'], '1', undefined);
    await watching.until('+b=1');
    await watching.end();
  });

  /** It tells what goes wrong, and how it stood then. */
  async function telling() {
    const [said, states, news] = [[] as string[], [] as string[], new EventEmitter()];
    const engine: Engine = await sea.open({
      warn: (words) => {
        said.push(inEnglish(words));
        states.push(engine.state.name);
        news.emit('told');
      },
    });
    // A reader takes some seconds to notice.
    const told = async (count: number): Promise<void> => {
      while (said.length < count) await once(news, 'told');
    };
    return { said, states, engine, told };
  }

  it('is away from when all records are lost until there can be some again, and says so', async () => {
    const connection = await sea.connect();
    const { said, states, engine, told } = await telling();
    const watching = await watchNow(engine);
    await connection.jsm.streams.delete(bucket());
    await told(2);
    assert.match(said.join(), /has lost all jails, clients and definitions[^,]*,.* can be used again/);
    assert.deepEqual([...states, engine.state.name], ['away', 'ready', 'ready']);
    await watching.end();
  });

  it('tells of its loss also where others have made it anew', async () => {
    const connection = await sea.connect();
    const { said, engine, told } = await telling();
    const watching = await watchNow(engine);
    await makeAnew(connection);
    await told(1);
    assert.match(said[0] ?? '', /has lost all jails, clients and definitions/);
    await until(() => engine.state.name === 'ready');
    await watching.end();
  });

  it('tells of a record that was made anew with all others, though its revision is lower', async () => {
    const engine = await sea.open();
    const connection = await sea.connect();
    let revision: number | undefined;
    for (const value of ['1', '2', '3']) {
      revision = await engine.catalogue.put(['client', 'a'], value, revision);
    }
    const watching = await watchNow(engine);
    await makeAnew(connection);
    await connection.js.publish(subjectOfA(), encodeRecord({ key: ['client', 'a'], value: '"anew"' }));
    assert.equal(await watching.next(), '+a="anew"');
    await watching.end();
  });

  it('tells of one that was made anew under the very number that it had', async () => {
    const engine = await sea.open();
    const connection = await sea.connect();
    const first = await engine.catalogue.put(['client', 'a'], '1', undefined);
    const watching = await watchNow(engine);
    await makeAnew(connection);
    for (let count = 1; count < first; count += 1)
      await connection.js.publish(`$KV.${sea.prefix}-catalogue.x`, '');
    const record = encodeRecord({ key: ['client', 'a'], value: '"anew"' });
    const { seq } = await connection.js.publish(subjectOfA(), record);
    assert.equal(seq, first);
    assert.equal(await watching.next(), '+a="anew"');
    await watching.end();
  });

  it('begins as soon as there is somebody to ask', async () => {
    const engine = await sea.open();
    await engine.catalogue.put(['client', 'a'], '1', undefined);
    await sea.server.kill();
    await until(() => engine.state.name === 'away');
    const watching = new Watching(engine.catalogue);
    const first = watching.next();
    await sea.server.start();
    assert.equal(await first, '+a=1');
    await watching.until('current');
    await watching.end();
  });
});
