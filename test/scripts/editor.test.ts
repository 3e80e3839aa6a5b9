/** What the editor loads, as it was built. Needs a whole build: one made with `--quick` is not light. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_TYPES } from '../support/browser/editor-page';
import { type BuiltEditor, builtEditor } from '../support/package/built';
import { ROOT } from '../support/root';

/** Bytes of all that the editor loads of this package before any dialog is opened. */
const AT_START = 96_500;

/** The same with all parts that are loaded later, but what draws charts, which is another's. */
const WITH_ALL_PARTS = 150_000;

const SHARED = ['editor.js', 'editor.css'];

describe('what the editor loads', () => {
  let resources: BuiltEditor['resources'];
  let pages: BuiltEditor['pages'];

  before(() => {
    ({ resources, pages } = builtEditor());
  });

  const sizeOf = (texts: readonly string[]) => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

  it('is light', () => {
    const shared = SHARED.map((name) => resources.get(name) ?? assert.fail(name));
    const start = sizeOf([...shared, ...pages.values()]);
    assert(start <= AT_START, `${start} bytes at the start`);
    const all = sizeOf([...resources.values(), ...pages.values()]);
    assert(all <= WITH_ALL_PARTS, `${all} bytes with what is loaded later`);
  });

  it('weighs what guide/speed.md says', () => {
    const guide = readFileSync(join(ROOT, 'guide', 'speed.md'), 'utf8').replace(/\s+/g, ' ');
    const kilobytes = (...names: readonly string[]) =>
      String(Math.round(sizeOf(names.map((name) => resources.get(name) ?? assert.fail(name))) / 1_000));
    const ofPages = sizeOf([...pages.values()]);
    const said = (before: string, after: string) =>
      guide
        .split(before)[1]
        ?.split(after)[0]
        ?.match(/\d+(?= kB)/g) ?? assert.fail(before);
    assert.deepEqual(said('all seven nodes load', 'What only'), [
      String(Math.round((ofPages + sizeOf(SHARED.map((name) => resources.get(name) ?? ''))) / 1_000)),
      String(Math.round(ofPages / 1_000)),
      kilobytes('editor.js'),
      kilobytes('editor.css'),
    ]);
    const later = ['schema-dialog', 'filter-dialog', 'clients-part', 'sidebar-servers', 'value-chart'];
    assert.deepEqual(
      said('some dialogs need', ', and '),
      later.map((name) => kilobytes(`${name}.js`)),
    );
  });

  it('has in its first script nothing of what is loaded later', () => {
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

  it('has another address for each content', () => {
    const first = resources.get('editor.js') ?? '';
    assert.equal(pages.size, NODE_TYPES.length);
    const version = /streamSea\.version="(\w+)"/.exec(first)?.[1] ?? assert.fail();
    for (const page of pages.values()) assert(page.includes(`"${version}"`));
    for (const [name, text] of resources) {
      const address = createHash('sha256').update(text).digest('hex').slice(0, 12);
      if (name !== 'editor.js') assert(first.includes(address), name);
    }
  });
});
