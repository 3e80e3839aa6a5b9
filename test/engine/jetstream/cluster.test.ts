import assert from 'node:assert/strict';
import type { Engine } from '../../../src/engine/engine';
import { Conflict, EngineAway } from '../../../src/engine/faults';
import { createJetStreamEngine } from '../../../src/engine/jetstream/jetstream-engine';
import { NatsConnection } from '../../../src/engine/jetstream/nats/nats-connection';
import { Subjects } from '../../../src/engine/jetstream/subjects';
import { type NatsServer, startNatsCluster } from '../../support/nats/nats';
import { limitsOf } from '../contract/limits';
import { LOG_ID, lasting, passing, textsOf } from '../contract/reader';

describe('engine/jetstream on three servers, each message on all of them', function () {
  // Leaders are chosen anew, which takes seconds on a busy machine.
  this.timeout(120_000);
  let servers: NatsServer[];
  const opened: { close(): Promise<void> }[] = [];
  let seas = 0;

  before(async () => {
    servers = await startNatsCluster();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  after(() => Promise.all(servers.map((server) => server.dispose())));

  /** Asks until there is somebody who answers: the three have only just met, or choose a leader. */
  async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof EngineAway)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async function open(prefix: string): Promise<Engine> {
    const urls = servers.map(({ url }) => url);
    const settings = { servers: urls, prefix, replicas: 3, limits: limitsOf(), ackWait: 2_000 };
    const engine = await answered(() => createJetStreamEngine(settings));
    opened.push(engine);
    return engine;
  }

  async function leaderOf(stream: string): Promise<NatsServer> {
    const urls = servers.map(({ url }) => url);
    const settings = { servers: urls, credentials: {}, now: Date.now };
    const connection = await answered(() => NatsConnection.open(settings));
    opened.push(connection);
    for (;;) {
      const { cluster } = await answered(() => connection.run(() => connection.jsm.streams.info(stream)));
      const leader = servers[Number(cluster?.leader?.slice(1)) - 1];
      if (leader !== undefined) return leader;
    }
  }

  /** Publishes until told to stop; what was refused is tried again, as a publisher does. */
  class Publisher {
    readonly accepted: string[] = [];
    refused = 0;
    #isOver = false;
    readonly #publishing: Promise<unknown>;

    constructor(engine: Engine) {
      this.#publishing = Promise.all([1, 2, 3, 4].map((line) => this.#publish(engine, line)));
    }

    async #publish(engine: Engine, line: number): Promise<void> {
      for (let count = 1; !this.#isOver; count += 1) {
        const text = `"${line}-${count}"`;
        for (let isAccepted = false; !isAccepted; ) {
          try {
            await engine.log.append(LOG_ID, [text]);
            this.accepted.push(text);
            isAccepted = true;
          } catch (error) {
            assert.ok(error instanceof EngineAway, String(error));
            this.refused += 1;
            if (this.#isOver) return;
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
        }
      }
    }

    async reach(count: number): Promise<void> {
      while (this.accepted.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    }

    async stop(): Promise<void> {
      this.#isOver = true;
      await this.#publishing;
    }
  }

  it('loses nothing that was accepted when the leader is killed in the midst of publishing', async () => {
    seas += 1;
    const prefix = `cluster${seas}`;
    const [one, two] = [await open(prefix), await open(prefix)];
    const readers = [await lasting(one, 'a'), await passing(one, 'b'), await passing(two, 'c')];
    const got = readers.map(() => new Map<string, number>());
    const reading = readers.map(async ({ cursor }, index) => {
      for (let taken = await cursor.take(10_000); !('end' in taken); taken = await cursor.take(10_000)) {
        for (const text of textsOf(taken.entries)) {
          got[index]?.set(text, (got[index]?.get(text) ?? 0) + 1);
        }
        for (const { number } of taken.entries) cursor.done(number);
      }
    });
    const publisher = new Publisher(one);
    await publisher.reach(500);
    const leader = await leaderOf(new Subjects(prefix).streamOf(LOG_ID.jail));
    await leader.kill();
    await publisher.reach(publisher.accepted.length + 500);
    await leader.start();
    await publisher.reach(publisher.accepted.length + 500);
    await publisher.stop();
    const isComplete = (): boolean =>
      got.every((texts) => publisher.accepted.every((text) => texts.has(text)));
    for (const end = Date.now() + 20_000; !isComplete() && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    for (const [index, texts] of got.entries()) {
      const lost = publisher.accepted.filter((text) => !texts.has(text));
      assert.deepEqual(lost, [], `reader ${index}`);
    }
    // What passing groups read has come once, as has what was sent to the leader twice.
    for (const texts of got.slice(1)) {
      if (publisher.refused === 0)
        assert.deepEqual(
          [...texts.values()].filter((times) => times > 1),
          [],
        );
    }
    await Promise.all(readers.map(({ cursor }) => cursor.leave()));
    await Promise.all(reading);
  });

  it('keeps records and watches when their leader is killed', async () => {
    seas += 1;
    const prefix = `cluster${seas}`;
    const [one, two] = [await open(prefix), await open(prefix)];
    const abort = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const change of two.catalogue.watch(abort.signal)) {
        if (change.type === 'put') seen.push(change.record.value);
      }
    })();
    let revision = await answered(() => one.catalogue.put(['a', 'b'], 'first', undefined));
    const leader = await leaderOf(`KV_${new Subjects(prefix).bucket}`);
    await leader.kill();
    while (seen.at(-1) !== 'second') {
      try {
        revision = await one.catalogue.put(['a', 'b'], 'second', revision);
      } catch (error) {
        // Nobody can tell whether it was done while nobody answered.
        if (error instanceof Conflict) break;
        assert.ok(error instanceof EngineAway, String(error));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    for (const end = Date.now() + 20_000; seen.at(-1) !== 'second' && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(seen.at(-1), 'second');
    await leader.start();
    abort.abort();
    await watching;
  });
});
