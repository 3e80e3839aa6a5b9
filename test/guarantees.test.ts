/** What README.md promises, number by number, is held by tests that try to break it, and say which. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';

const ROOT = resolve(__dirname, '..');

const promised = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^- \*\*(G\d+) /gm)].map(
  ([, number = '']) => number,
);

/** Numbers named by the titles of tests, with the files that do. */
const cited = new Map<string, Set<string>>();
for (const file of readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.test.ts')) continue;
  const text = readFileSync(join(ROOT, 'test', file), 'utf8');
  for (const [, title = ''] of text.matchAll(/\b(?:it|describe)\(\s*(['"`].*?['"`]),/gs)) {
    for (const [number] of title.matchAll(/\bG\d+\b/g)) {
      cited.set(number, (cited.get(number) ?? new Set()).add(file));
    }
  }
}

describe('the guarantees of README.md', () => {
  it('are numbered from 1, without a gap', () => {
    assert.ok(promised.length > 0);
    assert.deepEqual(
      promised,
      promised.map((_, index) => `G${index + 1}`),
    );
  });

  it('are each tried by a test that names it', () => {
    assert.deepEqual(
      promised.filter((number) => !cited.has(number)),
      [],
    );
  });

  it('are all that tests name', () => {
    assert.deepEqual(
      [...cited.keys()].filter((number) => !promised.includes(number)),
      [],
    );
  });
});
