/** A folder that holds as much as it may: the server listens soon all the same. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'mocha';
import { v5 as uuidOf } from 'uuid';
import { type EmbeddedServer, startServer } from '../../../src/server/server';
import { ok, Wire } from '../../support/network/wire';
import { besiege, GAUGE } from '../../support/sea/siege';
import { freshFolder } from '../../support/store/folders';

const NAMESPACE = randomUUID();
/** So many requests at once. */
const LINES = 50;

describe('a start', function () {
  this.timeout(120_000);

  /** What a server has kept in a folder of its own. */
  async function kept(act: (server: EmbeddedServer) => Promise<void>): Promise<string> {
    const folder = freshFolder();
    const server = await startServer({ jail: { jailId: 'works', ...GAUGE }, store: { folder } });
    await act(server);
    await server.close();
    return folder;
  }

  async function many(count: number, act: (n: number) => Promise<unknown>): Promise<void> {
    let next = 0;
    const line = async (): Promise<void> => {
      while (next < count) await act(next++);
    };
    await Promise.all(Array.from({ length: LINES }, line));
  }

  async function starts(folder: string): Promise<void> {
    const siege = await besiege({ store: { folder } });
    if (process.env.SIEGE) process.stderr.write(`      ${Math.round(siege.started)} ms\n`);
    assert(siege.started < 5_000, `it took ${Math.round(siege.started)} ms of the processor's time`);
  }

  it('with five thousand schemas is a matter of moments', async () => {
    const fields = Array.from({ length: 50 }, (_, n) => ({ name: `field ${n}`, type: 'float' }));
    await starts(
      await kept(({ url }) =>
        many(5_000, (n) =>
          ok(url, 'POST', `/streams/stream-${n}/define`, { version: 1, fields }, { as: GAUGE }),
        ),
      ),
    );
  });

  it('with schemas that are as large as they may be together is one, too', async () => {
    const fields = Array.from({ length: 9_000 }, (_, n) => ({ name: `field ${n}`, type: 'date' }));
    await starts(
      await kept(({ url }) =>
        many(80, (n) =>
          ok(url, 'POST', `/streams/stream-${n}/define`, { version: 1, fields }, { as: GAUGE }),
        ),
      ),
    );
  });

  it('with thousands of clients, groups and messages is one, too', async () => {
    await starts(
      await kept(async ({ url }) => {
        await many(3_000, (n) =>
          ok(url, 'POST', '/client', { clientId: `c${n}`, description: '' }, { as: GAUGE }),
        );
        const wire = await Wire.login(url, GAUGE);
        for (let n = 0; n < 9_900; n += 1) {
          const groupId = uuidOf(String(n), NAMESPACE);
          wire.send({ id: n + 2, action: 'subscribe', payload: `s${n % 50}`, groupId });
        }
        for (let n = 0; n < 9_900; n += 1) await wire.next();
        wire.ws.close();
        await wire.closed;
        const payload = Array.from({ length: 100 }, (_, n) => ({ n, text: 'x'.repeat(500) }));
        await many(1_000, (n) => ok(url, 'POST', `/streams/s${n % 50}/publish`, { payload }, { as: GAUGE }));
      }),
    );
  });
});
