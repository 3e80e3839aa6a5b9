/** The flows of Import > Examples, each deployed to a real Node-RED as the editor would. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { ADMIN_DEFAULTS } from '../nodes/stream-sea-admin/stream-sea-admin.config';
import { DEFINE_DEFAULTS } from '../nodes/stream-sea-define/stream-sea-define.config';
import { DESCRIBE_DEFAULTS } from '../nodes/stream-sea-describe/stream-sea-describe.config';
import { IN_DEFAULTS } from '../nodes/stream-sea-in/stream-sea-in.config';
import { OUT_DEFAULTS } from '../nodes/stream-sea-out/stream-sea-out.config';
import { SERVER_DEFAULTS } from '../nodes/stream-sea-server/stream-sea-server.config';
import { VERSIONS_DEFAULTS } from '../nodes/stream-sea-versions/stream-sea-versions.config';
import type { Comms } from './support/node-red/comms';
import { ExampleHost, example, examples, idOf, onFreePorts } from './support/node-red/examples';
import type { NodeRed } from './support/node-red/node-red';

const DEFAULTS: Readonly<Record<string, object>> = {
  'stream-sea-admin': ADMIN_DEFAULTS,
  'stream-sea-define': DEFINE_DEFAULTS,
  'stream-sea-describe': DESCRIBE_DEFAULTS,
  'stream-sea-in': IN_DEFAULTS,
  'stream-sea-out': OUT_DEFAULTS,
  'stream-sea-server': SERVER_DEFAULTS,
  'stream-sea-versions': VERSIONS_DEFAULTS,
};

/** What Node-RED itself saves of a node, besides the node's own properties. */
const SAVED_BY_THE_EDITOR = ['id', 'type', 'z', 'g', 'x', 'y', 'wires', 'credentials'];

describe('the examples', function () {
  this.timeout(120_000);

  let host: ExampleHost;
  let nodeRed: NodeRed;
  let comms: Comms;

  before(async () => {
    host = await ExampleHost.start();
    ({ nodeRed, comms } = host);
  });

  after(() => host?.close());

  const run: ExampleHost['run'] = (...parameters) => host.run(...parameters);
  const press: ExampleHost['press'] = (...parameters) => host.press(...parameters);

  it('are called as their menu entries should be', () => {
    assert.deepEqual(
      [...examples.keys()],
      [
        '01-boiler-telemetry.json',
        '02-describe-and-versions.json',
        '03-shared-delivery.json',
        '04-remote-jwt.json',
        '05-admit-a-gateway.json',
        '06-mqtt-bridge.json',
        '07-csv-file.json',
        '08-several-plants.json',
        '09-store-and-forward.json',
        '10-dashboard.json',
      ],
    );
  });

  it('hold every node type of ours, and besides them the core only, but for the dashboard', async () => {
    const response = await fetch(new URL('nodes', nodeRed.url), { headers: { accept: 'application/json' } });
    const sets: { module: string; types: string[] }[] = await response.json();
    const core = sets.filter(({ module }) => module === 'node-red').flatMap(({ types }) => types);
    const used = new Set([...examples.values()].flat().map(({ type }) => type));
    const foreign = [...used].filter((type) => !core.includes(type) && !/^(tab|group|subflow.*)$/.test(type));
    const [ours, others] = [
      foreign.filter((type) => type in DEFAULTS),
      foreign.filter((type) => !(type in DEFAULTS)),
    ];
    assert.deepEqual(ours.toSorted(), Object.keys(DEFAULTS));
    const dashboard = new Set(example('10').map(({ type }) => type));
    for (const type of others) assert(type.startsWith('ui-') && dashboard.has(type), type);
  });

  for (const [file, nodes] of examples) {
    describe(file, () => {
      it('opens with a comment that says what to press', () => {
        const [first, second] = nodes;
        assert.equal(first?.type, 'tab');
        assert.equal(second?.type, 'comment');
        assert.match(String(second?.name), /^(Press|Double-click|Once deployed)\b/);
      });

      it('saves of our nodes exactly the properties they have', () => {
        for (const node of nodes) {
          const defaults = DEFAULTS[node.type];
          if (defaults === undefined) continue;
          const own = Object.keys(node).filter((key) => !SAVED_BY_THE_EDITOR.includes(key));
          assert.deepEqual(own.toSorted(), Object.keys(defaults).toSorted(), `${node.type} ${node.name}`);
        }
      });

      it('shows of an error what it says, at once, and nothing to be opened first', () => {
        const caught = nodes
          .filter(({ type }) => type === 'catch')
          .flatMap(({ wires }) => (wires as string[][]).flat());
        assert(caught.length > 0);
        for (const { id, complete } of nodes)
          if (caught.includes(id)) assert.match(String(complete), /error\.message$/);
      });

      it('has ids of its own, so that all examples fit into one Node-RED', () => {
        const all = [...examples.values()].flat().map(({ id }) => id);
        for (const { id } of nodes) assert.equal(all.filter((other) => other === id).length, 1, id);
      });

      it('wires and groups only what is there', () => {
        const ids = new Set(nodes.map(({ id }) => id));
        const named = nodes.flatMap((node) => [
          ...((node.wires as string[][] | undefined)?.flat() ?? []),
          ...(node.nodes ?? []),
          ...(Array.isArray(node.scope) ? (node.scope as string[]) : []),
          ...('server' in node ? [String(node.server)] : []),
        ]);
        assert.deepEqual(
          named.filter((id) => !ids.has(id)),
          [],
        );
      });
    });
  }

  it('01 delivers the readings of three boilers, and raises an alarm', async () => {
    const nodes = example('01');
    await run(nodes, async () => {
      const readings = await comms.shows('readings', 3);
      assert.deepEqual(
        readings.slice(0, 3).map((reading) => (reading as { boiler: string }).boiler),
        ['north', 'east', 'west'],
      );
      const [alarm] = await comms.shows('ALARM', 1);
      assert.match(String(alarm), /^Boiler (north|east|west) is at 9\.\d+ bar\.$/);
      await comms.status(idOf(nodes, 'readings published'), /^[3-9]/);
      for (const name of ['define boiler_data', 'publish readings']) {
        const status = await comms.status(idOf(nodes, name), /connected$/);
        assert.equal(status.fill, 'green');
      }
      assert(comms.shown('status of a node').includes('publish readings: connected'));
      assert.deepEqual(comms.shown('what went wrong'), []);
    });
  });

  it('01 shows the error of a reading that does not follow the schema', async () => {
    const nodes = example('01');
    await run(nodes, async () => {
      await comms.shows('readings', 1);
      await press(nodes, 'a broken reading');
      const [error] = await comms.shows('what went wrong', 1);
      assert.match(String(error), /pressure should be a number, but is the string "high"/);
    });
  });

  it('01 stops and starts again at the press of a button', async () => {
    const nodes = example('01');
    await run(nodes, async () => {
      await comms.shows('readings', 3);
      await press(nodes, 'stop');
      comms.clear();
      await press(nodes, 'start');
      await comms.shows('readings', 3);
    });
  });

  it('02 answers what it is asked', async () => {
    const nodes = example('02');
    await run(nodes, async () => {
      const [first] = await comms.shows('defined', 1);
      assert.equal((first as { version: number }).version, 1);
      await press(nodes, 'version 2');
      const [, second] = await comms.shows('defined', 2);
      assert.equal((second as { version: number }).version, 2);
      await press(nodes, 'a lower version');
      const [refusal] = await comms.shows('what went wrong', 1);
      assert.match(String(refusal), /version.* refused, status 400/);
      await press(nodes, 'describe');
      await comms.shows('definition', 1);
      await press(nodes, 'describe a stream that is not there');
      const [definition, none] = await comms.shows('definition', 2);
      assert.equal((definition as { version: number }).version, 2);
      assert.equal(none, null);
      await press(nodes, 'versions');
      await comms.shows('versions', 1);
      await press(nodes, 'versions of a list');
      assert.deepEqual(await comms.shows('versions', 2), [
        [2, null],
        [null, 2],
      ]);
    });
  });

  it('03 gives each job to one of two workers, and all of them to the log', async () => {
    const nodes = await onFreePorts(example('03'), 7710);
    // As on two machines that start together: the second may try to connect before the first listens.
    const except = /\[warn\] .* Nobody answers at 127\.0\.0\.1/;
    await run(
      nodes,
      async () => {
        for (const name of ['worker 1', 'worker 2', 'all jobs']) {
          await comms.status(idOf(nodes, name), /connected$/);
        }
        await comms.shows('defined', 1);
        await press(nodes, 'ten jobs');
        await comms.status(idOf(nodes, 'log'), /^10$/);
        const [one, two] = await Promise.all([
          comms.shows('done by worker 1', 5),
          comms.shows('done by worker 2', 5),
        ]);
        const jobs = [...one, ...two].map((message) => (message as { job: number }).job);
        assert.deepEqual(
          jobs.toSorted((a, b) => a - b),
          [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        );
      },
      { except },
    );
  });

  it('04 says what has to be filled in', async () => {
    const nodes = example('04');
    await run(nodes, async () => {
      const inNode = nodes.find(({ type }) => type === 'stream-sea-in');
      const status = await comms.status(inNode?.id ?? '', /^waits for credentials: Client id$/);
      assert.equal(status.fill, 'yellow');
    });
  });

  it('04 shows in red why a server cannot be reached', async () => {
    const nodes = example('04').map((node) =>
      node.type === 'stream-sea-server'
        ? { ...node, port: '1', credentials: { clientId: 'someone', jwt: 'a.b.c' } }
        : node,
    );
    await host.deploy(nodes);
    const inNode = nodes.find(({ type }) => type === 'stream-sea-in');
    const status = await comms.status(inNode?.id ?? '', /next try within/);
    assert.equal(status.fill, 'red');
    assert.match(status.text ?? '', /refused/i);
  });

  it('05 admits a gateway, which hears what its token shows, and removes it again', async () => {
    const nodes = await onFreePorts(example('05'), 7720);
    // The gateway's, whose client is gone.
    const except = /\[(warn|error)\] \[stream-sea-server:The gateway\]/;
    const gateway = idOf(nodes, 'readings from the north');
    await run(
      nodes,
      async () => {
        await comms.status(gateway, /credentials/);
        await comms.status(idOf(nodes, 'publish'), /(\.|^)connected/);
        await press(nodes, 'admit gateway-7');
        assert.deepEqual(await comms.shows('client made', 1), ['gateway-7']);
        await comms.status(gateway, /(\.|^)connected/);
        await press(nodes, 'from the south');
        await press(nodes, 'from the north');
        const heard = await comms.shows('the gateway hears', 1);
        assert.deepEqual(heard, [{ site: 'north', temperature: 21.5 }]);
        await press(nodes, 'remove gateway-7');
        assert.deepEqual(await comms.shows('removed', 1), ['gateway-7']);
        await comms.status(gateway, /refused/);
        await press(nodes, 'admit gateway-7');
        await comms.status(gateway, /(\.|^)connected/);
        await press(nodes, 'remove gateway-7');
        await comms.shows('removed', 2);
        assert.deepEqual(comms.shown('what went wrong'), []);
      },
      { except },
    );
    // As after a restart that came in between: the server knows the gateway, and the gateway has no key.
    await run(
      nodes,
      async () => {
        await comms.status(gateway, /refused/);
        await press(nodes, 'admit gateway-7');
        await comms.status(gateway, /(\.|^)connected/);
      },
      { except },
    );
    const edited = nodes.map((each) => (each.name === 'The gateway' ? { ...each, requestTimeout: 9 } : each));
    await run(
      edited,
      async () => {
        await comms.status(gateway, /credentials/);
        await press(nodes, 'admit gateway-7');
        const [error] = await comms.shows('what went wrong', 1);
        assert.match(String(error), /"gateway-7" is taken/);
        await press(nodes, 'give it new keys');
        await comms.status(gateway, /(\.|^)connected/);
        await press(nodes, 'remove gateway-7');
        await comms.shows('removed', 1);
      },
      { except },
    );
    const kept = readFileSync(join(nodeRed.userDir, 'flows.json'), 'utf8') + nodeRed.log();
    assert.doesNotMatch(kept, /BEGIN (RSA )?PRIVATE KEY|eyJ/);
  });
});
