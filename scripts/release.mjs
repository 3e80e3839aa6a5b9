/**
 * `npm run release`: what has to hold before a version is published is checked, then the tests run, and what npm packs
 * is published, with a proof of which commit it was made of: only CI can give that, so elsewhere `npm run release --
 * --dry-run` does all but the last step. With that, `--without-tests` leaves the tests out. A folder behind them is that
 * of the package, this one by default.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const BRANCH = 'main';

const { values: wanted, positionals } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    'without-tests': { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const root = resolve(positionals[0] ?? join(import.meta.dirname, '..'));

const { name, version } = JSON.parse(read('package.json'));

/** By what is wrong: whether it is. */
const obstacles = {
  'There are changes that are not committed.': () => git('status', '--porcelain') !== '',
  [`This is not the branch ${BRANCH}.`]: () => git('branch', '--show-current') !== BRANCH,
  [`CHANGELOG.md says nothing of ${version}.`]: () => !newsOf(version),
  'package-lock.json is of another version.': () => JSON.parse(read('package-lock.json')).version !== version,
  [`There is a tag v${version} already: package.json needs another version.`]: () =>
    git('tag', '--list', `v${version}`) !== '',
};

function main() {
  if (wanted['without-tests'] && !wanted['dry-run']) return fail('What is published is tested before.');
  const found = Object.entries(obstacles).filter(([, isThere]) => isThere());
  if (found.length > 0) return fail(...found.map(([words]) => words));
  if (!wanted['without-tests'] && run(process.execPath, 'scripts/test.mjs') !== 0)
    return fail('A test has failed.');
  if (run(process.execPath, 'scripts/build.mjs') !== 0) return fail('It cannot be built.');
  const folder = mkdtempSync(join(tmpdir(), 'stream-sea-release-'));
  try {
    const [{ filename }] = JSON.parse(
      output('npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
    );
    const dry = wanted['dry-run'] ? ['--dry-run'] : [];
    const archive = join(folder, filename);
    if (run('npm', 'publish', archive, '--provenance', '--access', 'public', ...dry) !== 0) {
      return fail('npm has not published it.');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(
    wanted['dry-run']
      ? `${name} ${version} could be published.`
      : `${name} ${version} is published. Its tag: git tag v${version} && git push origin v${version}`,
  );
}

/** What stands below the heading of a version. */
function newsOf(wantedVersion) {
  const [, ...parts] = read('CHANGELOG.md').split(/^## /m);
  const part = parts.find((text) => /^\[?([^\s\]]+)/.exec(text)?.[1] === wantedVersion);
  return part?.split('\n').slice(1).join('').trim();
}

function read(file) {
  return readFileSync(join(root, file), 'utf8');
}

function git(...parameters) {
  return output('git', ...parameters).trim();
}

function output(command, ...parameters) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  return execFileSync(command, parameters, {
    cwd: root,
    stdio,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
}

function run(command, ...parameters) {
  return spawnSync(command, parameters, { cwd: root, stdio: 'inherit' }).status;
}

function fail(...lines) {
  for (const line of lines) console.error(line);
  process.exitCode = 1;
}

main();
