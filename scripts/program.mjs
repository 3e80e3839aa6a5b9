/** A program that the tests need: found on this machine, or got where that is possible. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * @typedef {object} Program
 * @property {string} name as people call it
 * @property {string} variable of the environment, which may hold its path
 * @property {() => readonly string[]} places where it may be
 * @property {readonly string[]} packages of Debian
 * @property {Readonly<Record<string, string>>} [environment] while they are installed
 */

/**
 * The path of a program; on a Debian where we are root, it is installed when there is none.
 *
 * @param {Program} program
 * @param {(line: string) => void} log
 * @throws Error that says in one line how to get one
 */
export function getProgram(program, log) {
  const { name, variable, packages, places } = program;
  const asked = process.env[variable];
  if (asked) {
    if (existsSync(asked)) return asked;
    throw new Error(`${variable}=${asked} does not exist.`);
  }
  const find = () => places().find((place) => existsSync(place));
  const found = find() ?? (install(program, log) ? find() : undefined);
  if (found !== undefined) return found;
  throw new Error(
    `No ${name} found: install it ("sudo apt-get install ${packages[0]}" on Debian), or set ${variable} to the path of one.`,
  );
}

function install({ name, packages, environment }, log) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  log(`No ${name} found: installing it with apt-get ...`);
  const aptGet = (...parameters) =>
    spawnSync('apt-get', parameters, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...environment },
    }).status === 0;
  return aptGet('update') && aptGet('install', '-y', '--no-install-recommends', ...packages);
}
