import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { Node } from 'node-red';
import { isServerNode } from '../../../nodes/shared/server-node';
import { Client, CredentialsError } from '../../../src/index';
import { send } from '../../support/network/wire';
import { startFlow, stopFlows } from '../../support/node-red/flow';
import { startServer } from '../../support/sea/sea';
import { freshFolder } from '../../support/store/folders';
import { BOILER, CATCH, helperNode, messagesPass, node, ROUND_TRIP, SERVER, TAB } from '../flows';

describe('stream-sea-server', () => {
  stopFlows();

  before(() => {
    process.env.SEA_ABC = 'abc';
  });

  it('works with nothing filled in: a server of its own', async () => {
    await messagesPass(await startFlow([TAB, SERVER, ...ROUND_TRIP]));
  });

  it('lets other machines in with the credentials set, and only with them', async () => {
    const flow = await startFlow([TAB, SERVER, ...ROUND_TRIP], {
      sea: { clientId: 'kessel', clientSecret: 'ü:geheim' },
    });
    await messagesPass(flow);
    const url = await addressOf(flow.node('sea'));
    const friend = new Client({
      url,
      credentials: { type: 'basic', clientId: 'kessel', clientSecret: 'ü:geheim' },
    });
    const intruder = new Client({
      url,
      credentials: { type: 'basic', clientId: 'kessel', clientSecret: 'wrong' },
    });
    try {
      await friend.publish(BOILER.name, { temperature: 2 });
      assert.deepEqual((await flow.receives('got', 2))[1]?.payload, { temperature: 2 });
      await assert.rejects(intruder.describe(BOILER.name), CredentialsError);
    } finally {
      await Promise.all([friend.close(), intruder.close()]);
    }
  });

  it('lets web pages use it that are listed, and no others; what is no page is said', async () => {
    const credentials = { sea: { clientId: 'kessel', clientSecret: 'geheim' } };
    const flow = await startFlow(
      [TAB, { ...SERVER, cors: 'https://plant.example, https://other.example' }, ...ROUND_TRIP],
      credentials,
    );
    await messagesPass(flow);
    const url = `${await addressOf(flow.node('sea'))}/api/v1/streams/${BOILER.name}/publish`;
    const allowed = async (origin: string) => {
      const { headers } = await fetch(url, { method: 'OPTIONS', headers: { origin } });
      return headers.get('access-control-allow-origin');
    };
    assert.equal(await allowed('https://other.example'), 'https://other.example');
    assert.equal(await allowed('https://evil.example'), null);
    await flow.close();

    const wrong = await startFlow([TAB, { ...SERVER, cors: 'plant.example' }, ...ROUND_TRIP]);
    await wrong.shows('in', /An origin of web pages|origin/);
  });

  it('is private to this Node-RED when no credentials are set', async () => {
    const flow = await startFlow([TAB, SERVER, node('in', 'in', { stream: 's' })]);
    await flow.shows('in', /(\.|^)connected/);
    const url = await addressOf(flow.node('sea'));
    for (const clientSecret of ['node-red', 'undefined']) {
      const guess = new Client({ url, credentials: { type: 'basic', clientId: 'node-red', clientSecret } });
      await assert.rejects(guess.describe('s'), CredentialsError);
      await guess.close();
    }
  });

  it('takes every property as an environment variable', async () => {
    const server = await startServer();
    process.env.SEA_HOST = '127.0.0.1';
    process.env.SEA_PORT = String(server.port);
    process.env.SEA_SECRET = server.credentials.clientSecret;
    process.env.SEA_QUEUE = '17';
    const remote = {
      ...SERVER,
      where: 'remote',
      host: '${SEA_HOST}',
      port: '${SEA_PORT}',
      queueLimit: '${SEA_QUEUE}',
    };
    await messagesPass(
      await startFlow([TAB, remote, ...ROUND_TRIP], {
        sea: { clientId: server.credentials.clientId, clientSecret: '${SEA_SECRET}' },
      }),
    );
  });

  for (const [name, properties, credentials, says] of [
    ['a port that is none', { port: 'eighty' }, {}, /port/i],
    ['the port of another machine that is 0', { where: 'remote', host: 'h', port: '0' }, {}, /port is 0/],
    ['a port that is no decimal number', { port: '0x50' }, {}, /port/i],
    [
      'a host that is none',
      { where: 'remote', host: 'a b/c' },
      { clientId: 'a', clientSecret: 'b' },
      /host/i,
    ],
    [
      'a TLS node that is gone',
      { where: 'remote', secure: true, tls: 'x' },
      { clientId: 'a', clientSecret: 'b' },
      /TLS/,
    ],
    ['a proxy that is gone', { where: 'remote', proxy: 'x' }, { clientId: 'a', clientSecret: 'b' }, /proxy/i],
    [
      'a variable that is not set',
      { where: 'remote', host: '${SEA_NOWHERE}' },
      { clientId: 'a' },
      /SEA_NOWHERE/,
    ],
    [
      'a client id with a colon',
      { where: 'remote', host: 'h' },
      { clientId: 'plant:7', clientSecret: 'b' },
      /clientId.*colon/,
    ],
    ['a queue that is none', { queueLimit: '${SEA_ABC}' }, {}, /queueLimit is abc/],
    ['a time that is for ever', { requestTimeout: 1e99 }, {}, /requestTimeout is 1e\+99/],
    ['a choice that is none', { offline: '${SEA_ABC}' }, {}, /offline \(\$\{SEA_ABC\}\) is abc/],
    [
      'a secret whose variable is not set',
      { where: 'remote', host: 'h' },
      { clientId: 'a', clientSecret: 'x-${SEA_NOWHERE}' },
      /clientSecret \(\$\{SEA_NOWHERE\}\)/,
    ],
    ['a host of which a part is not set', { host: 'sea-${SEA_NOWHERE}.local' }, {}, /SEA_NOWHERE/],
  ] as const) {
    it(`with ${name} is a red status and a clear error, never a throw`, async () => {
      const flow = await startFlow(
        [TAB, { ...SERVER, ...properties }, ...CATCH, node('out', 'out', { stream: 's' })],
        {
          sea: credentials,
        },
      );
      assert.equal((await flow.shows('out', says)).fill, 'red');
      flow.send('out', { payload: {} });
      assert.equal((await flow.receives('caught', 1))[0]?.error?.code, 'SEA_OPTIONS');
    });
  }

  for (const [name, properties, credentials, says] of [
    ['client id', {}, {}, /client id/i],
    ['secret', {}, { clientId: 'a' }, /secret/i],
    ['token', { auth: 'jwt' }, { clientId: 'a' }, /token/i],
    ['key', { auth: 'key' }, { clientId: 'a' }, /key/i],
  ] as const) {
    it(`with no ${name} waits for it, and is a clear error meanwhile, never a throw`, async () => {
      const flow = await startFlow(
        [
          TAB,
          { ...SERVER, where: 'remote', host: 'h', ...properties },
          ...CATCH,
          node('out', 'out', { stream: 's' }),
        ],
        { sea: credentials },
      );
      const status = await flow.shows('out', says);
      assert.match(`${status.fill} ${status.shape} ${status.text}`, /^yellow ring waits for credentials: /);
      flow.send('out', { payload: {} });
      const [caught] = await flow.receives('caught', 1);
      assert.equal(caught?.error?.code, 'SEA_OPTIONS');
      assert.match(caught?.error?.message ?? '', says);
    });
  }

  it('minds no variable that is not set in a field that does not count', async () => {
    const hidden = {
      tls: '${SEA_NOWHERE}',
      proxy: '${SEA_NOWHERE}',
      auth: '${SEA_NOWHERE}',
      secure: '${SEA_NOWHERE}',
    };
    await messagesPass(
      await startFlow([TAB, { ...SERVER, ...hidden }, ...ROUND_TRIP], { sea: { jwt: '${SEA_NOWHERE}' } }),
    );
  });

  it('keeps on disk what could not be sent, and sends it after a restart, in order', async () => {
    const userDir = freshFolder();
    const first = await startServer();
    const { port, credentials } = first;
    const remote = { ...SERVER, where: 'remote', host: '127.0.0.1', port: String(port), offline: 'disk' };
    const flows = [TAB, remote, ...CATCH, node('out', 'out', { stream: BOILER.name })];
    await first.close();

    const before = await startFlow(flows, { sea: credentials }, { userDir });
    await before.shows('out', /connection refused/);
    for (let temperature = 0; temperature < 5; temperature += 1)
      before.send('out', { payload: { temperature } });
    await before.shows('out', /queued 5/);
    await before.close();

    const { url } = await startServer({ port });
    await send(url, 'POST', `/streams/${BOILER.name}/define`, BOILER, { as: credentials });
    const dashboard = new Client({ url, credentials: { type: 'basic', ...credentials } });
    try {
      const got: unknown[] = [];
      await new Promise<void>((resolve, reject) => {
        dashboard.subscribe(
          BOILER.name,
          { type: 'every' },
          {
            ready: () => {
              startFlow(flows, { sea: credentials }, { userDir }).catch(reject);
            },
            message: (message) => {
              got.push(message);
              if (got.length === 5) resolve();
            },
            error: reject,
          },
        );
      });
      assert.deepEqual(
        got,
        Array.from({ length: 5 }, (_, temperature) => ({ temperature })),
      );
    } finally {
      await dashboard.close();
    }
  });

  it('keeps the embedded server’s definitions over a restart', async () => {
    const userDir = freshFolder();
    const flows = [
      TAB,
      SERVER,
      ...ROUND_TRIP,
      node('describe', 'describe', { stream: BOILER.name, wires: [['described']] }),
      helperNode('described'),
    ];
    const before = await startFlow(flows, {}, { userDir });
    await messagesPass(before);
    await before.close();
    const after = await startFlow(flows, {}, { userDir });
    after.send('describe', {});
    assert.deepEqual((await after.receives('described', 1))[0]?.payload, BOILER);
  });

  it('cannot keep messages on disk without a user directory, and says so', async () => {
    const flow = await startFlow([TAB, { ...SERVER, offline: 'disk' }, node('out', 'out', { stream: 's' })]);
    assert.equal((await flow.shows('out', /no user directory/)).fill, 'red');
  });

  it('whose port is taken is red with the reason', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const flow = await startFlow([TAB, { ...SERVER, port: String(port) }, node('in', 'in', { stream: 's' })]);
    const status = await flow.shows('in', /taken/);
    assert.equal(status.fill, 'red');
    await new Promise((resolve) => taken.close(resolve));
  });
});

async function addressOf(server: Node): Promise<string> {
  assert.ok(isServerNode(server) && 'client' in server.sea && server.sea.host !== undefined);
  return server.sea.host.url();
}
