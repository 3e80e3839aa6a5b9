/** What the README shows is what happens. Needs a build. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import manifest from '../package.json';
import { DARK, DASHBOARD, DIALOGS, EXAMPLE } from '../scripts/pictures/album';

const ROOT = join(__dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

describe('the README', () => {
  it('has a program that prints what its comments say', async () => {
    const [, program = ''] = /```js\n([\s\S]*?)```/.exec(README) ?? [];
    const expected = [...program.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text]) => text);
    assert.equal(expected.length, 2);
    // A package finds itself by its own name, so this is the program that users would run.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { cwd: ROOT, timeout: 60_000 },
    );
    assert.deepEqual(stdout.trim().split('\n'), expected);
  });

  it('points to files and headings that are there', () => {
    const headings = [...README.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const [, target = ''] of README.matchAll(/\]\(([^)]+)\)/g)) {
      if (target.startsWith('#')) assert(headings.includes(target.slice(1)), target);
      else if (!target.startsWith('http')) assert(existsSync(join(ROOT, target)), target);
    }
    // The nodes' help leads here.
    assert(headings.includes('errors'));
  });

  it('shows each picture that is taken of the editor and no other, with words for those who do not see it', () => {
    const taken = [...EXAMPLE, ...DASHBOARD, ...DIALOGS, ...DARK].map(({ file }) => file).sort();
    const shown = [...README.matchAll(/!\[([^\]]*)\]\(images\/([^)]+)\)/g)];
    assert.deepEqual(shown.map(([, , file]) => file).sort(), taken);
    assert.deepEqual(readdirSync(join(ROOT, 'images')).sort(), taken);
    for (const [, words = '', file] of shown) assert(words.length > 40, file);
  });

  it('names commands that exist', () => {
    const named = [...README.matchAll(/npm (?:run )?(start|test|build|pictures|docs)\b/g)].map(
      ([, name]) => name,
    );
    for (const name of named) assert(Object.hasOwn(manifest.scripts, name ?? ''), name);
  });
});
