/**
 * The failures of the core's own nodes, and that ours does not share them: one message to a server that is down, the
 * same test for all. Honest is exactly one of Complete and Catch, and Complete only if the server has the message.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'mocha';
import { startFaultProxy } from '../support/network/fault-proxy';
import { freePort } from '../support/network/ports';
import { ok, Wire } from '../support/network/wire';
import { type NodeRed, startNodeRed } from '../support/node-red/node-red';
import { startServer } from '../support/sea/sea';

const GAUGE = { clientId: 'gauge', clientSecret: 'gauge-secret' };
const SCHEMA = { version: 1, fields: [{ name: 'n', type: 'integer' }] };

type End = 'complete' | 'caught';

/** A node that sends, with what tells of its messages' ends. */
const sender = (id: string, properties: object): object[] => [
  {
    id: `inject-${id}`,
    z: 'tab',
    type: 'inject',
    props: [{ p: 'payload' }],
    payload: '{"n":1}',
    payloadType: 'json',
    x: 1,
    y: 1,
    wires: [[id]],
  },
  { id, z: 'tab', x: 1, y: 1, wires: [], ...properties },
  { id: `complete-${id}`, z: 'tab', type: 'complete', scope: [id], x: 1, y: 1, wires: [[`told-${id}`]] },
  { id: `catch-${id}`, z: 'tab', type: 'catch', scope: [id], x: 1, y: 1, wires: [[`told-${id}`]] },
  {
    id: `told-${id}`,
    z: 'tab',
    type: 'function',
    func: `node.warn('${id}: ' + (msg.error ? 'caught' : 'complete') + '.' + (msg.error ? ' ' + msg.error.message : ''));`,
    outputs: 0,
    x: 1,
    y: 1,
    wires: [],
  },
];

describe('one message to a server that is down', () => {
  let nodeRed: NodeRed | undefined;

  afterEach(async () => {
    await nodeRed?.close();
  });

  it('is lost or lied about by core mqtt out and websocket out; ours tells the truth, once', async () => {
    const server = await startServer();
    await ok(server.url, 'POST', '/streams/readings/define', SCHEMA, { as: GAUGE });
    const observer = await Wire.login(server.url, GAUGE);
    await observer.subscribe('readings', randomUUID());
    const proxy = await startFaultProxy(server.port);
    await proxy.setDoor('refuse');
    const [broker, webSocket] = [await freePort(), await freePort()];
    const remote = { type: 'stream-sea-server', where: 'remote', host: '127.0.0.1', port: `${proxy.port}` };
    const red = await startNodeRed({
      flows: [
        { id: 'tab', type: 'tab', label: 'test' },
        { id: 'broker', type: 'mqtt-broker', broker: '127.0.0.1', port: String(broker), autoConnect: true },
        { id: 'socket', type: 'websocket-client', path: `ws://127.0.0.1:${webSocket}/`, wholemsg: 'false' },
        { id: 'sea-that-waits', ...remote, offline: 'memory' },
        { id: 'sea-that-refuses', ...remote, offline: 'fail' },
        ...sender('mqtt', { type: 'mqtt out', topic: 'readings', qos: '1', broker: 'broker' }),
        ...sender('websocket', { type: 'websocket out', client: 'socket' }),
        ...sender('waits', { type: 'stream-sea-out', stream: 'readings', server: 'sea-that-waits' }),
        // So that nobody waits for the backoff.
        ...sender('control', { type: 'stream-sea-in', inputs: 1, server: 'sea-that-waits' }),
        ...sender('refuses', { type: 'stream-sea-out', stream: 'readings', server: 'sea-that-refuses' }),
      ],
      credentials: { 'sea-that-waits': GAUGE, 'sea-that-refuses': GAUGE },
    });
    nodeRed = red;
    const endsOf = (id: string): End[] =>
      [...red.log().matchAll(new RegExp(`${id}: (complete|caught)\\.`, 'g'))].map(([, end]) => end as End);

    const inject = async (id: string, props?: object[]): Promise<void> => {
      const body = props && { body: JSON.stringify({ __user_inject_props__: props }) };
      const headers = { 'content-type': 'application/json' };
      const { status } = await fetch(new URL(`inject/inject-${id}`, red.url), {
        method: 'POST',
        headers,
        ...body,
      });
      assert.equal(status, 200);
    };
    for (const id of ['mqtt', 'websocket', 'waits', 'refuses']) await inject(id);
    await red.prints(/refuses: /);
    await red.prints(/websocket: /);
    assert.deepEqual(endsOf('waits'), [], 'told before anything was known');

    // Ours alone gets its server back; for the others nobody ever listened, so nothing can have been sent.
    await proxy.setDoor('open');
    await inject('control', [{ p: 'action', v: 'connect', vt: 'str' }]);
    await red.prints(/waits: /);
    assert.deepEqual(await observer.drain(), [{ n: 1 }]);

    // As they stop, all that nodes still have to tell is told.
    await red.close();
    assert.deepEqual(
      Object.fromEntries(['mqtt', 'websocket', 'waits', 'refuses'].map((id) => [id, endsOf(id)])),
      {
        // Neither: the flow waits for ever, and the message is gone.
        mqtt: [],
        // A lie.
        websocket: ['complete'],
        waits: ['complete'],
        refuses: ['caught'],
      },
    );
    assert.deepEqual(await observer.drain(), [], 'the one that was refused was sent all the same');
  }).timeout(120_000);
});
