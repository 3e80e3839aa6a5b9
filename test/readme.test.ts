/** What the README and the guide show is what happens, and they lead to each other. Needs a build. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import manifest from '../package.json';
import { DARK, DASHBOARD, DIALOGS, EXAMPLE } from '../scripts/pictures/album';

const ROOT = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const GUIDE = readdirSync(join(ROOT, 'guide')).map((file) => `guide/${file}`);
/** What users read. */
const PAGES = new Map(['README.md', ...GUIDE].map((path) => [path, read(path)]));
/** Them, and what whoever works on it reads. */
const DOCUMENTS = new Map([
  ...PAGES,
  ...['ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'bench/README.md']
    .concat('nodes/README.md', 'src/PROTOCOL.md', 'src/client/README.md', 'src/server/README.md')
    .map((path): [string, string] => [path, read(path)]),
]);

/** In italics, and no text of ours: of Node-RED's menus, and what a table shows in italics. */
const OTHERS = new Set(['Manage palette', 'Install', 'Import', 'Examples', 'In italics']);

const prose = (text: string): string => text.replace(/^( *)```[\s\S]*?^\1```$/gm, '');

/** The headings of a document, as GitHub names them in addresses. */
function headingsOf(text: string): string[] {
  return [...prose(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the README and the guide', () => {
  it('have programs that print what their comments say', async () => {
    const programs = [...PAGES].flatMap(([path, text]) =>
      [...text.matchAll(/```js\n([\s\S]*?)```/g)].map(([, program = '']) => ({ path, program })),
    );
    assert.deepEqual(new Set(programs.map(({ path }) => path)), new Set(['guide/library.md']));
    for (const { path, program } of programs) {
      const expected = [...program.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text]) => text);
      assert(expected.length > 0, path);
      // A package finds itself by its own name, so this is the program that users would run.
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '--eval', program],
        { cwd: ROOT, timeout: 60_000 },
      );
      assert.deepEqual(stdout.trim().split('\n'), expected, path);
    }
  });

  it('point to files and headings that are there, as all documents do', () => {
    const dead: string[] = [];
    for (const [path, text] of DOCUMENTS) {
      for (const [, target = ''] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [file = '', heading] = target.split('#');
        const there = file === '' ? path : normalize(join(dirname(path), file));
        const right = existsSync(join(ROOT, there))
          ? heading === undefined || headingsOf(read(there)).includes(heading)
          : false;
        if (!right) dead.push(`${path}: ${target}`);
      }
    }
    assert.deepEqual(dead, []);
    // The nodes' help leads here.
    assert(headingsOf(read('README.md')).includes('errors'));
  });

  it('have no two headings in one document that an address could not tell apart', () => {
    for (const [path, text] of DOCUMENTS) {
      if (path === 'CHANGELOG.md') continue;
      const headings = headingsOf(text);
      assert.deepEqual(headings, [...new Set(headings)], path);
    }
  });

  it('are found: the README leads to each page of the guide, which is in the package, and is short itself', () => {
    const readme = read('README.md');
    for (const page of GUIDE) assert(readme.includes(`](${page}`), page);
    assert(manifest.files.includes('guide'));
    assert(readme.split('\n').length <= 250);
  });

  it('show each picture that is taken of the editor once and no other, with words for those who do not see it', () => {
    const taken = [...EXAMPLE, ...DASHBOARD, ...DIALOGS, ...DARK].map(({ file }) => file).sort();
    const shown = [...PAGES.values()].flatMap((text) => [
      ...text.matchAll(/!\[([^\]]*)\]\((?:\.\.\/)?images\/([^)]+)\)/g),
    ]);
    assert.deepEqual(shown.map(([, , file]) => file).sort(), taken);
    assert.deepEqual(readdirSync(join(ROOT, 'images')).sort(), taken);
    for (const [, words = '', file] of shown) assert(words.length > 40, file);
  });

  it('call what is in the editor by its name there', () => {
    const texts = (given: object): string[] =>
      Object.values(given).flatMap((text) => (typeof text === 'string' ? text : texts(text)));
    const nodes = readdirSync(join(ROOT, 'nodes')).filter((name) => name.startsWith('stream-sea-'));
    const inEditor = nodes
      .flatMap((name) => texts(JSON.parse(read(`nodes/${name}/locales/en-US/${name}.json`))))
      .join('\n')
      .toLowerCase();
    const helps = nodes.map((name): [string, string] => {
      const path = `nodes/${name}/locales/en-US/${name}.html`;
      return [path, read(path)];
    });
    const unknown: string[] = [];
    for (const [path, text] of [...PAGES, ...helps]) {
      const flowing = prose(text).replace(/\n(?=\S)/g, ' ');
      for (const [, name = ''] of flowing.matchAll(/(?<![*\w])\*([A-Z][^*`]*?)\*(?![*\w])/g)) {
        const label = name.replace(/\s+/g, ' ').replace(/[.…]+$/, '');
        if (!inEditor.includes(label.toLowerCase()) && !OTHERS.has(label)) unknown.push(`${path}: ${label}`);
      }
    }
    assert.deepEqual(unknown, []);
  });

  it('name commands that exist, as all documents do', () => {
    let named = 0;
    for (const [path, text] of DOCUMENTS) {
      for (const [command, script, short] of text.matchAll(/\bnpm (?:run ([a-z:]+)|(start|test)\b)/g)) {
        assert(Object.hasOwn(manifest.scripts, script ?? short ?? ''), `${path}: ${command}`);
        named += 1;
      }
      for (const [, file = ''] of text.matchAll(
        /\b(?:node|npx tsx|npx mocha|npm test --) ([a-z][\w./-]+\.\w+)/g,
      )) {
        assert(statSync(join(ROOT, file)).isFile(), `${path}: ${file}`);
      }
    }
    assert(named > 10);
  });
});

describe('the guide to the speed', () => {
  const RESULTS = 'bench/results';
  /** What was measured on a Node-RED, row by row. */
  const measured = (version: string): number[] =>
    readdirSync(join(ROOT, RESULTS))
      .filter((file) => file.startsWith(`node-red-${version}.`) && file.endsWith('.md'))
      .flatMap((file) => [...read(`${RESULTS}/${file}`).matchAll(/^\|[^|]*\| (-?[\d.]+) \|/gm)])
      .map(([, figure]) => Number(figure));
  const rows = [
    ...read('guide/speed.md').matchAll(/^\|(?:[^|]*\|){2}([^|]*)\|([^|]*)\| at (?:least|most) /gm),
  ];

  it('has the figures that were measured, and no other', () => {
    assert(rows.length > 15);
    for (const [at, version] of [
      [1, '4'],
      [2, '5'],
    ] as const) {
      const all = measured(version);
      const unmeasured = rows
        .map((row) => row[at]?.replace(/[*\s]/g, '') ?? '')
        .filter((text) => text !== '')
        .filter((text) => {
          const decimals = text.split('.')[1]?.length ?? 0;
          return !all.some((figure) => figure.toFixed(decimals) === text);
        });
      assert.deepEqual(unmeasured, [], version);
    }
  });
});

describe('the guide to the library', () => {
  /** All that src/index.ts exports, types included. */
  const exported = [...read('src/index.ts').matchAll(/export (?:type )?\{([^}]*)\}/g)]
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '');
  /** What stands between backticks, in prose and tables: a name in a program is no word about it. */
  const told = [...prose(read('guide/library.md')).matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

  it('has a word about each name that a program can import', () => {
    assert(exported.length > 100);
    const words = new Set(told.flatMap((code) => code.match(/\w+/g) ?? []));
    assert.deepEqual(
      exported.filter((name) => !words.has(name)),
      [],
    );
  });

  it('has a word about each option of a client and a server, and each of their methods', () => {
    const words = new Set(told.flatMap((code) => code.match(/\w+/g) ?? []));
    const members = [
      ...membersOf('src/client/options.ts', 'export interface ClientOptions '),
      ...membersOf('src/server/options.ts', 'export interface ServerOptions '),
      ...membersOf('src/server/server.ts', 'export interface EmbeddedServer '),
      ...membersOf('src/client/client.ts', 'export class Client '),
    ];
    assert(members.length > 60);
    assert.deepEqual(
      members.filter((name) => !words.has(name)),
      [],
    );
  });

  it('lists no name that is not exported', () => {
    const listed = [...read('guide/library.md').matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)]
      .flatMap(([, names = '']) => names.match(/\w+/g) ?? [])
      .filter((name) => /^[A-Z]/.test(name));
    assert(listed.length > 50);
    assert.deepEqual(
      listed.filter((name) => !exported.includes(name)),
      [],
    );
  });
});

describe('the walks of ARCHITECTURE.md', () => {
  const architecture = read('ARCHITECTURE.md');
  /** The steps of each walk. */
  const walks = architecture
    .split(/^## /m)
    .map((section) => section.split(/^(?=\d+\. )/m).slice(1))
    .filter(([first]) => first?.includes('](src/') || first?.includes('](nodes/'));

  it('name what is in the files that they have led through', () => {
    const missing: string[] = [];
    let named = 0;
    for (const steps of walks) {
      const files: string[] = [];
      for (const step of steps) {
        for (const [, path = ''] of step.matchAll(/\]\(([\w/.-]+\.ts)\)/g)) files.push(read(path));
        const names = step.replace(/\[`[^\]]*\]\([^)]*\)/g, '').matchAll(/`([#\w]+)`/g);
        for (const [, name = ''] of names) {
          named += 1;
          const isThere = new RegExp(`(?<![\\w#])${name}(?!\\w)`);
          if (!files.some((text) => isThere.test(text))) missing.push(`${name}: ${step.slice(0, 60)}`);
        }
      }
    }
    assert.deepEqual(missing, []);
    assert.equal(walks.length, 5);
    assert(named > 30);
  });

  it('call each file by its name', () => {
    for (const [, name, path = ''] of architecture.matchAll(/\[`([\w.-]+)`\]\(([\w/.-]+)\.ts\)/g)) {
      assert.equal(name, path.split('/').at(-1));
    }
  });

  it('leave out no folder of the repository', () => {
    const folders = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^(\.|node_modules|coverage)/.test(entry.name))
      .map(({ name }) => name)
      .filter((name) => !read('.gitignore').split('\n').includes(`${name}/`));
    for (const name of folders)
      assert(architecture.includes(`](${name}`) || architecture.includes(`\`${name}/`), name);
  });
});

/** What a class or an interface offers, without what is marked as internal. */
function membersOf(path: string, start: string): string[] {
  const text = read(path);
  const from = text.indexOf(start);
  assert(from >= 0, start);
  const body = text.slice(from, text.indexOf('\n}\n', from));
  return body
    .replace(/\/\*\*(?:(?!\*\/)[\s\S])*@internal[\s\S]*?\*\/\n.*/g, '')
    .split('\n')
    .map((line) => /^ {2}(?:readonly |async |get )*([a-z]\w*)[?(<:]/.exec(line)?.[1] ?? 'constructor')
    .filter((name) => name !== 'constructor');
}

describe('the READMEs of the sources', () => {
  it('call classes and types by their names', () => {
    const sources = ['src', 'nodes', 'bin']
      .flatMap((folder) =>
        readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
          join(folder, path),
        ),
      )
      .filter((path) => path.endsWith('.ts'))
      .map(read)
      .join('\n');
    const unknown = [
      'ARCHITECTURE.md',
      'src/client/README.md',
      'src/server/README.md',
      'nodes/README.md',
    ].flatMap((path) =>
      [...read(path).matchAll(/`([A-Z][a-z]\w*)`/g)]
        .map(([, name = '']) => name)
        .filter((name) => !new RegExp(`\\b(class|interface|type) ${name}\\b`).test(sources))
        .map((name) => `${path}: ${name}`),
    );
    assert.deepEqual(unknown, []);
  });
});
