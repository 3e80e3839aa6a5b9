import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { editorFiles } from '../support/browser/editor-page';

/** Bytes of all that the editor loads of this package before any dialog is opened. */
const AT_START = 96_500;

/** The same with all parts that are loaded later, but what draws charts, which is another's. */
const WITH_ALL_PARTS = 150_000;

const SHARED = ['editor.js', 'editor.css'];

describe('what the editor loads', () => {
  const sizeOf = (texts: readonly string[]) => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

  it('is light', async () => {
    const { resources, pages } = await editorFiles(true);
    const shared = SHARED.map((name) => resources.get(name) ?? assert.fail(name));
    const start = sizeOf([...shared, ...pages.values()]);
    assert(start <= AT_START, `${start} bytes at the start`);
    const all = sizeOf([...resources.values(), ...pages.values()]);
    assert(all <= WITH_ALL_PARTS, `${all} bytes with what is loaded later`);
  });

  it('has in its first script nothing of what is loaded later', async () => {
    const { resources } = await editorFiles(true);
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
    const { resources, pages } = await editorFiles(true);
    const first = resources.get('editor.js') ?? '';
    const version = /streamSea\.version="(\w+)"/.exec(first)?.[1] ?? assert.fail();
    for (const page of pages.values()) assert(page.includes(`"${version}"`));
    for (const [name, text] of resources) {
      const address = createHash('sha256').update(text).digest('hex').slice(0, 12);
      if (name !== 'editor.js') assert(first.includes(address), name);
    }
  });
});
