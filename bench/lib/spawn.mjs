/** A process of the bench, seen from its parent: each method of its module as a function that returns a promise. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const bench = join(import.meta.dirname, '..');

/**
 * @param {string} module relative to bench/, without `.mjs`: `servers/stub`
 * @param {object} options for its `start`
 */
export async function spawn(module, options = {}) {
  const child = fork(join(bench, 'lib', 'child.mjs'), [join(bench, `${module}.mjs`)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map();
  let lastId = 0;
  child.on('message', ({ id, result, error }) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(`${module}: ${error}`));
  });
  child.once('exit', (code) => {
    for (const call of waiting.values()) call.reject(new Error(`${module} ended with ${code}`));
  });
  await once(child, 'message');
  const call = (name, ...args) =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      child.send({ id: lastId, name, args });
    });
  const own = {
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
  const process = new Proxy(own, {
    get(_, name) {
      // Else `await` would take this for a promise.
      if (name === 'then') return undefined;
      return name in own ? own[name] : (...args) => call(name, ...args);
    },
  });
  try {
    await process.start(options);
  } catch (error) {
    await process.close();
    throw error;
  }
  return process;
}
