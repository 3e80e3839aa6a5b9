/** Three NATS servers and two gateways, as deploy/ has them: what was accepted arrives, whatever is killed meanwhile. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { Client } from '../../src/index';
import { Cluster } from '../support/nats/cluster';
import { ok, Wire } from '../support/network/wire';

const MESSAGES = 10_000;
/** Published together: so that what is killed is killed in the midst. */
const BURST = 50;

describe('a sea of three NATS servers and two gateways', function () {
  this.timeout(180_000);

  let cluster: Cluster;

  before(async () => {
    cluster = await Cluster.start();
  });

  after(() => cluster?.dispose());

  it('loses nothing that it has accepted when a NATS server and a gateway are killed', async () => {
    const gateways = await Promise.all([cluster.startGateway(), cluster.startGateway()]);
    const urls = await Promise.all(gateways.map(({ ready }) => ready));
    const clients = urls.map(
      (url) => new Client({ url, credentials: { type: 'basic', ...cluster.credentials } }),
    );
    await clients[0]?.define({ name: 's', version: 1, fields: [{ name: 'n', type: 'integer' }] });

    // A member on each gateway: one group across both.
    const received = new Map<number, number>();
    const arrived = { resolve: () => {}, at: Number.POSITIVE_INFINITY };
    await Promise.all(
      clients.map(
        (client) =>
          new Promise<void>((resolve) => {
            client.subscribe(
              's',
              { type: 'group', group: 'crew' },
              {
                ready: () => resolve(),
                // NATS may be slow to make what it has been asked for by both: the client asks again.
                error: () => {},
                message: (message) => {
                  const { n } = message as { n: number };
                  received.set(n, (received.get(n) ?? 0) + 1);
                  if (received.size >= arrived.at) arrived.resolve();
                },
              },
            );
          }),
      ),
    );

    const victim = await cluster.leader();
    const accidents = new Map([
      [3_000, () => cluster.stopNats(victim)],
      [
        6_000,
        async () => {
          const [gateway] = gateways;
          gateway?.child.kill('SIGKILL');
          await gateway?.ended;
          // As its supervisor would do.
          gateways[0] = await cluster.startGateway(Number(new URL(urls[0] ?? '').port));
        },
      ],
      [8_000, async () => cluster.startNats(victim)],
    ]);
    const under: Promise<void>[] = [];
    for (let first = 0; first < MESSAGES; first += BURST) {
      const accident = accidents.get(first);
      // What is published meanwhile is under way while it happens.
      if (accident !== undefined) under.push(accident());
      await Promise.all(
        Array.from({ length: BURST }, (_, at) => clients[at % 2]?.publish('s', { n: first + at })),
      );
    }
    await Promise.all(under);
    await new Promise<void>((resolve) => {
      Object.assign(arrived, { resolve, at: MESSAGES });
      if (received.size >= MESSAGES) resolve();
    });
    assert.equal(received.size, MESSAGES);
    // At least once: again comes what was on its way through what was killed, not what was long done.
    const again = [...received.values()].filter((times) => times > 1).length;
    assert(again < MESSAGES / 10, `${again} came more than once`);
    await Promise.all(clients.map((client) => client.close()));
    for (const { child, ended } of gateways) {
      child.kill('SIGTERM');
      assert.deepEqual(await ended, { code: 0, signal: null });
    }
  });

  it('has all again from copies of the folders of its stopped NATS servers', async () => {
    const as = cluster.credentials;
    const first = await cluster.startGateway();
    const url = await first.ready;
    await ok(url, 'POST', '/streams/kept/define', { version: 7, fields: [] }, { as });
    const wire = await Wire.login(url, as);
    assert.equal((await wire.subscribe('kept')).success, true);
    wire.ws.close();
    await wire.closed;
    await ok(url, 'POST', '/streams/kept/publish', { payload: { n: 1 } }, { as });
    first.child.kill('SIGTERM');
    assert.equal((await first.ended).code, 0);
    await cluster.restoreFromBackup();

    const again = await (await cluster.startGateway()).ready;
    assert.equal((await ok(again, 'GET', '/streams/kept/schema', undefined, { as })).version, 7);
    const back = await Wire.login(again, as);
    assert.equal((await back.subscribe('kept')).success, true);
    assert.deepEqual((await back.next()).payload, { n: 1 });
  });
});
