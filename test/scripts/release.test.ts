/** `npm run release -- --dry-run` on a copy of this repository: all but publishing, without the internet. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { version } from '../../package.json';
import { type Checkout, copyCheckout } from '../support/package/checkout';
import { ROOT } from '../support/root';

const NEWS = `# Changelog\n\n## Unreleased\n\n## ${version} - 2026-01-01\n\n- All of it.\n`;

describe('npm run release', function () {
  this.timeout(120_000);

  let checkout: Checkout;

  before(async () => {
    checkout = await copyCheckout();
    for (const part of ['README.md', 'LICENSE', 'deploy', 'guide', 'package-lock.json', '.gitignore']) {
      cpSync(join(ROOT, part), join(checkout.folder, part), { recursive: true });
    }
    write('.gitignore', `${read('.gitignore')}node_modules\n`);
    write('CHANGELOG.md', NEWS);
    git('init', '--quiet', '--initial-branch=main');
    commit();
  });

  after(() => checkout?.remove());

  function run(command: string, ...parameters: string[]) {
    return spawnSync(command, parameters, {
      cwd: checkout.folder,
      encoding: 'utf8',
      // Nothing is to be asked of a registry.
      env: { ...process.env, npm_config_registry: 'http://127.0.0.1:1/', npm_config_fetch_retries: '0' },
    });
  }

  function git(...parameters: string[]): void {
    const { status, stderr } = run('git', '-c', 'user.name=A', '-c', 'user.email=a@b.example', ...parameters);
    assert.equal(status, 0, stderr);
  }

  function commit(): void {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'All.');
  }

  function read(file: string): string {
    return readFileSync(join(checkout.folder, file), 'utf8');
  }

  function write(file: string, text: string): void {
    writeFileSync(join(checkout.folder, file), text);
  }

  function release(...parameters: string[]) {
    return run(process.execPath, 'scripts/release.mjs', ...parameters);
  }

  it('shows what would be published, and publishes nothing', () => {
    const { status, stdout, stderr } = release('--dry-run', '--without-tests');
    assert.equal(status, 0, stderr);
    assert.match(stdout, new RegExp(`${version} could be published\\.\n$`));
    assert.match(stderr, /dist\/src\/index\.js[\s\S]*public access \(dry-run\)/);
    assert.doesNotMatch(stderr, /\.test\.ts|scripts\//);
  });

  it('never leaves the tests out when it publishes', () => {
    const { status, stderr } = release('--without-tests');
    assert.equal(stderr, 'What is published is tested before.\n');
    assert.equal(status, 1);
  });

  it('says all that is in the way', () => {
    git('switch', '--quiet', '--create', 'other');
    git('tag', `v${version}`);
    write('CHANGELOG.md', NEWS.replace(version, '9.9.9'));
    write(
      'package-lock.json',
      read('package-lock.json').replace(`"version": "${version}"`, '"version": "9.9.9"'),
    );
    const { status, stderr } = release('--dry-run', '--without-tests');
    assert.deepEqual(stderr.trim().split('\n'), [
      'There are changes that are not committed.',
      'This is not the branch main.',
      `CHANGELOG.md says nothing of ${version}.`,
      'package-lock.json is of another version.',
      `There is a tag v${version} already: package.json needs another version.`,
    ]);
    assert.equal(status, 1);
  });
});
