/** Embedded servers over deploys, as programs outside see them. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Node } from 'node-red';
import { isServerNode } from '../../../../nodes/shared/server-node';
import { Client, CredentialsError, type EmbeddedServer, NetworkError } from '../../../../src/index';
import { type DeployType, deploy } from '../../../faults/deployment';
import { freePort, takePort } from '../../../support/network/ports';
import { type Flow, startFlow, stopFlows } from '../../../support/node-red/flow';
import { nodeRedRequire } from '../../../support/node-red/node-red-dir';
import { freshFolder } from '../../../support/store/folders';
import { until } from '../../../support/until';
import { CATCH, helperNode, node, SERVER, TAB } from '../../flows';

interface Log {
  addHandler(handler: NodeJS.EventEmitter): void;
  removeHandler(handler: NodeJS.EventEmitter): void;
}

const { events, log }: { events: NodeJS.EventEmitter; log: Log } = nodeRedRequire('@node-red/util');

const runtime: { setFlows(flow: readonly object[], credentials: null, type: string): Promise<unknown> } =
  nodeRedRequire('@node-red/runtime/lib/nodes');

const CREDENTIALS = { clientId: 'kessel', clientSecret: 'geheim' };

const NODES = [
  node('in', 'in', { stream: 's', wires: [['got']] }),
  helperNode('got'),
  node('out', 'out', { stream: 's' }),
].map((each) => ({ x: 1, y: 1, ...each }));

const FLOWS: object[] = [TAB, SERVER, ...NODES];

const edited = (id: string, change: object, flows = FLOWS): object[] =>
  flows.map((each) => ('id' in each && each.id === id ? { ...each, ...change } : each));

async function serverOf(found: Node): Promise<EmbeddedServer> {
  assert.ok(isServerNode(found) && 'client' in found.sea && found.sea.host !== undefined);
  return found.sea.host.server();
}

/** A program outside that counts what it gets, and how often it had to connect. */
class Outsider {
  readonly got: number[] = [];
  readonly client: Client;
  connects = 0;

  constructor(url: string, credentials = CREDENTIALS) {
    this.client = new Client({ url, credentials: { type: 'basic', ...credentials } });
    this.client.on('state', ({ name }) => {
      if (name === 'ready') this.connects += 1;
    });
  }

  subscribe(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.client.subscribe(
        's',
        { type: 'every' },
        {
          message: (message) => this.got.push((message as { n: number }).n),
          ready: () => resolve(),
          error: reject,
        },
      );
    });
  }
}

/** Whether anybody listens there. */
async function answers(url: string): Promise<boolean> {
  const probe = new Client({ url, credentials: { type: 'basic', ...CREDENTIALS } });
  try {
    await probe.describe('s');
    return true;
  } catch (error) {
    if (error instanceof CredentialsError) return true;
    assert.ok(error instanceof NetworkError);
    return false;
  } finally {
    await probe.close();
  }
}

describe('an embedded server', () => {
  stopFlows();
  const outsiders: Outsider[] = [];
  /** What its nodes have logged, as errors and warnings. */
  const lines: string[] = [];
  const record = new EventEmitter();
  record.on('log', (line: { level: number; msg?: unknown; type?: string }) => {
    if (line.level <= 30 && line.type === 'stream-sea-server') lines.push(String(line.msg));
  });

  beforeEach(() => {
    lines.length = 0;
    log.addHandler(record);
  });

  afterEach(async () => {
    log.removeHandler(record);
    await Promise.all(outsiders.splice(0).map(({ client }) => client.close()));
  });

  const outsider = (server: EmbeddedServer) => {
    const made = new Outsider(server.url, server.credentials);
    outsiders.push(made);
    return made;
  };

  const start = async (flows = FLOWS, options = {}): Promise<{ flow: Flow; server: EmbeddedServer }> => {
    const flow = await startFlow(flows, { sea: CREDENTIALS }, options);
    await flow.shows('in', /(\.|^)connected/);
    return { flow, server: await serverOf(flow.node('sea')) };
  };

  const SAME: readonly [what: string, type: DeployType, flows: object[]][] = [
    ['nothing', 'full', FLOWS],
    ['another node', 'full', edited('in', { name: 'new' })],
    ['its name', 'nodes', edited('sea', { name: 'new' })],
    ['how long its own client waits', 'flows', edited('sea', { requestTimeout: 3 })],
  ];
  for (const [what, type, flows] of SAME) {
    it(`goes on through a deploy (${type}) of ${what}: programs outside notice nothing (G10)`, async () => {
      const { flow, server } = await start();
      const program = outsider(server);
      await program.subscribe();
      let sent = 0;
      let publishing = true;
      const publish = (async () => {
        for (; publishing; sent += 1) await program.client.publish('s', { n: sent });
      })();
      for (let deploys = 0; deploys < 3; deploys += 1) {
        await deploy(deploys % 2 === 0 ? flows : FLOWS, type);
        await flow.shows('in', /(\.|^)connected/);
      }
      publishing = false;
      await publish;
      await until(() => program.got.length === sent, 'all');
      assert.deepEqual(
        program.got,
        Array.from({ length: sent }, (_, n) => n),
      );
      assert.equal(program.connects, 1);
      assert.equal(await serverOf(flow.node('sea')), server);
      flow.send('out', { payload: { n: 77 } });
      await until(() => program.got.includes(77), 'the flow');
      assert.deepEqual(lines, []);
      await flow.close();
      assert.equal(await answers(server.url), false);
    });
  }

  it('goes on over a deploy that could not start the flows, and ends with Node-RED after such a one', async () => {
    const { flow, server } = await start();
    const program = outsider(server);
    await program.subscribe();
    const failing = async () => {
      const unknown = { id: 'x', z: 'tab', type: 'nobody-knows', x: 1, y: 1, wires: [] };
      const failed = new Promise<void>((resolve) => {
        const listen = ({ payload }: { payload?: { error?: string } }) => {
          if (payload?.error !== 'missing-types') return;
          events.off('runtime-event', listen);
          resolve();
        };
        events.on('runtime-event', listen);
      });
      await runtime.setFlows([...FLOWS, unknown], null, 'full');
      await failed;
    };
    await failing();
    await deploy(FLOWS, 'full');
    await flow.shows('in', /(\.|^)connected/);
    assert.equal(await serverOf(flow.node('sea')), server);
    assert.equal(program.connects, 1);
    await failing();
    await flow.close();
    await untilFree(server);
  });

  it('keeps the secret that was drawn for it', async () => {
    const flow = await startFlow(FLOWS);
    await flow.shows('in', /(\.|^)connected/);
    const server = await serverOf(flow.node('sea'));
    await deploy(FLOWS, 'full');
    await flow.shows('in', /(\.|^)connected/);
    assert.equal(await serverOf(flow.node('sea')), server);
    await deploy(edited('sea', { name: 'x' }), 'full');
    await flow.shows('in', /(\.|^)connected/);
    flow.send('out', { payload: { n: 1 } });
    await flow.receives('got', 1);
    assert.deepEqual(lines, []);
  });

  const OTHERS: readonly [what: string, change: object, goesOn: boolean][] = [
    ['remote', { where: 'remote', host: '127.0.0.1' }, false],
    ['wrong', { port: 'eighty' }, false],
    ['disabled', { d: true }, false],
    ['of another address', { host: 'localhost.localdomain' }, false],
  ];
  for (const [what, change] of OTHERS) {
    for (const type of ['full', 'nodes'] as const) {
      it(`ends with a deploy (${type}) that makes its node ${what}`, async () => {
        const { server } = await start();
        await deploy(edited('sea', change), type);
        await until(() => server.stats().connections === 0, 'the end');
        await untilFree(server);
      });
    }
  }

  it('ends with a deploy that removes its node', async () => {
    const { server } = await start();
    await deploy(
      FLOWS.filter((each) => each !== SERVER),
      'full',
    );
    assert.equal(await answers(server.url), false);
  });

  it('gives its port and its folder to the next one, without a word of failure', async () => {
    const userDir = freshFolder();
    const port = await freePort();
    const { flow, server } = await start(edited('sea', { port: `${port}` }), { userDir });
    await outsider(server).client.define({ name: 's', version: 1, fields: [{ name: 'n', type: 'integer' }] });
    // Another address of this machine: not the same to others, but the port is.
    await deploy(edited('sea', { port: `${port}`, host: '0.0.0.0' }), 'nodes');
    await flow.shows('in', /(\.|^)connected/);
    const next = await serverOf(flow.node('sea'));
    assert.notEqual(next, server);
    assert.equal(next.port, port);
    assert.equal((await next.streams()).length, 1);
    assert.deepEqual(lines, []);
  });

  it('changes ports with another one in one deploy, without a word of failure', async () => {
    const [a, b] = [await freePort(), await freePort()];
    const pair = (one: number, other: number) => [
      TAB,
      { ...SERVER, port: `${one}` },
      { ...SERVER, id: 'sea2', port: `${other}` },
      ...NODES,
    ];
    const { flow } = await start(pair(a, b));
    for (const type of ['full', 'nodes'] as const) {
      await deploy(pair(b, a), type);
      assert.equal((await serverOf(flow.node('sea'))).port, b);
      assert.equal((await serverOf(flow.node('sea2'))).port, a);
      await deploy(pair(a, b), type);
      assert.equal((await serverOf(flow.node('sea'))).port, a);
      assert.equal((await serverOf(flow.node('sea2'))).port, b);
    }
    assert.deepEqual(lines, []);
  });

  it('leaves nothing behind when all flows stop, however many deploys there were', async () => {
    const { flow, server } = await start();
    for (const type of ['full', 'nodes', 'flows'] as const) await deploy(edited('sea', { name: type }), type);
    await flow.close();
    assert.equal(await answers(server.url), false);
    for (const name of ['flows:started', 'flows:stopping']) assert.equal(events.listenerCount(name), 0, name);
  });

  it('tries a taken port again at once with the next deploy', async () => {
    const { holder, port } = await takePort();
    const flows = edited('sea', { port: `${port}` });
    const flow = await startFlow(flows);
    await flow.shows('in', /taken/);
    await new Promise((resolve) => holder.close(resolve));
    await deploy(flows, 'full');
    await flow.shows('in', /(\.|^)connected/);
  });

  it('is not opened for a node whose settings make no sense', async () => {
    const port = await freePort();
    const flow = await startFlow(edited('sea', { port: `${port}` }), {
      sea: { ...CREDENTIALS, clientId: 'plant:7' },
    });
    assert.match((await flow.shows('in', /clientId/)).text ?? '', /colon/);
    assert.equal(await answers(`http://127.0.0.1:${port}`), false);
    assert.deepEqual(lines, []);
  });

  describe('whose folder cannot be written to', () => {
    /** Not by its mode: whoever runs these tests may be above such things. */
    const barred = () => {
      const folder = freshFolder();
      writeFileSync(folder, '');
      chmodSync(folder, 0o444);
      return folder;
    };

    it('keeps all in memory, and says so once', async () => {
      const userDir = barred();
      const { flow, server } = await start(FLOWS, { userDir });
      await deploy(FLOWS, 'full');
      await flow.shows('in', /(\.|^)connected/);
      assert.equal(await serverOf(flow.node('sea')), server);
      flow.send('out', { payload: { n: 1 } });
      await flow.receives('got', 1);
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.match(lines[0] ?? '', /in memory only/);
      assert.ok(lines[0]?.includes(join(dirname(userDir), 'store', 'stream-sea')));
    });

    it('keeps no messages for its nodes either, which say so, and fail each', async () => {
      const flows = [...edited('sea', { offline: 'disk' }), ...CATCH];
      const { flow } = await start(flows, { userDir: barred() });
      flow.send('out', { payload: { n: 1 } });
      assert.equal((await flow.receives('caught', 1))[0]?.error?.code, 'SEA_STORE');
      assert.equal((await flow.shows('out', /store/)).fill, 'red');
    });
  });

  async function untilFree({ host, port }: EmbeddedServer): Promise<void> {
    const listens = (): Promise<boolean> => {
      const probe = createServer();
      return new Promise((resolve) => {
        probe
          .once('error', () => resolve(false))
          .listen({ host, port }, () => probe.close(() => resolve(true)));
      });
    };
    while (!(await listens())) await new Promise((resolve) => setTimeout(resolve, 1));
  }
});
