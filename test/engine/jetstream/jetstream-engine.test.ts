import assert from 'node:assert/strict';
import { after, before, describe } from 'mocha';
import type { Engine } from '../../../src/engine/engine';
import { EngineAway } from '../../../src/engine/faults';
import { createJetStreamEngine } from '../../../src/engine/jetstream/jetstream-engine';
import { type NatsServer, startNats } from '../../support/nats/nats';
import { startFaultProxy } from '../../support/network/fault-proxy';
import { describeContract, type Subject } from '../contract/contract';
import { limitsOf } from '../contract/limits';

describe('engine/jetstream/jetstream-engine', () => {
  let server: NatsServer;
  let seas = 0;
  const made = new Map<Engine, () => Promise<Engine>>();

  before(async () => {
    server = await startNats();
  });
  after(() => server.dispose());

  const subject: Subject = {
    promises: { outlivesProcess: true, isShared: true },
    // A sea of its own for each: they need no NATS each.
    make(limits) {
      seas += 1;
      const prefix = `sea${seas}`;
      const open = async (): Promise<Engine> => {
        const options = { servers: [server.url], prefix, limits: limitsOf(limits), ackWait: 1_000 };
        const engine = await createJetStreamEngine(options);
        made.set(engine, open);
        return engine;
      };
      return open();
    },
    async reopen(engine) {
      await engine.close();
      return subject.beside?.(engine) ?? subject.make();
    },
    kill: (engine) => subject.beside?.(engine) ?? subject.make(),
    beside: (engine) => made.get(engine)?.() ?? subject.make(),
    cut() {
      const dead = server.kill();
      return async () => {
        await dead;
        await server.start();
      };
    },
  };

  it('says what NATS refuses, as copies on servers that there are not', async () => {
    await assert.rejects(
      createJetStreamEngine({ servers: [server.url], prefix: 'three', limits: limitsOf(), replicas: 3 }),
      (error) =>
        error instanceof EngineAway &&
        /^NATS at 127\.0\.0\.1:\d+ refused what was asked: replicas > 1/.test(error.message),
    );
  });

  it('opens as soon as NATS answers, which is choosing a leader', async () => {
    const proxy = await startFaultProxy(Number(server.url.split(':')[1]));
    let asked = 0;
    proxy.onChunk = ({ direction, chunk }) => {
      if (direction === 'down' || !chunk.includes('STREAM.INFO.KV_')) return undefined;
      asked += 1;
      // Beyond the time of the request.
      setTimeout(() => void proxy.resume(), 2_500);
      return { type: 'stall' };
    };
    const servers = [`127.0.0.1:${proxy.port}`];
    const engine = await createJetStreamEngine({ servers, prefix: 'slow', limits: limitsOf() });
    assert.ok(asked > 0);
    assert.deepEqual(engine.state, { name: 'ready' });
    await engine.close();
  });

  describeContract(
    () => subject,
    async () => {
      await Promise.all([...made.keys()].map((engine) => engine.close()));
      made.clear();
    },
  );
});
