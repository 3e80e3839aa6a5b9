/** The NATS server that the engine `jetstream` is tested on: found on this machine, or got where that is possible. */

import { delimiter, join } from 'node:path';
import { getProgram } from './program.mjs';

const NATS_SERVER = {
  name: 'nats-server',
  variable: 'NATS_SERVER',
  places: () => {
    const folders = ['/usr/sbin', '/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(delimiter)];
    return folders.map((folder) => join(folder, 'nats-server'));
  },
  packages: ['nats-server'],
  // The package brings a service; in this run level none is started. Tests start servers of their own.
  environment: { RUNLEVEL: '1' },
};

/** As `getProgram`: its path. @param {(line: string) => void} log */
export function getNatsServer(log) {
  return getProgram(NATS_SERVER, log);
}
