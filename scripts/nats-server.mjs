/** The NATS server that the engine `jetstream` is tested on: found on this machine, or got where that is possible. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const HOW_TO_GET_IT =
  'No nats-server found: install it ("sudo apt-get install nats-server" on Debian), or set NATS_SERVER to the path of one.';

/**
 * The path of a nats-server; on a Debian where we are root, one is installed when there is none.
 *
 * @param {(line: string) => void} log
 * @throws Error that says in one line how to get one
 */
export function getNatsServer(log) {
  const asked = process.env.NATS_SERVER;
  if (asked) {
    if (existsSync(asked)) return asked;
    throw new Error(`NATS_SERVER=${asked} does not exist.`);
  }
  const found = findNatsServer() ?? (installNatsServer(log) ? findNatsServer() : undefined);
  if (found === undefined) throw new Error(HOW_TO_GET_IT);
  return found;
}

function findNatsServer() {
  const folders = ['/usr/sbin', '/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, 'nats-server')).find((place) => existsSync(place));
}

function installNatsServer(log) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  log('No nats-server found: installing it with apt-get ...');
  const aptGet = (...parameters) =>
    spawnSync('apt-get', parameters, {
      stdio: ['ignore', 'ignore', 'inherit'],
      // The package brings a service; in this run level none is started. Tests start servers of their own.
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    }).status === 0;
  return aptGet('update') && aptGet('install', '-y', '--no-install-recommends', 'nats-server');
}
