import assert from 'node:assert/strict';
import { JailStreams } from '../../../src/engine/jetstream/jail-streams';
import { createJetStreamEngine } from '../../../src/engine/jetstream/jetstream-engine';
import { Subjects } from '../../../src/engine/jetstream/subjects';
import { inEnglish, type Words } from '../../../src/sentences';
import { startNats } from '../../support/nats/nats';
import { NatsSea } from '../../support/nats/nats-sea';
import { limitsOf } from '../contract/limits';

describe('engine/jetstream/jail-streams', () => {
  const sea = new NatsSea();
  const said: string[] = [];

  async function streams(retainedMessages: number, replicas = 1) {
    const connection = await sea.connect();
    return {
      connection,
      streams: new JailStreams(connection, {
        subjects: new Subjects(sea.prefix),
        limits: limitsOf({ retainedMessages }),
        replicas,
        warn: (words: Words) => said.push(inEnglish(words)),
      }),
    };
  }

  it('are made once, within bounds, by all who need one at the same moment', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => streams(7)));
    const names = await Promise.all(all.map(({ streams: own }) => own.ensure('a.b')));
    assert.equal(new Set(names).size, 1);
    const { config } = (await all[0]?.connection.jsm.streams.info(names[0] ?? '')) ?? {};
    assert.equal(config?.max_msgs_per_subject, 7);
    assert.equal(config?.max_bytes, limitsOf().retainedBytes);
    assert.equal(config?.max_age, 0);
  });

  it('get other bounds where these have changed', async () => {
    await (await streams(7)).streams.ensure('a');
    const { connection, streams: own } = await streams(8);
    const name = await own.ensure('a');
    assert.equal((await connection.jsm.streams.info(name)).config.max_msgs_per_subject, 8);
  });

  it('keep their bounds where NATS has no room for others, which is told', async () => {
    const server = await startNats({ maxStore: 100_000_000 });
    const engines = [10_000_000, 200_000_000].map((retainedBytes) =>
      createJetStreamEngine({
        servers: [server.url],
        limits: limitsOf({ retainedBytes }),
        warn: (words) => said.push(inEnglish(words)),
      }),
    );
    for (const engine of engines) {
      await (await engine).log.append({ jail: 'a', stream: 'b' }, ['1']);
      await (await engine).close();
    }
    assert.match(said.join(), /^What NATS keeps for the jail "a" stays within other bounds/);
    await server.dispose();
  });

  it('are told of when somebody has deleted them, and not when they were erased', async () => {
    const { connection, streams: own } = await streams(7);
    const other = (await streams(7)).streams;
    const name = await own.ensure('a');
    await other.ensure('a');
    said.length = 0;
    await connection.jsm.streams.delete(name);
    for (const each of [own, other]) {
      each.forget('a');
      await each.ensure('a');
      await each.ensure('a');
    }
    assert.equal(said.length, 2);
    for (const each of said) assert.match(each, /^NATS has lost what it kept for the jail "a"/);
    await own.erase('a');
    other.erased('a');
    for (const each of [own, other]) await each.ensure('a');
    assert.equal(said.length, 2);
  });

  it('are gone when erased, also where there was none', async () => {
    const { connection, streams: own } = await streams(7);
    const name = await own.ensure('a');
    await own.erase('a');
    await own.erase('a');
    await assert.rejects(connection.jsm.streams.info(name));
    await own.ensure('a');
    await connection.jsm.streams.info(name);
  });
});
