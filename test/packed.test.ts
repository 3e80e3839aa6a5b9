/** The package as people get it: packed, installed into an empty folder, loaded by a real Node-RED. Needs a build. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { Wire } from './support/network/wire';
import { type NodeRed, startNodeRed } from './support/node-red/node-red';
import { npm, pack } from './support/package/packed';
import { FIRST, serve } from './support/sea/program';

const NAME = '@stream-sea/node-red';
const TYPES = ['admin', 'define', 'describe', 'in', 'out', 'server', 'versions'].map(
  (name) => `stream-sea-${name}`,
);

const exec = promisify(execFile);

/** Options that a program may not have, and what it reads, as strict compilers see them. */
const STRICT = `
import { Client, startServer, type ClientOptions, type Credentials, type Messages } from '${NAME}';
import type { OnKept, Outbox, OutboxKey, StoredMessage, Unkept } from '${NAME}';
interface Reading { pressure: number }
export async function run(credentials: Credentials, text?: string, number?: number, signal?: AbortSignal) {
  const backoff: ClientOptions['backoff'] = { first: number };
  const times = { connectTimeout: number, maxAge: number, grace: number, batch: { messages: number }, backoff };
  const options = { url: 'http://sea', credentials, proxy: text, tls: { servername: text }, agent: undefined, ...times };
  await using client = new Client(options);
  await client.publish<Reading>('s', { pressure: 1 }, { check: text ? 'types' : undefined, signal, timeout: number });
  // @ts-expect-error Another payload than was said.
  await client.publish<Reading>('s', { pressure: 'high' });
  const messages: Messages<Reading> = client.subscribe<Reading>('s', undefined, { signal, buffer: number, ready: undefined });
  const read: AsyncIterableIterator<Reading> = messages;
  for await (const { pressure } of read) pressure.toFixed();
  const told = { message: ({ pressure }: Reading) => pressure, error: () => {}, ready: undefined };
  using heard = client.subscribe<Reading>('s', { type: 'every' }, told);
  await startServer({ host: text, port: number, limits: { maxJails: number }, store: undefined, onWarning: undefined });
  return heard.status;
}
export class Table implements Outbox {
  readonly durable = true;
  readonly replays = true;
  readonly #rows = new Map<OutboxKey, StoredMessage>();
  #last = 0;
  async open() {
    return [...this.#rows.values()];
  }
  accept<Message extends Unkept>(message: Message, at: number, onKept: OnKept<Message>, late?: true) {
    const { stream, text, batch, check, instants } = message;
    const key = ++this.#last;
    this.#rows.set(key, { key, stream, text, batch, check, instants, at, late });
    queueMicrotask(() => onKept(message, key));
  }
  settle(key: OutboxKey) {
    this.#rows.delete(key);
  }
  async close() {}
}
`;

describe('the packed package', function () {
  this.timeout(120_000);

  let folder: string;
  let files: readonly string[];
  let installed: string;
  let archive: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-sea-packed-'));
    const packed = await pack(folder);
    files = packed.files;
    archive = packed.archive;
    const project = join(folder, 'project');
    await mkdir(project);
    await writeFile(join(project, 'package.json'), '{"private":true}');
    await npm(
      project,
      'install',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      packed.archive,
    );
    installed = join(project, 'node_modules', NAME);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it('holds what runs, and nothing else', () => {
    const expected = [
      /^(package\.json|README\.md|LICENSE|src\/PROTOCOL\.md)$/,
      /^deploy\/[A-Za-z.-]+$/,
      /^guide\/[a-z]+\.md$/,
      /^examples\/\d\d-[a-z-]+\.json$/,
      /^dist\/src\/[a-z/-]+(\.d\.ts|\.js)$/,
      /^dist\/src\/index(\.d\.mts|\.mjs)$/,
      /^dist\/(nodes|bin)\/[a-z/.-]+\.js$/,
      /^dist\/nodes\/(stream-sea-[a-z]+)\/\1\.html$/,
      /^dist\/nodes\/(stream-sea-[a-z]+)\/locales\/[a-zA-Z-]+\/\1\.(json|html)$/,
      /^dist\/nodes\/stream-sea-server\/icons\/stream-sea\.svg$/,
      /^resources\/(uplot|editor|filter-dialog|schema-dialog|clients-part|sidebar-servers|value-chart)\.js$/,
      /^resources\/editor\.css$/,
    ];
    assert.deepEqual(
      files.filter((file) => !expected.some((pattern) => pattern.test(file))),
      [],
    );
    for (const file of ['README.md', 'LICENSE', 'src/PROTOCOL.md', 'examples/01-boiler-telemetry.json']) {
      assert(files.includes(file), file);
    }
    for (const type of TYPES) {
      for (const end of ['js', 'html']) assert(files.includes(`dist/nodes/${type}/${type}.${end}`), type);
    }
  });

  it('asks for six libraries at most, and runs nothing when it is installed', async () => {
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
    assert(Object.keys(manifest.dependencies).length <= 6);
    for (const script of ['preinstall', 'install', 'postinstall']) {
      assert.equal(manifest.scripts?.[script], undefined, script);
    }
    assert(manifest.keywords.includes('node-red'));
    assert.equal(manifest['node-red'].version, '>=4.1');
    assert.equal(manifest.license, 'MIT');
  });

  it('points only to files that are there', async () => {
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
    const named: string[] = [
      manifest.main,
      manifest.types,
      ...Object.values<Record<string, string>>(manifest.exports['.']).flatMap((way) => Object.values(way)),
      ...Object.values<string>(manifest['node-red'].nodes),
      ...Object.values<string>(manifest.bin),
    ];
    await Promise.all(named.map((path) => access(join(installed, path))));
  });

  it('is a library: a program that requires or imports it gets the client and the server', async () => {
    const project = join(installed, '../../..');
    const { Client, startServer } = createRequire(join(project, 'program.js'))(NAME);
    assert.equal(typeof Client, 'function');
    assert.equal(typeof startServer, 'function');
    const program = `import { Client, startServer } from '${NAME}'; console.log(typeof Client, typeof startServer)`;
    const { stdout } = await exec(process.execPath, ['--input-type=module', '-e', program], { cwd: project });
    assert.equal(stdout.trim(), 'function function');
  });

  describe('as a library', () => {
    const ROOT = join(__dirname, '..');
    /** The programs of the guide, by their language. */
    const blocks = async (language: string): Promise<string> => {
      const guide = await readFile(join(installed, 'guide/library.md'), 'utf8');
      const found = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(guide);
      assert(found?.[1] !== undefined, language);
      return found[1];
    };

    it('gives each of its names to import and to require, and the same things', async () => {
      const project = join(installed, '../../..');
      const common = Object.keys(createRequire(join(project, 'program.js'))(NAME)).sort();
      assert(common.length > 30);
      const program = `
        import * as all from '${NAME}';
        import { ${common.join(', ')} } from '${NAME}';
        import { createRequire } from 'node:module';
        const common = createRequire(import.meta.url)('${NAME}');
        const named = { ${common.join(', ')} };
        for (const name of Object.keys(common)) if (common[name] !== named[name] || named[name] === undefined) throw new Error(name);
        console.log(Object.keys(all).sort().join());`;
      await writeFile(join(project, 'names.mjs'), program);
      const { stdout } = await exec(process.execPath, ['names.mjs'], { cwd: project });
      assert.equal(stdout.trim(), common.join());
      for (const internal of ['messageOf', 'withFailures', 'legacyOf', 'abandon', 'removeStore']) {
        assert(!common.includes(internal), internal);
      }
    });

    it('has types that are right for whoever imports or requires it', async () => {
      const { checkPackage, createPackageFromTarballData } = await import('@arethetypeswrong/core');
      const result = await checkPackage(createPackageFromTarballData(await readFile(archive)));
      assert(result.types);
      // Node 10 knows no exports, but finds the same by `main` and `types`.
      assert.deepEqual(result.problems, []);
      const { publint } = await import('publint');
      const { messages } = await publint({ pkgDir: installed, strict: true, pack: false });
      assert.deepEqual(messages, []);
    });

    it('runs a program written from the guide, with types, in both kinds of modules', async () => {
      const project = join(installed, '../../..');
      const [program, typed] = [await blocks('js'), await blocks('ts')];
      // No others: what the package's own types need besides, its users would have to guess.
      await mkdir(join(project, 'node_modules/@types'), { recursive: true });
      await symlink(join(ROOT, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'));
      await writeFile(join(project, 'first.mts'), program);
      await writeFile(join(project, 'forward.mts'), typed);
      await writeFile(join(project, 'forward.cts'), typed);
      const common = program.replace(
        /^import (.*) from (.*);$/m,
        'import $1 from $2;\nasync function main() {',
      );
      await writeFile(join(project, 'first.cts'), `${common}\n}\nvoid main();\n`);
      for (const kind of ['mts', 'cts']) await writeFile(join(project, `strict.${kind}`), STRICT);
      const compilerOptions = {
        ...{ module: 'nodenext', target: 'es2022', outDir: 'out', types: ['node'], lib: ['es2022'] },
        ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
        skipLibCheck: false,
      };
      await writeFile(
        join(project, 'tsconfig.json'),
        JSON.stringify({ compilerOptions, include: ['*.mts', '*.cts'] }),
      );
      const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
      const compile = (...options: string[]) =>
        exec(process.execPath, [compiler, '-p', project, ...options]).catch(({ stdout }) =>
          assert.fail(stdout),
        );
      await compile('--noEmit', '--module', 'node16', '--lib', 'es2022,dom');
      await compile('--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler');
      await compile();
      for (const file of ['first.mjs', 'first.cjs']) {
        const { stdout } = await exec(process.execPath, [join(project, 'out', file)], { timeout: 100_000 });
        assert.deepEqual(stdout.trim().split('\n'), ['{ pressure: 7.9 }', 'SEA_PAYLOAD pressure'], file);
      }
    });
  });

  describe('as a program', () => {
    const start = (...args: string[]) => {
      const project = join(installed, '../../..');
      return serve(args, { command: [join(project, 'node_modules/.bin/stream-sea-server')], cwd: project });
    };

    it('is run by its name, serves, and ends when it is told to', async () => {
      const program = start('--folder', 'sea');
      const url = await program.ready;
      await Wire.login(url, FIRST);
      assert.equal((await fetch(`${url}/health`)).status, 200);
      program.child.kill('SIGTERM');
      assert.deepEqual(await program.ended, { code: 0, signal: null });
    });

    it('has the version of the package', async () => {
      const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
      const program = start('--version');
      await program.ended;
      assert.equal(program.written.stdout, `${version}\n`);
    });

    it('says what else to install for its engine on NATS', async () => {
      const program = start('--nats', '127.0.0.1:1');
      assert.equal((await program.ended).code, 2);
      assert.match(program.written.stderr, /^stream-sea-server: .*npm install @nats-io\/[^\n]*\n$/);
    });
  });

  describe('in a real Node-RED', () => {
    let nodeRed: NodeRed;

    before(async () => {
      nodeRed = await startNodeRed({ packageDir: installed });
    });

    after(() => nodeRed?.close());

    const get = async (path: string, accept = '*/*') => {
      const response = await fetch(new URL(path, nodeRed.url), { headers: { accept } });
      assert(response.ok, `${path}: ${response.status}`);
      return response;
    };

    it('offers all its node types', async () => {
      const sets: { module: string; types: string[]; enabled: boolean; err?: string }[] = await (
        await get('nodes', 'application/json')
      ).json();
      const ours = sets.filter(({ module }) => module === NAME);
      assert.deepEqual(ours.flatMap(({ types }) => types).toSorted(), TYPES);
      for (const set of ours) {
        assert.equal(set.err, undefined);
        assert.equal(set.enabled, true);
      }
    });

    it('serves the dialogs of all of them', async () => {
      const page = await (await get('nodes', 'text/html')).text();
      for (const type of TYPES) {
        assert(page.includes(`RED.nodes.registerType("${type}"`), type);
        assert(page.includes(`data-template-name="${type}"`), type);
        assert(page.includes(`data-help-name="${type}"`), type);
      }
    });

    it('serves their catalogues', async () => {
      const catalogues = await (await get('nodes/messages?lng=en-US', 'application/json')).json();
      for (const type of TYPES) {
        assert.equal(typeof catalogues[`${NAME}/${type}`]?.label?.type, 'string', type);
      }
    });

    it('serves their icon', async () => {
      const icons = await (await get('icons', 'application/json')).json();
      assert.deepEqual(icons[NAME], ['stream-sea.svg']);
      const icon = await get(`icons/${NAME}/stream-sea.svg`);
      assert.match(icon.headers.get('content-type') ?? '', /svg/);
    });

    it('serves what draws charts, with its licence', async () => {
      const script = await (await get(`resources/${NAME}/uplot.js`)).text();
      assert.match(script, /MIT License[\s\S]*var uPlot=/);
    });

    it('serves what the dialogs share, and what is loaded later', async () => {
      const script = await (await get(`resources/${NAME}/editor.js`)).text();
      const parts = files.filter(
        (file) => file.startsWith('resources/') && !/(editor|uplot)\.js$/.test(file),
      );
      assert(parts.length > 4);
      for (const part of parts) await get(part.replace('resources/', `resources/${NAME}/`));
      for (const type of TYPES) assert(script.includes(type), type);
    });

    it('lists the examples in the import menu', async () => {
      const entries: (string | { fn: string })[] = await (
        await get(`library/examples/flows/${NAME}`, 'application/json')
      ).json();
      const names = entries.flatMap((entry) => (typeof entry === 'object' ? entry.fn : []));
      assert.deepEqual(names, [
        '01-boiler-telemetry',
        '02-describe-and-versions',
        '03-shared-delivery',
        '04-remote-jwt',
        '05-admit-a-gateway',
        '06-mqtt-bridge',
        '07-csv-file',
        '08-several-plants',
        '09-store-and-forward',
        '10-dashboard',
      ]);
    });
  });
});
