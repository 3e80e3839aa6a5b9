import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { type PeekedMessage, Peeks } from '../../../../nodes/shared/looks/peeks';
import { Traffic } from '../../../../nodes/shared/looks/traffic';
import { Client, SettingError } from '../../../../src/index';
import { translate } from '../../../support/browser/catalogue';
import { BOILER, startServer } from '../../../support/sea/sea';
import { until } from '../../../support/until';

const wholeOf = (peeked: PeekedMessage | undefined): unknown =>
  peeked && 'message' in peeked.kept ? peeked.kept.message : undefined;

describe('looks at messages', () => {
  let clock: ReturnType<typeof install> | undefined;

  afterEach(() => {
    clock?.uninstall();
    clock = undefined;
  });

  async function start() {
    const server = await startServer();
    const open = () => new Client({ url: server.url, credentials: { type: 'basic', ...server.credentials } });
    const client = open();
    await client.define(BOILER, { stream: 'boiler' });
    const traffic = new Traffic();
    return { server, open, client, traffic, peeks: new Peeks(open, translate, traffic) };
  }

  it('keep the newest twenty messages, and count all', async () => {
    const { client, peeks } = await start();
    await until(() => peeks.look('a', 'boiler', 0).state === 'subscribed');
    await client.publishAll(
      'boiler',
      Array.from({ length: 25 }, (_, pressure) => ({ pressure })),
    );
    await until(() => peeks.look('a', 'boiler', 0).count === 25);
    const { messages } = peeks.look('a', 'boiler', 0);
    assert.equal(messages.length, 20);
    assert.deepEqual([messages[0]?.number, wholeOf(messages[0])], [6, { pressure: 5 }]);
    assert.deepEqual(
      peeks.look('a', 'boiler', 24).messages.map(({ number }) => number),
      [25],
    );
    await Promise.all([client.close(), peeks.close()]);
  });

  it('keep no more than can be shown, of large messages', async () => {
    const { client, peeks } = await start();
    await until(() => peeks.look('a', 'large', 0).state === 'subscribed');
    for (let n = 0; n < 8; n += 1) await client.publish('large', { n, text: 'x'.repeat(90_000) });
    await client.publish('large', 'x'.repeat(1_000_000));
    await until(() => peeks.look('a', 'large', 0).count === 9);
    const { messages } = peeks.look('a', 'large', 0);
    assert.deepEqual(
      messages.map(({ number }) => number),
      [4, 5, 6, 7, 8, 9],
    );
    assert.deepEqual(messages.at(-1)?.kept, { excerpt: `"${'x'.repeat(999)}`, size: 1_000 });
    await Promise.all([client.close(), peeks.close()]);
  });

  it('end by themselves when nobody asks any more', async () => {
    const { server, client, peeks } = await start();
    await client.close();
    await until(() => peeks.look('a', 'boiler', 0).state === 'subscribed');
    clock = install({ toFake: ['setTimeout', 'clearTimeout'], shouldClearNativeTimers: true });
    peeks.look('a', 'boiler', 0);
    clock.tick(9_000);
    peeks.look('a', 'boiler', 0);
    clock.tick(9_000);
    assert.equal(server.stats().connections, 1);
    clock.tick(1_001);
    clock.uninstall();
    await until(() => server.stats().connections === 0);
    await peeks.close();
  });

  it('begin anew for another stream', async () => {
    const { server, client, peeks } = await start();
    await client.define(BOILER, { stream: 'kettle' });
    await until(() => peeks.look('a', 'boiler', 0).state === 'subscribed');
    await until(() => peeks.look('a', 'kettle', 0).state === 'subscribed');
    await until(() => server.stats().connections === 1);
    await Promise.all([client.close(), peeks.close()]);
  });

  it('are so many and no more, and all end with the server node', async () => {
    const { server, client, peeks } = await start();
    await client.close();
    for (let id = 0; id < 10; id += 1) peeks.look(String(id), 'boiler', 0);
    assert.throws(() => peeks.look('one more', 'boiler', 0), SettingError);
    await peeks.close();
    assert.equal(server.stats().connections, 0);
    assert.throws(() => peeks.look('afterwards', 'boiler', 0), /server node is closed/);
  });

  it('listen to what the flows receive anyway, without a connection, as long as they do', async () => {
    const { server, client, traffic, peeks } = await start();
    await client.close();
    const heard = { node: 'n', stream: 'boiler', delivery: 'every', status: 'active', received: 0 } as const;
    const leave = traffic.join(() => [heard]);
    assert.equal(peeks.look('a', 'boiler', 0).state, 'subscribed');
    const message = { pressure: 7 };
    traffic.meter('boiler').received(message);
    message.pressure = 8;
    traffic.meter('boiler').offered({ pressure: 9 });
    const { messages, count } = peeks.look('a', 'boiler', 0);
    assert.deepEqual([wholeOf(messages[0]), count], [{ pressure: 7 }, 1]);
    assert.equal(server.stats().connections, 0);
    leave();
    await until(() => peeks.look('a', 'boiler', 0).state === 'subscribed');
    assert.equal(server.stats().connections, 1);
    await peeks.close();
    traffic.meter('boiler').received(new Proxy({}, { ownKeys: () => assert.fail('nobody looks') }));
  });

  it('copy few of many messages, count all, and read a number of each', async () => {
    const { client, traffic, peeks } = await start();
    await client.close();
    const heard = { node: 'n', stream: 'boiler', delivery: 'every', status: 'active', received: 0 } as const;
    traffic.join(() => [heard]);
    clock = install({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
    const choice = { field: 'pressure', by: undefined };
    peeks.look('a', 'boiler', 0, choice);
    let copied = 0;
    for (let pressure = 0; pressure < 1_000; pressure += 1) {
      const toJSON = () => {
        copied += 1;
        return { pressure };
      };
      traffic.meter('boiler').received({ pressure, toJSON });
    }
    assert.equal(copied, 20);
    clock.tick(200);
    const { count, values } = peeks.look('a', 'boiler', 0, choice);
    assert.equal(count, 1_000);
    assert.deepEqual(
      values?.lines[0]?.points.map(([, value]) => value),
      [0, 999],
    );
    await peeks.close();
  });
});
