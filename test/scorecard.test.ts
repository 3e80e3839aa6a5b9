/**
 * The scorecard that the public flow library shows beside a package, from the library's own validator. Some of its
 * checks pass without having looked, or cannot fail: what they are to find is asserted beside them. Needs a build.
 */

import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { pack, unpack } from './support/package/packed';
import {
  type Listed,
  LOCKED,
  NEWEST_NODE_RED,
  startRegistry,
  type TestRegistry,
} from './support/package/registry';
import { type Validation, validate } from './support/package/scorecard';

const NAME = '@stream-sea/node-red';
const TYPES = ['admin', 'define', 'describe', 'in', 'out', 'versions'].map((name) => `stream-sea-${name}`);
const DEPENDENCIES = ['classic-level', 'https-proxy-agent', 'jose', 'uuid', 'ws'];

/** Of the library's list: some neighbours, and this package as it will stand there itself. */
const CATALOGUE: readonly Listed[] = [
  { id: 'node-red-contrib-aedes', types: ['aedes broker'] },
  { id: 'node-red-contrib-modbus', types: ['modbus-read', 'modbus-write'] },
  { id: NAME, types: TYPES },
];

describe("the flow library's validator", function () {
  this.timeout(120_000);

  let folder: string;
  let packed: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-sea-scorecard-'));
    packed = await unpack((await pack(folder)).archive, folder);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  describe('on the packed package', () => {
    let registry: TestRegistry;
    let manifest: Record<string, unknown>;
    let { card, output }: Validation = { card: {}, output: '', exitCode: undefined };

    before(async () => {
      registry = await startRegistry(CATALOGUE);
      manifest = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8'));
      ({ card, output } = await validate(packed, registry));
    });

    after(() => registry?.close());

    it('can read all of it', () => {
      assert.doesNotMatch(output, /Unable to|could not/);
    });

    it('makes the checks known here, and no others', () => {
      const codes = 'P01 P03 P04 P08 P05 P06 P07 N01 N02 D01 D02 D03'.split(' ');
      assert.deepEqual(Object.keys(card), ['package', ...codes]);
    });

    it('P01: finds a license', () => {
      assert.deepEqual(card.P01, { test: true, license: 'MIT' });
    });

    it('P03: finds where to turn to', () => {
      assert.deepEqual(card.P03, { test: true });
      assert(manifest.repository);
      assert(manifest.bugs);
    });

    it('P04: finds a scoped name', () => {
      assert.deepEqual(card.P04, { test: true });
      assert.equal(manifest.name, NAME);
    });

    it('P05: finds the keyword, which it cannot miss', () => {
      assert.deepEqual(card.P05, { test: true });
      assert(Array.isArray(manifest.keywords) && manifest.keywords.includes('node-red'));
    });

    it('P06: finds support for the newest Node-RED, and for the older one of this checkout', () => {
      const maintained = LOCKED['node_modules/node-red']?.version;
      assert.equal(card.P06?.test, true);
      assert.deepEqual(card.P06.versions?.toSorted(), [maintained, NEWEST_NODE_RED.version]);
    });

    it('P07: finds support for the oldest Node.js that the newest Node-RED runs on', () => {
      assert.deepEqual(card.P07, { test: true, version: '>=20.19' });
    });

    it('P08: finds no package of the same name, which it cannot find', () => {
      assert.deepEqual(card.P08, { test: true });
    });

    it('N01: finds no other package with our node types', () => {
      assert.deepEqual(card.N01, { test: true });
      assert(registry.answered.includes('catalogue.nodered.org/catalogue.json'));
    });

    it('N02: finds an example with each node', () => {
      assert.equal(card.N02?.test, true);
      assert.deepEqual(card.N02.nodes?.toSorted(), TYPES);
    });

    it('D01: finds five dependencies', () => {
      assert.deepEqual(card.D01, { test: true, total: DEPENDENCIES.length });
    });

    it('D02: finds no known bad package below the first dependency, and there is none below the others', () => {
      assert.deepEqual(card.D02, { test: true });
      const below = Object.keys(LOCKED['node_modules/classic-level']?.dependencies ?? {});
      assert(below.length > 0);
      for (const name of below) assert(registry.answered.includes(`registry.npmjs.org/${name}`), name);
      // It goes no further than the first. The bad one: agent-base before 6.0.0.
      const bad = Object.entries(LOCKED).filter(
        ([path, { version, dev }]) =>
          path.endsWith('/agent-base') && Number.parseInt(version, 10) < 6 && !dev,
      );
      assert.deepEqual(bad, []);
    });

    // As of this checkout: which version is the newest changes without a commit.
    it('D03: finds the newest version of each dependency within its range', () => {
      assert.deepEqual(card.D03, { test: true });
      for (const name of DEPENDENCIES) assert(registry.answered.includes(`registry.npmjs.org/${name}`), name);
    });

    it('asks for nothing that the test has no answer to', () => {
      assert.deepEqual(registry.refused, []);
    });
  });

  describe('on a package spoiled on purpose', () => {
    let registry: TestRegistry;
    let { card, output, exitCode }: Validation = { card: {}, output: '', exitCode: undefined };

    before(async () => {
      const spoiled = join(folder, 'spoiled', 'package');
      await cp(packed, spoiled, { recursive: true });
      await spoil(spoiled);
      registry = await startRegistry(
        [
          { id: 'node-red-contrib-tide', types: ['stream-sea-in'] },
          { id: '@tide/node-red-stream-sea', types: [] },
        ],
        [{ name: 'agent-base', version: '5.1.1' }],
      );
      ({ card, output, exitCode } = await validate(spoiled, registry));
    });

    after(() => registry?.close());

    for (const code of ['P01', 'P03', 'P04', 'P06', 'P07', 'N01', 'N02', 'D01', 'D02', 'D03']) {
      it(`${code}: fails`, () => {
        assert.equal(card[code]?.test, false);
      });
    }

    for (const code of ['P05', 'P08']) {
      it(`${code}: passes all the same`, () => {
        assert.equal(card[code]?.test, true);
      });
    }

    it('tells what is wrong', () => {
      assert.deepEqual(card.N01?.nodes, ['node-red-contrib-tide']);
      assert.deepEqual(card.D02?.packages, ['agent-base@5.1.1']);
      assert.deepEqual(card.D03?.packages, ['agent-base', 'ws', 'stream-sea-unheard-of']);
    });

    it('passes over a dialog that it cannot read', () => {
      assert.match(output, /Unable to parse \S+stream-sea-out\.js/);
      assert.deepEqual(card.N02?.nodes?.toSorted(), [
        'stream-sea-admin',
        'stream-sea-define',
        'stream-sea-in',
      ]);
    });

    it('exits with 0 none the less', () => {
      assert.equal(exitCode, 0);
    });

    it('gets no answer from outside the test', () => {
      assert.deepEqual(registry.refused, ['registry.npmjs.org/stream-sea-unheard-of']);
    });
  });
});

/** Breaks what each check looks for. */
async function spoil(folder: string): Promise<void> {
  const path = join(folder, 'package.json');
  const { license, repository, bugs, ...manifest } = JSON.parse(await readFile(path, 'utf8'));
  manifest.name = 'node-red-stream-sea';
  manifest.keywords = [];
  manifest.engines.node = '>=24';
  manifest['node-red'].version = '<4';
  const { dependencies } = manifest;
  manifest.dependencies = {
    'agent-base': '^5.1.1',
    ...dependencies,
    ws: '^7.0.0',
    'stream-sea-unheard-of': '^1.0.0',
  };
  await writeFile(path, JSON.stringify(manifest));
  await rm(join(folder, 'examples', '02-describe-and-versions.json'));
  const dialog = join(folder, 'dist/nodes/stream-sea-out/stream-sea-out.html');
  const html = await readFile(dialog, 'utf8');
  await writeFile(dialog, html.replaceAll('"text/javascript"', '"module"'));
}
