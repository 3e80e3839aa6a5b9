/** One port for everything: Node-RED as people run it, its server on its own port, and whoever comes to it from outside. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { WebSocket } from 'ws';
import { Client } from '../../src/index';
import { CATCH, helperNode, node, SERVER, TAB } from '../nodes/flows';
import { certificate, key } from '../support/network/tls';
import { startFlow, stopFlows } from '../support/node-red/flow';
import { type Program, runNodeRed } from '../support/node-red/node-red-program';
import { until } from '../support/until';

const CREDENTIALS = { clientId: 'kessel', clientSecret: 'geheim' };
const PASSWORD = '$2b$08$WgMnOKpjA4LkzN0uCKgXzO2kFz1m1V3k7oGZ9vS7nV7pPDDkOqHSK';

/** The sea beside a WebSocket and a page of the core's own nodes. */
const FLOWS = [
  TAB,
  { ...SERVER, listenOn: 'node-red' },
  ...[node('in', 'in', { stream: 's' })].map((each) => ({ x: 1, y: 1, ...each })),
  { id: 'beside', type: 'websocket-listener', path: '/ws/beside', wholemsg: 'false' },
  {
    id: 'wsin',
    z: 'tab',
    type: 'websocket in',
    server: 'beside',
    client: '',
    x: 1,
    y: 1,
    wires: [['wsout']],
  },
  { id: 'wsout', z: 'tab', type: 'websocket out', server: 'beside', client: '', x: 1, y: 1, wires: [] },
  {
    id: 'page',
    z: 'tab',
    type: 'http in',
    url: '/stream-sea/page',
    method: 'get',
    x: 1,
    y: 1,
    wires: [['say']],
  },
  { id: 'say', z: 'tab', type: 'http response', statusCode: '299', headers: {}, x: 1, y: 1, wires: [] },
];

const DEFINITION = { name: 's', version: 1, fields: [{ name: 'text', type: 'string' as const }] };

describe('Node-RED with one port', function () {
  this.timeout(120_000);
  stopFlows();

  const echo = async (url: string): Promise<string> => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/beside`, { ca: certificate });
    await once(socket, 'open');
    socket.send('hello');
    const [data] = await once(socket, 'message');
    socket.terminate();
    return String(data);
  };

  /** Defines, subscribes, publishes through the address alone. */
  const roundTrip = async (url: string, text = 'x'): Promise<void> => {
    const client = new Client({
      url,
      credentials: { type: 'basic', ...CREDENTIALS },
      tls: { ca: certificate },
    });
    try {
      // The flows run before their server listens.
      await until(() =>
        client.describe('s').then(
          () => true,
          ({ status }) => status !== 503,
        ),
      );
      await client.define(DEFINITION);
      const got = new Promise((message, error) => {
        client.subscribe(
          's',
          { type: 'every' },
          { message, error, ready: () => void client.publish('s', { text }) },
        );
      });
      assert.deepEqual(await got, { text });
    } finally {
      await client.close();
    }
  };

  describe('whose HTTP nodes want a password', () => {
    let program: Program;
    before(async () => {
      const settings = { httpNodeAuth: { user: 'user', pass: PASSWORD } };
      program = await runNodeRed(FLOWS, { sea: CREDENTIALS }, settings);
    });

    it('lets clients in by their own secrets, with more than its own pages may be sent', async () => {
      await roundTrip(`${program.url}/stream-sea`, 'x'.repeat(6_000_000));
    });

    it('has its pages and WebSockets beside it as they were', async () => {
      assert.equal((await fetch(`${program.url}/stream-sea/page`)).status, 401);
      assert.equal(await echo(program.url), 'hello');
      assert.match(await (await fetch(program.url)).text(), /<title>Node-RED<\/title>/);
    });

    it('can be come to through a proxy that adds a path, which the address to copy has', async () => {
      const front = createServer((request, response) => {
        const path = request.url?.replace(/^\/plant\/7/, '');
        const onward = httpRequest(
          { port: program.port, host: '127.0.0.1', method: request.method, headers: request.headers, path },
          (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers)),
        );
        request.pipe(onward);
      });
      front.on('upgrade', (request, socket, head) => {
        const onward = connect(program.port, '127.0.0.1');
        const headers = request.rawHeaders
          .map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`))
          .join('');
        onward.write(`GET ${request.url?.replace(/^\/plant\/7/, '')} HTTP/1.1\r\n${headers}\r\n`);
        onward.write(head);
        socket.pipe(onward).pipe(socket);
        for (const each of [socket, onward]) each.on('error', () => {});
      });
      await once(front.listen(0, '127.0.0.1'), 'listening');
      const { port } = front.address() as AddressInfo;
      await roundTrip(`http://127.0.0.1:${port}/plant/7/stream-sea`);
      front.closeAllConnections();
      front.close();
    });

    it('leaves alone what is near its path, and ends what is no WebSocket there', async () => {
      for (const path of [
        '/stream-sea',
        '/stream-sea/api/v1',
        '/Stream-Sea/api/v1/x',
        '/stream-sea/api/v2/x',
      ]) {
        assert.equal((await fetch(program.url + path)).status, 401, path);
      }
      for (const path of [
        '/stream-sea/api/v1/streams/x',
        '/stream-sea/api/v1/../../ws',
        '/stream-sea/api/v1/%',
      ]) {
        const socket = connect(program.port, '127.0.0.1');
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
            'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        );
        assert.match(String(await once(socket, 'data')), /^HTTP\/1\.1 404 /, path);
        socket.destroy();
      }
      assert.equal(await echo(program.url), 'hello');
    });
  });

  it('has another Node-RED go to it, by TLS, below a root of its own', async () => {
    const program = await runNodeRed(
      FLOWS,
      { sea: CREDENTIALS },
      { https: { cert: certificate, key }, httpNodeRoot: '/flows', httpAdminRoot: '/admin' },
    );
    await roundTrip(`${program.url}/flows/stream-sea`);
    assert.equal(await echo(`${program.url}/flows`), 'hello');
    const flow = await startFlow(
      [
        TAB,
        { id: 'tls', type: 'tls-config', ca: '', cert: '', key: '', verifyservercert: true, servername: '' },
        {
          ...{ ...SERVER, where: 'remote', host: '127.0.0.1/flows/stream-sea', port: String(program.port) },
          ...{ secure: true, tls: 'tls' },
        },
        node('in', 'in', { stream: 's', wires: [['got']] }),
        helperNode('got'),
        node('out', 'out', { stream: 's' }),
        ...CATCH,
      ],
      { sea: CREDENTIALS, tls: { cadata: certificate } },
    );
    await flow.shows('in', /(\.|^)connected/);
    flow.send('out', { payload: { text: 'from afar' } });
    assert.deepEqual((await flow.receives('got', 1))[0]?.payload, { text: 'from afar' });
    await flow.close();
  });
});
