import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../support/root';

const NODE = 'nodes/tide';

/** Without what a browser has: reading that takes a compiler longer than all else here. */
const COMPILER = { strict: true, module: 'nodenext', lib: ['es2023'], skipLibCheck: true, types: [] };

/** The smallest package that the build takes: one node, with all that belongs to one. */
const SOURCES: Record<string, string> = {
  'package.json': JSON.stringify({
    type: 'commonjs',
    'node-red': { nodes: { tide: 'dist/nodes/tide/tide.js' } },
  }),
  'tsconfig.build.json': JSON.stringify({
    compilerOptions: { ...COMPILER, rootDir: '.', outDir: 'dist' },
    include: ['nodes'],
    exclude: ['nodes/**/*.editor.ts'],
  }),
  'tsconfig.editor.json': JSON.stringify({
    compilerOptions: { ...COMPILER, noEmit: true },
    include: ['nodes/**/*.editor.ts'],
  }),
  [`${NODE}/tide.ts`]: "import { DEFAULTS } from './tide.config';\nexport const name = DEFAULTS.name;\n",
  [`${NODE}/tide.config.ts`]: "export const DEFAULTS = { name: 'high' };\n",
  [`${NODE}/tide.editor.ts`]:
    "import { DEFAULTS } from './tide.config';\ndeclare function show(text: string): void;\nshow(DEFAULTS.name + '</script>');\n",
  [`${NODE}/behaviour.editor.ts`]: "export const label = 'the tide is high';\n",
  [`${NODE}/tide.html`]: '<script type="text/html" data-template-name="tide"></script>\n',
  [`${NODE}/locales/en-US/tide.json`]: '{ "label": { "type": "tide" } }\n',
  [`${NODE}/locales/en-US/tide.html`]: '<script type="text/markdown" data-help-name="tide">Tells.</script>\n',
  [`${NODE}/locales/de/tide.json`]: '{ "label": { "type": "Gezeit" } }\n',
  'icons/tide.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
};

describe('the build', function () {
  // Each of its tests runs compilers, up to five times.
  this.timeout(120_000);

  let root: string;

  function begin(): void {
    root = mkdtempSync(join(tmpdir(), 'stream-sea-build-'));
    for (const [file, text] of Object.entries(SOURCES)) write(file, text);
  }

  const end = () => rmSync(root, { recursive: true, force: true });

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }

  function build(): { status: number | null; printed: string; complaint: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), root], {
      encoding: 'utf8',
    });
    return { status, printed: stdout, complaint: stderr };
  }

  function built(): Record<string, string> {
    const files = readdirSync(join(root, 'dist'), { recursive: true, withFileTypes: true });
    const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    return Object.fromEntries(
      paths.sort().map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')]),
    );
  }

  function assertFails(reason: RegExp): void {
    const { status, complaint } = build();
    assert.match(complaint, reason);
    assert.match(complaint, /^build failed: /);
    assert.equal(status, 1);
  }

  describe('of what is whole', () => {
    let outcome: ReturnType<typeof build>;
    let first: Record<string, string>;
    let second: Record<string, string>;

    before(() => {
      begin();
      outcome = build();
      first = built();
      write('dist/nodes/gone/gone.js', '');
      build();
      second = built();
    });

    after(end);

    it('makes the pair of a node, beside it its catalogues, and beside the first node the icons', () => {
      const { status, printed, complaint } = outcome;
      assert.equal(status, 0, complaint);
      assert.match(printed, /^compile.*\nclean dist and resources.*\nbundle 1 editors.*\ncopy.*\ncheck.*\n$/);
      assert.deepEqual(
        Object.keys(first).filter((file) => !file.endsWith('.d.ts')),
        [
          'dist/nodes/tide/icons/tide.svg',
          'dist/nodes/tide/locales/de/tide.json',
          'dist/nodes/tide/locales/en-US/tide.html',
          'dist/nodes/tide/locales/en-US/tide.json',
          'dist/nodes/tide/tide.config.js',
          'dist/nodes/tide/tide.html',
          'dist/nodes/tide/tide.js',
        ],
      );
    });

    it('puts a registration and what it imports into one script before its dialog', () => {
      const page = first['dist/nodes/tide/tide.html'] ?? '';
      assert.match(page, /^<script type="text\/javascript">\nshow\("high<\\\/script>"\);\n/);
      assert.match(page, /<\/script>\n\n<script type="text\/html" data-template-name="tide">/);
      assert.equal(page.match(/<\/script>/g)?.length, 2, 'a text must not end the script');
    });

    it('makes the same from the same', () => {
      for (const [file, text] of Object.entries(first)) assert.equal(second[file], text, file);
    });

    it('leaves nothing behind of what was built before', () => {
      assert.deepEqual(Object.keys(second), Object.keys(first));
    });
  });

  describe('fails', () => {
    beforeEach(begin);
    afterEach(end);

    it('for a type error in a runtime, and leaves what was built before', () => {
      write('dist/nodes/tide/tide.js', "exports.name = 'low';\n");
      write(`${NODE}/tide.ts`, "export const name: number = 'high';\n");
      assertFails(/tsconfig\.build\.json:\n.*tide\.ts\(1,14\): error TS2322/);
      assert.deepEqual(built(), { 'dist/nodes/tide/tide.js': "exports.name = 'low';\n" });
    });

    it('for a type error in an editor', () => {
      write(`${NODE}/tide.editor.ts`, "const name: number = 'high';\nexport { name };\n");
      assertFails(/tsconfig\.editor\.json:\n.*tide\.editor\.ts\(1,7\): error TS2322/);
    });

    it('for a node without an editor, a dialog, a help or a runtime', () => {
      for (const [file, reason] of [
        [`${NODE}/tide.editor.ts`, /tide\.editor\.ts|No inputs/],
        [`${NODE}/behaviour.editor.ts`, /nodes\/tide\/behaviour\.editor/],
        [`${NODE}/tide.html`, /tide\.html/],
        [`${NODE}/locales/en-US/tide.html`, /locales\/en-US\/tide\.html is missing/],
        [`${NODE}/tide.ts`, /tide\.js is missing/],
      ] as const) {
        rmSync(join(root, file));
        assertFails(reason);
        write(file, SOURCES[file] ?? '');
      }
    });

    it('for a dialog of another node', () => {
      write(`${NODE}/tide.html`, '<script type="text/html" data-template-name="ebb"></script>\n');
      assertFails(/tide\.html has no template for tide/);
    });

    it('for a field that nobody draws, or that has no end', () => {
      write('nodes/shared/editor/editor.css', '');
      write('nodes/shared/editor/style-sheet.editor.ts', 'export function addStyleSheet(): void {}\n');
      write('nodes/shared/editor/tips.editor.ts', 'export function placeTips(): void {}\n');
      write(
        'nodes/shared/editor/fields/page-fields.editor.ts',
        "export function drawFields(): void {}\nexport const withFields = (_type: string, template: string): string => template.replace('<sea-wave></sea-wave>', '~');\n",
      );
      const dialog = (fields: string): void =>
        write(`${NODE}/tide.html`, `<script type="text/html" data-template-name="tide">${fields}</script>\n`);
      dialog('<sea-wave></sea-wave><!-- <sea-ebb> -->');
      assert.equal(build().complaint, '');
      for (const tag of ['<sea-ebb>', '<sea-wave>']) {
        dialog(`<sea-wave></sea-wave>\n${tag}`);
        assertFails(new RegExp(`tide\\.html: ${tag} is no field`));
      }
    });

    it('for a catalogue that is not JSON', () => {
      write(`${NODE}/locales/en-US/tide.json`, '{ "label": }');
      assertFails(/tide\.json: .*JSON/);
    });
  });
});
