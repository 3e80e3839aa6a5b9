/** Everything that people and programs may see of a Node-RED full of failures: no secret is in it. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdminApi } from '../support/node-red/admin';
import { type NodeRed, startNodeRed } from '../support/node-red/node-red';
import { startServer } from '../support/sea/sea';
import { KEYS } from '../support/sea/tokens';
import { node, SERVER, TAB } from './flows';

const SECRETS = ['sEcReT-one-4711', 'sEcReT:two-ü', 'eyJhbGciOi.sEcReT-token.sig', 'sEcReT-proxy'];
/** Each of a private key's lines would be too much. */
const KEY_LINES = KEYS.privateKey.trim().split('\n').slice(1, -1);

const [right = '', wrong = '', token = '', proxyPassword = ''] = SECRETS;

/** As they are, and in the forms they travel in. */
const FORMS = SECRETS.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(`gauge:${secret}`).toString('base64'),
]).concat(KEY_LINES);

const IDS = ['sea', 'refused', 'refusedToken', 'refusedKey', 'wrongKey', 'handed', 'down', 'behindProxy'];

/** By message, to a node that waits for them: what makes no sense, a key, and what is right. */
const HANDED = [
  { clientSecret: wrong, jwt: token, privateKey: KEYS.privateKey },
  { clientId: 'gauge', privateKey: KEYS.privateKey },
  { clientId: 'gauge', clientSecret: right },
];

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
      { ...remote, id: 'refusedKey', auth: 'key' },
      { ...remote, id: 'wrongKey', auth: 'key' },
      { ...remote, id: 'handed' },
      { ...remote, id: 'down', port: '1' },
      { id: 'proxy', type: 'http proxy', url: 'http://127.0.0.1:1', noproxy: [] },
      { ...remote, id: 'behindProxy', proxy: 'proxy' },
      ...IDS.flatMap((id) => [
        node(`in-${id}`, 'in', { server: id, stream: 's', inputs: 1, x: 1, y: 1 }),
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
      ...HANDED.flatMap((_, index) => [
        {
          id: `hand-${index}`,
          z: 'tab',
          type: 'inject',
          once: true,
          onceDelay: 0.5 + index,
          props: [{ p: 'payload' }, { p: 'action', v: 'credentials', vt: 'str' }],
          // Out of the environment: the flow file would hold it otherwise.
          payload: `HANDED_${index}`,
          payloadType: 'env',
          x: 1,
          y: 1,
          wires: [[`json-${index}`]],
        },
        {
          ...{
            id: `json-${index}`,
            z: 'tab',
            type: 'json',
            property: 'payload',
            action: 'obj',
            pretty: false,
          },
          ...{ x: 1, y: 1, wires: [['in-handed']] },
        },
      ]),
      { id: 'complete', z: 'tab', type: 'complete', scope: ['in-handed'], x: 1, y: 1, wires: [['debug']] },
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
    for (const [index, handed] of HANDED.entries()) process.env[`HANDED_${index}`] = JSON.stringify(handed);
    nodeRed = await startNodeRed({
      flows,
      credentials: {
        sea: { clientId: 'gauge', clientSecret: right },
        refused: { clientId: 'gauge', clientSecret: wrong },
        refusedToken: { clientId: 'gauge', clientSecret: wrong, jwt: token },
        refusedKey: { clientId: 'gauge', clientSecret: wrong, privateKey: KEYS.privateKey },
        wrongKey: { clientId: 'gauge', privateKey: KEY_LINES.join('\n') },
        down: { clientId: 'gauge', clientSecret: right },
        proxy: { username: 'me', password: proxyPassword },
        behindProxy: { clientId: 'gauge', clientSecret: right },
      },
      settings: { logging: { console: { level: 'trace', metrics: false, audit: true } } },
    });
    // Each of the failures has happened by then.
    for (const id of ['refused', 'refusedToken', 'refusedKey', 'down', 'behindProxy']) {
      await nodeRed.prints(new RegExp(`in-${id}[^]*?(refused|cannot be reached|connect)`));
    }
    await nodeRed.prints(/No schema to check against/);
    await nodeRed.prints(/privateKey should be a private key in PEM form/);
    await nodeRed.prints(/msg\.payload should be an object with what is to be used/);
    await nodeRed.prints(/in-handed[\s\S]*?(common\.status\.connected|connected, no schema yet)/);

    const seen = new Map([
      ['log', nodeRed.log()],
      ['flows.json', await readFile(join(nodeRed.userDir, 'flows.json'), 'utf8')],
    ]);
    for (const path of ['flows', 'nodes', 'settings', 'diagnostics', ...flows.map(credentialsPath)]) {
      seen.set(path, await (await fetch(new URL(path, nodeRed.url))).text());
    }
    const admin = new AdminApi(nodeRed.url);
    const paths = [
      'invitation',
      'streams',
      'streams/s/definition',
      'streams/s/messages',
      'streams/s/peek?id=a',
    ];
    // At once: the route of messages waits for one that passes.
    await Promise.all(
      IDS.flatMap((id) => paths.map((path) => `${id}/${path}`)).map(async (path) => {
        seen.set(path, (await admin.get(`stream-sea/${path}`)).text);
      }),
    );
    for (const id of IDS) {
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
  }).timeout(120_000);
});

function credentialsPath({ id, type }: { id: string; type: string }): string {
  return `credentials/${encodeURIComponent(type)}/${id}`;
}
