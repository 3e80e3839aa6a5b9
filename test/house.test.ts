/** The rules of ARCHITECTURE.md: who may import whom, and what a file may be. They hold for type imports too. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { describe, it } from 'mocha';
import packageJson from '../package.json';

const ROOT = resolve(__dirname, '..');

interface SourceFile {
  /** From the root, with slashes, without `.ts`: `src/client/http/http`. */
  readonly path: string;
  /** Without comments. */
  readonly code: string;
  readonly lines: number;
  /** Files of this repository as paths like the above, libraries by name. */
  readonly imports: readonly string[];
}

const files = new Map(
  filesIn(['src', 'nodes', 'bin'], '.ts')
    .map(readSource)
    .map((file) => [file.path, file]),
);
const sources = [...files.values()];
/** What has a test of its own name: nodes are tested in a Node-RED and in a browser, by what they do. */
const library = sources.filter(({ path }) => !path.startsWith('nodes/'));

/** The rooms of the client, from the top: a file imports from its own room, and from those of the rows below it. */
const CLIENT_ROOMS = [
  ['src/client'],
  ['src/client/receive', 'src/client/publish'],
  ['src/client/connection', 'src/client/http', 'src/client/outbox'],
  ['src/client/identity'],
  ['src/client/common'],
];

/** Exports, numbers and types: nothing that could fail. A channel is tested through its one user, subscriptions. */
const UNTESTED = [
  'src/index',
  'src/server-sentences',
  'src/protocol/constants',
  'src/server/event',
  'src/engine/catalogue',
  'src/engine/engine',
  'src/engine/log',
  'src/client/receive/audience',
  'src/client/receive/channel',
  'src/client/connection/state',
  'src/client/publish/unfinished',
  'src/client/publish/lines/lines',
  'src/client/receive/subscription',
  'bin/settings/flag-table',
];

/** What the nodes need of the library, and no program: it is not exported. */
const INTERNAL = [
  'src/errors',
  'src/client/common/clock',
  'src/protocol/constants',
  'src/protocol/json',
  'src/protocol/message/message',
  'src/client/legacy',
  'src/client/publish/unfinished',
  'src/client/outbox/outbox',
  'src/client/outbox/outbox-reader',
  'src/store/folder',
];

describe('the imports', () => {
  it('are all found: each one leads to a file or to a library of package.json', () => {
    const libraries = new Set([
      ...Object.keys(packageJson.dependencies),
      ...Object.keys(packageJson.devDependencies),
    ]);
    expectNone(({ path, imports }) =>
      imports.filter((name) => {
        if (name.startsWith('node:')) return false;
        if (isOurs(name)) return !files.has(name);
        return !libraries.has(packageOf(name)) || (!path.startsWith('nodes/') && !isShipped(name));
      }),
    );
  });

  it('of words: nothing; of sentences: words, and what a server says; of errors: sentences', () => {
    expectNone(({ path, imports }) => (/^src\/(words|server-sentences)$/.test(path) ? imports : []));
    expectNone(({ path, imports }) =>
      path === 'src/sentences'
        ? imports.filter((name) => name !== 'src/words' && name !== 'src/server-sentences')
        : [],
    );
    expectNone(({ path, imports }) =>
      path === 'src/errors' ? imports.filter((name) => name !== 'src/sentences') : [],
    );
  });

  it('of protocol: errors, sentences, protocol and libraries, none of them for I/O', () => {
    expectNone(({ path, imports }) =>
      path.startsWith('src/protocol/')
        ? imports.filter((name) => name.startsWith('node:') || (isOurs(name) && !isPure(name)))
        : [],
    );
  });

  it('of client: errors, sentences, protocol, store and its own; of server the same, but an engine for a store', () => {
    for (const [side, keeps] of [
      ['src/client/', isStore],
      ['src/server/', isPort],
    ] as const) {
      expectNone(({ path, imports }) =>
        path.startsWith(side)
          ? imports.filter((name) => isOurs(name) && !isPure(name) && !keeps(name) && !name.startsWith(side))
          : [],
      );
    }
  });

  it('of engines: errors, sentences, store, the ports and their own; others are made of memory', () => {
    expectNone(({ path, imports }) => {
      if (!path.startsWith('src/engine/') || path === 'src/engine/open') return [];
      const engine = partOf(path, 3);
      const own = [engine, ...(/\/(disk|jetstream)$/.test(engine) ? ['src/engine/memory'] : [])];
      return imports.filter(
        (name) =>
          isOurs(name) &&
          !isSaying(name) &&
          !isStore(name) &&
          !isPort(name) &&
          !own.includes(partOf(name, 3)),
      );
    });
  });

  it('of store: errors, sentences and classic-level', () => {
    expectNone(({ path, imports }) =>
      isStore(path)
        ? imports.filter((name) =>
            isOurs(name) ? !isSaying(name) && !isStore(name) : !/^(node:|classic-level$)/.test(name),
          )
        : [],
    );
  });

  it('within client lead downwards, room by room', () => {
    const rowOf = (room: string): number => {
      const row = CLIENT_ROOMS.findIndex((rooms) => rooms.includes(room));
      assert(row >= 0, `${room} stands in no row of ${basename(__filename)}: say where it belongs`);
      return row;
    };
    expectNone(({ path, imports }) => {
      if (!path.startsWith('src/client/')) return [];
      const own = partOf(path, 3);
      const row = rowOf(own);
      return imports.filter((name) => {
        const room = partOf(name, 3);
        return name.startsWith('src/client/') && room !== own && rowOf(room) <= row;
      });
    });
  });

  it('of src: never nodes, nor Node-RED', () => {
    expectNone(({ path, imports }) =>
      path.startsWith('src/')
        ? imports.filter((name) => name.startsWith('nodes/') || /node-red/i.test(name))
        : [],
    );
  });

  it('of the program: the public face, engine, server, and its own, which nobody else imports', () => {
    expectNone(({ path, imports }) =>
      imports.filter((name) =>
        path.startsWith('bin/')
          ? isOurs(name) && !/^(bin|src\/(engine|server))\//.test(name) && name !== 'src/index'
          : name.startsWith('bin/'),
      ),
    );
  });

  it("of a node's runtime: src/index, a few internals, nodes/shared, its own folder, types of Node-RED", () => {
    expectNone(({ path, imports }) =>
      path.startsWith('nodes/') && !isBrowserCode(path)
        ? imports.filter((name) => isOurs(name) && (!isForRuntime(name, path) || name.endsWith('.editor')))
        : [],
    );
  });

  it("of an editor or a config: other editors' code, its own config, what of src is pure", () => {
    expectNone(({ path, imports }) =>
      isBrowserCode(path)
        ? imports.filter((name) => {
            if (!isOurs(name)) return true;
            if (isPure(name)) return false;
            const near = name.startsWith('nodes/shared/') || partOf(name, 2) === partOf(path, 2);
            return !near || !isBrowserCode(name);
          })
        : [],
    );
  });

  it('of rooms beside each other lead one way', () => {
    const isInside = (room: string, other: string): boolean => `${room}/`.startsWith(`${other}/`);
    const ways = new Map<string, string>();
    for (const { path, imports } of library) {
      for (const name of imports.filter((each) => files.has(each))) {
        const [room, other] = [dirname(path), dirname(name)];
        if (isInside(room, other) || isInside(other, room)) continue;
        ways.set(`${room} ${other}`, `${path} -> ${name}`);
      }
    }
    const both = [...ways].filter(([way]) => ways.has(way.split(' ').reverse().join(' ')));
    assert.deepEqual(
      both.map(([, example]) => example),
      [],
    );
  });

  it('of src find each thing in its own file: only index and sentences give on what is another one’s', () => {
    expectNone(({ path, code }) =>
      path.startsWith('src/') && path !== 'src/index' && path !== 'src/sentences'
        ? (code.match(/^export [^;=]*? from '[^']*'/gm) ?? [])
        : [],
    );
  });

  it('never go in a circle', () => {
    const done = new Set<string>();
    const follow = (path: string, trail: readonly string[]): void => {
      const at = trail.indexOf(path);
      assert(at < 0, `circle: ${[...trail.slice(at), path].join(' -> ')}`);
      if (done.has(path)) return;
      for (const name of files.get(path)?.imports ?? []) if (files.has(name)) follow(name, [...trail, path]);
      done.add(path);
    };
    for (const { path } of sources) follow(path, []);
  });
});

describe('the library', () => {
  it('sees no RED, console or process.env', () => {
    expectNone(({ path, code }) =>
      path.startsWith('src/') ? (code.match(/\bRED\.|\bNodeAPI\b|\bconsole\.|\bprocess\.env\b/g) ?? []) : [],
    );
  });

  it('has no clock and no timer in protocol', () => {
    expectNone(({ path, code }) =>
      path.startsWith('src/protocol/')
        ? (code.match(/\bset(Timeout|Interval|Immediate)\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\b/g) ??
          [])
        : [],
    );
  });

  it('says what people see as sentences, which have a key: no error is made of a text', () => {
    expectNone(({ path, code }) =>
      /^src\/(client|store|protocol)\//.test(path)
        ? (code.match(/new (?!Range|Type)\w*(Error|Damage)\(\s*['"`][^,;]*/g) ?? [])
        : [],
    );
  });

  it('has no file of more than 300 lines', () => {
    expectNone(({ lines }) => (lines > 300 ? [`${lines} lines`] : []));
  });

  it('starts each file with what it is for', () => {
    // The program's first line says what runs it.
    const bare = sources.filter(
      ({ path }) => !/^(#!.*\n)?\/\*\*/.test(readFileSync(join(ROOT, `${path}.ts`), 'utf8')),
    );
    assert.deepEqual(
      bare.map(({ path }) => path),
      [],
    );
  });

  it('has a test for each file, of the same name', () => {
    const tested = new Set(filesIn(['test'], '.test.ts'));
    const untested = library
      .map(({ path }) => path)
      .filter((path) => !tested.has(`test/${path.replace(/^src\//, '')}.test.ts`));
    assert.deepEqual(untested.sort(), UNTESTED.toSorted());
  });

  it('is listed in ARCHITECTURE.md, folder by folder', () => {
    const architecture = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
    const told = new Set([...architecture.matchAll(/^\| `([^`]+)\/` \|/gm)].map(([, folder]) => folder));
    const there = new Set(sources.map(({ path }) => dirname(path)).filter((folder) => !isNode(folder)));
    assert.deepEqual([...there].sort(), [...told].sort());
  });

  it('has no folder of more than 15 files, nor has what is beside it', () => {
    const counts = new Map<string, number>();
    for (const path of filesIn(['src', 'nodes', 'bin', 'test', 'scripts', 'bench'], '')) {
      if (statSync(join(ROOT, path)).isFile())
        counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    }
    assert.deepEqual(
      [...counts].filter(([, count]) => count > 15),
      [],
    );
  });
});

describe('scripts, bench and style sheets', () => {
  it('have no file of more than 300 lines', () => {
    const sheets = filesIn(['nodes'], '').filter((path) => path.endsWith('.css'));
    const long = [...filesIn(['scripts', 'bench'], ''), ...sheets].filter(
      (path) =>
        /\.(mjs|js|ts|css)$/.test(path) &&
        readFileSync(join(ROOT, path), 'utf8').split('\n').length - 1 > 300,
    );
    assert.deepEqual(long, []);
  });
});

describe('the tests', () => {
  it('have no file of more than 600 lines', () => {
    const long = filesIn(['test'], '.ts').filter(
      (path) => readFileSync(join(ROOT, path), 'utf8').split('\n').length - 1 > 600,
    );
    assert.deepEqual(long, []);
  });
});

describe('the documents', () => {
  it('link to files that are there', () => {
    const documents = [
      ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
      ...filesIn(['src', 'nodes', 'bench', 'guide', 'examples'], '.md'),
    ];
    const dead = documents.flatMap((document) =>
      [...readFileSync(join(ROOT, document), 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
        .map(([, link = '']) => link)
        .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(ROOT, dirname(document), link)))
        .map((link) => `${document}: ${link}`),
    );
    assert.deepEqual(dead, []);
  });
});

describe('the rules of src/PROTOCOL.md', () => {
  const rules = new Set(
    [...readFileSync(join(ROOT, 'src/PROTOCOL.md'), 'utf8').matchAll(/^- \*\*(P\d+)\*\*/gm)].map(
      ([, rule]) => rule,
    ),
  );
  // P01, with a zero, is a check of the flow library's.
  const citedIn = (folders: readonly string[]) =>
    filesIn(folders, '.ts')
      .filter((path) => !path.endsWith(basename(__filename)))
      .flatMap((path) => readFileSync(join(ROOT, path), 'utf8').match(/\bP[1-9]\d*\b/g) ?? []);

  it('that code and tests cite exist', () => {
    const cited = new Set(citedIn(['src', 'nodes', 'test']));
    assert.deepEqual(
      [...cited].filter((rule) => !rules.has(rule)),
      [],
    );
  });

  it('are each proven by a test that cites them', () => {
    const proven = new Set(citedIn(['test']));
    assert.deepEqual(
      [...rules].filter((rule) => rule !== undefined && !proven.has(rule)),
      [],
    );
  });
});

function filesIn(folders: readonly string[], end: string): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
        join(folder, path),
      ),
    )
    .filter((path) => path.endsWith(end))
    .map(slashes);
}

function readSource(file: string): SourceFile {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const code = withoutComments(text);
  const imports = [
    ...code.matchAll(/\b(?:from|import|require)\s*\(?\s*'([^']+)'/g),
    ...code.matchAll(/\b(?:from|import|require)\s*\(?\s*"([^"]+)"/g),
  ].map(([, name = '']) => {
    return name.startsWith('.') ? slashes(relative(ROOT, resolve(ROOT, dirname(file), name))) : name;
  });
  return { path: file.replace(/\.ts$/, ''), code, lines: text.split('\n').length - 1, imports };
}

/** Strings are matched too, so that the slashes in `http://` start no comment. */
function withoutComments(code: string): string {
  return code.replace(
    /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_match, text: string | undefined) => text ?? '',
  );
}

/** Fails with the path of each file that has something wrong, and what that is. */
function expectNone(wrong: (file: SourceFile) => readonly string[]): void {
  const found = sources.flatMap((file) => wrong(file).map((what) => `${file.path}: ${what}`));
  assert.deepEqual(found, []);
}

function isOurs(name: string): boolean {
  return /^(src|nodes|bin|test)\//.test(name);
}

function isSaying(name: string): boolean {
  return name === 'src/errors' || name === 'src/sentences';
}

function isPure(name: string): boolean {
  return isSaying(name) || name.startsWith('src/protocol/');
}

/** The folders of the nodes are named by `package.json`. */
function isNode(folder: string): boolean {
  return /^nodes\/stream-sea-[a-z]+$/.test(folder);
}

function isStore(name: string): boolean {
  return name.startsWith('src/store/');
}

/** What a server sees of an engine: the ports, and the door that opens one. */
function isPort(name: string): boolean {
  return dirname(name) === 'src/engine';
}

/** Runs in the browser, or could: configs, and what the two sides say to each other, are shared by both. */
function isBrowserCode(path: string): boolean {
  return path.startsWith('nodes/') && (/\.(editor|config)$/.test(path) || isWire(path));
}

function isWire(path: string): boolean {
  return path.startsWith('nodes/shared/wire/');
}

function isForRuntime(name: string, importer: string): boolean {
  return (
    name === 'src/index' ||
    INTERNAL.includes(name) ||
    name.startsWith('nodes/shared/') ||
    partOf(name, 2) === partOf(importer, 2)
  );
}

/** The first folders of a path: `src/engine/disk` of all that is in it. */
function partOf(path: string, depth: number): string {
  return dirname(path).split('/').slice(0, depth).join('/');
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function isShipped(name: string): boolean {
  return packageOf(name) in { ...packageJson.dependencies, ...packageJson.peerDependencies };
}

function slashes(path: string): string {
  return path.split(sep).join('/');
}
