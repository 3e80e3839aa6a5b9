/** How test files are dealt out to processes. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { before, describe, it } from 'mocha';
import durations from '../../scripts/durations.json';
import { ROOT } from '../support/root';

interface TestFiles {
  testFiles(): string[];
  isQuick(file: string, durations?: Readonly<Record<string, number>>): boolean;
  startsPrograms(file: string): boolean;
  portions(files: readonly string[], lanes: number, durations: Readonly<Record<string, number>>): string[][];
}

describe('the test files', () => {
  let scripts: TestFiles;

  before(async () => {
    scripts = await import(pathToFileURL(join(ROOT, 'scripts/test-files.mjs')).href);
  });

  it('are dealt out whole, those that take longest first, the others in portions of about equal length', () => {
    const seconds = { a: 200, b: 20, c: 60, d: 20, e: 100 };
    const portions = scripts.portions(['a', 'b', 'c', 'd', 'e', 'f'], 2, seconds);
    assert.deepEqual(portions, [['a'], ['e'], ['c'], ['b', 'f'], ['d']]);
    assert.deepEqual(scripts.portions([], 2, {}), []);
  });

  it('are all in some portion, and in one only', () => {
    const files = scripts.testFiles();
    assert(files.includes('test/scripts/test-files.test.ts'));
    assert.deepEqual(scripts.portions(files, 2, durations).flat().sort(), files);
  });

  it('are quick where they start no other program and read no build, by themselves or by what they import', () => {
    for (const file of ['test/sentences.test.ts', 'test/client/client.test.ts', 'test/house.test.ts']) {
      assert(scripts.isQuick(file), file);
    }
    for (const file of [
      'test/readme.test.ts',
      'test/e2e/boiler.test.ts',
      'test/engine/jetstream/cluster.test.ts',
      'test/faults/kill.test.ts',
      'test/torture/torture.test.ts',
      'test/scripts/editor.test.ts',
    ]) {
      assert(!scripts.isQuick(file), file);
    }
  });

  it('are quick where that took less than ten seconds when it was recorded', () => {
    const file = 'test/house.test.ts';
    assert(scripts.isQuick(file, {}));
    assert(scripts.isQuick(file, { [file]: 9 }));
    assert(!scripts.isQuick(file, { [file]: 10 }));
  });

  it('are together with their neighbours, where there is room: what they stand on is loaded once', () => {
    const seconds = { 'test/a/1': 14, 'test/b/1': 14, 'test/a/2': 9, 'test/b/2': 9 };
    const portions = scripts.portions(Object.keys(seconds).reverse(), 1, seconds);
    assert.deepEqual(portions, [
      ['test/b/1', 'test/b/2'],
      ['test/a/1', 'test/a/2'],
    ]);
  });

  it('are looked at twice, when they fail, where other programs set their pace', () => {
    for (const file of ['test/nodes/editor/dialogs.test.ts', 'test/engine/jetstream/cluster.test.ts']) {
      assert(scripts.startsPrograms(file), file);
    }
    for (const file of ['test/client/client.test.ts', 'test/torture/torture.test.ts']) {
      assert(!scripts.startsPrograms(file), file);
    }
  });
});
