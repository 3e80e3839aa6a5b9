/** Everything that people and programs may see of a Node-RED full of failures: no secret is in it. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdminApi } from '../support/admin';
import { type NodeRed, startNodeRed } from '../support/node-red';
import { startServer } from '../support/sea';
import { node, SERVER, TAB } from './flows';

const SECRETS = ['sEcReT-one-4711', 'sEcReT:two-ü', 'eyJhbGciOi.sEcReT-token.sig', 'sEcReT-proxy'];
const [right = '', wrong = '', token = '', proxyPassword = ''] = SECRETS;

/** As they are, and in the forms they travel in. */
const FORMS = SECRETS.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(`gauge:${secret}`).toString('base64'),
]);

describe('secrets', () => {
  let nodeRed: NodeRed | undefined;

  afterEach(async () => {
    await nodeRed?.close();
  });

  it('are in no log at trace level, flow file, export, status, error or admin reply (G15)', async () => {
    const server = await startServer({ jail: { clientId: 'gauge', clientSecret: right } });
    const remote = { ...SERVER, where: 'remote', host: '127.0.0.1', port: String(server.port) };
    const flows = [
      TAB,
      remote,
      { ...remote, id: 'refused' },
      { ...remote, id: 'refusedToken', auth: 'jwt' },
      { ...remote, id: 'down', port: '1' },
      { id: 'proxy', type: 'http proxy', url: 'http://127.0.0.1:1', noproxy: [] },
      { ...remote, id: 'behindProxy', proxy: 'proxy' },
      ...['sea', 'refused', 'refusedToken', 'down', 'behindProxy'].flatMap((id) => [
        node(`in-${id}`, 'in', { server: id, stream: 's', x: 1, y: 1 }),
        node(`out-${id}`, 'out', { server: id, stream: 's', validate: 'types', x: 1, y: 1 }),
        {
          id: `inject-${id}`,
          z: 'tab',
          type: 'inject',
          once: true,
          props: [{ p: 'payload' }],
          payload: '{}',
          payloadType: 'json',
          x: 1,
          y: 1,
          wires: [[`out-${id}`]],
        },
      ]),
      { id: 'catch', z: 'tab', type: 'catch', scope: null, x: 1, y: 1, wires: [['debug']] },
      { id: 'status', z: 'tab', type: 'status', scope: null, x: 1, y: 1, wires: [['debug']] },
      {
        id: 'debug',
        z: 'tab',
        type: 'debug',
        console: true,
        complete: 'true',
        active: true,
        x: 1,
        y: 1,
        wires: [],
      },
    ];
    nodeRed = await startNodeRed({
      flows,
      credentials: {
        sea: { clientId: 'gauge', clientSecret: right },
        refused: { clientId: 'gauge', clientSecret: wrong },
        refusedToken: { clientId: 'gauge', clientSecret: wrong, jwt: token },
        down: { clientId: 'gauge', clientSecret: right },
        proxy: { username: 'me', password: proxyPassword },
        behindProxy: { clientId: 'gauge', clientSecret: right },
      },
      settings: { logging: { console: { level: 'trace', metrics: false, audit: true } } },
    });
    // Each of the failures has happened by then.
    for (const id of ['refused', 'refusedToken', 'down', 'behindProxy']) {
      await nodeRed.prints(new RegExp(`in-${id}[^]*?(refused|cannot be reached|connect)`));
    }
    await nodeRed.prints(/has no schema to check against/);

    const seen = new Map([
      ['log', nodeRed.log()],
      ['flows.json', await readFile(join(nodeRed.userDir, 'flows.json'), 'utf8')],
    ]);
    for (const path of ['flows', 'nodes', 'settings', 'diagnostics', ...flows.map(credentialsPath)]) {
      seen.set(path, await (await fetch(new URL(path, nodeRed.url))).text());
    }
    const admin = new AdminApi(nodeRed.url);
    for (const id of ['sea', 'refused', 'refusedToken', 'down', 'behindProxy']) {
      for (const path of [
        'offer',
        'streams',
        ...['definition', 'messages', 'peek?id=a'].map((end) => `streams/s/${end}`),
      ]) {
        seen.set(`${id} ${path}`, (await admin.get(`stream-sea/${id}/${path}`)).text);
      }
      const saved = flows.find((each) => each.id === id);
      const { status, text } = await admin.post('stream-sea/test', { id, settings: saved, credentials: {} });
      assert.equal(status, 200);
      seen.set(`test of ${id}`, text);
    }
    seen.set('report', (await admin.get('stream-sea/servers')).text);
    assert.match(seen.get('test of refused') ?? '', /"credentials","outcome":"failed"/);
    for (const [place, text] of seen) {
      for (const form of FORMS) assert.ok(!text.includes(form), `${place} holds a secret`);
    }
    assert.match(seen.get('credentials/stream-sea-server/sea') ?? '', /"has_clientSecret":true/);
  }).timeout(60_000);
});

function credentialsPath({ id, type }: { id: string; type: string }): string {
  return `credentials/${encodeURIComponent(type)}/${id}`;
}
