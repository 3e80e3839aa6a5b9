import assert from 'node:assert/strict';
import { editorFiles } from '../support/browser/editor-page';

/** Bytes of all that the editor loads of this package before any dialog is opened. */
const AT_START = 115_000;

/** The same with all parts that are loaded later, but what draws charts, which is another's. */
const WITH_ALL_PARTS = 184_000;

const SHARED = ['editor.js', 'editor.css'];

describe('what the editor loads', () => {
  const sizeOf = (texts: readonly string[]) => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

  it('is light', async () => {
    const { resources, pages } = await editorFiles();
    const shared = SHARED.map((name) => resources.get(name) ?? assert.fail(name));
    const start = sizeOf([...shared, ...pages.values()]);
    assert(start <= AT_START, `${start} bytes at the start`);
    const all = sizeOf([...resources.values(), ...pages.values()]);
    assert(all <= WITH_ALL_PARTS, `${all} bytes with what is loaded later`);
  });

  it('has in its first script nothing of what is loaded later', async () => {
    const { resources } = await editorFiles();
    const first = resources.get('editor.js') ?? '';
    const texts = {
      'filter-dialog.js': 'sea-filter-columns',
      'schema-dialog.js': 'sea-define-panel',
    };
    for (const [name, text] of Object.entries(texts)) {
      assert(resources.get(name)?.includes(text), name);
      assert(!first.includes(text), name);
    }
  });

  it('has another address for each content', async () => {
    const { resources, pages } = await editorFiles();
    const version = /streamSea\.version="(\w+)"/.exec(resources.get('editor.js') ?? '')?.[1] ?? assert.fail();
    for (const page of pages.values()) assert(page.includes(`"${version}"`));
    for (const name of resources.keys()) {
      if (SHARED.includes(name)) continue;
      assert(resources.get('editor.js')?.includes(`/${name.replace('.js', '')}":"`), name);
    }
  });
});
