/** What came of a build is taken by the next one where it would make the same, and never else. */

import assert from 'node:assert/strict';
import { appendFileSync, cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { before, beforeEach, describe, it } from 'mocha';
import { ROOT } from '../../support/root';
import { freshFolder } from '../../support/store/folders';

interface Scripts {
  readonly text: string;
  readonly parts: ReadonlyMap<string, string>;
}

const SCRIPTS: Scripts = {
  text: 'window.streamSea = { low: function () { return "low tide" + 1; } };',
  parts: new Map([['ebb', 'window.streamSea.ebb = function () { return "low tide" + 2; };']]),
};

describe('light scripts', () => {
  let lightScripts: (root: string, scripts: Scripts) => Promise<Scripts>;
  let root: string;
  let kept: string;

  before(async () => {
    ({ lightScripts } = await import(pathToFileURL(join(ROOT, 'scripts/build/light-scripts.mjs')).href));
  });

  beforeEach(() => {
    root = freshFolder();
    kept = join(root, '.cache', 'light-scripts.json');
  });

  /** Tells what was kept from what is made anew. */
  function mark(): void {
    writeFileSync(kept, JSON.stringify({ ...JSON.parse(readFileSync(kept, 'utf8')), text: 'kept' }));
  }

  it('are kept, and taken where they would be made of the same', async () => {
    const { text, parts } = await lightScripts(root, SCRIPTS);
    assert(text.length < SCRIPTS.text.length);
    assert.match(text, /low tide/);
    mark();
    assert.deepEqual(await lightScripts(root, SCRIPTS), { text: 'kept', parts });
  });

  it('are made anew where the first or another one, or its name, has changed', async () => {
    const parts = [...SCRIPTS.parts];
    for (const other of [
      { ...SCRIPTS, text: SCRIPTS.text.replace('1', '3') },
      { ...SCRIPTS, parts: new Map(parts.map(([name, part]) => [name, part.replace('2', '3')])) },
      { ...SCRIPTS, parts: new Map(parts.map(([, part]) => ['flow', part])) },
    ]) {
      await lightScripts(root, SCRIPTS);
      mark();
      const { text, parts } = await lightScripts(root, other);
      assert.notEqual(text, 'kept');
      assert.deepEqual([...parts.keys()], [...other.parts.keys()]);
      assert.equal(
        /3/.test([text, ...parts.values()].join('')),
        /3/.test([...other.parts.values(), other.text].join('')),
      );
    }
  });

  it('are made anew where what makes them has changed', async () => {
    const makers = join(root, 'scripts/build');
    cpSync(join(ROOT, 'scripts/build'), makers, { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    const copy = await import(pathToFileURL(join(makers, 'light-scripts.mjs')).href);
    for (const name of ['light-scripts', 'squeezed', 'syntax', 'words']) {
      const made = await copy.lightScripts(root, SCRIPTS);
      mark();
      appendFileSync(join(makers, `${name}.mjs`), '\n');
      assert.deepEqual(await copy.lightScripts(root, SCRIPTS), made, name);
    }
  });

  it('are made anew where what was kept cannot be read', async () => {
    const made = await lightScripts(root, SCRIPTS);
    for (const text of ['', '{"of":', 'null']) {
      writeFileSync(kept, text);
      assert.deepEqual(await lightScripts(root, SCRIPTS), made);
    }
  });
});
