/**
 * What every process of the bench runs: loads one server or subject, and does what its parent asks over IPC. A server
 * or subject is a module whose `start(options)` resolves with its methods.
 */

import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';

const [module] = process.argv.slice(2);
const { start } = await import(module);
const session = new Session();
let methods;

/** What all can do. */
const common = {
  async start(options) {
    methods = await start(options);
  },
  /**
   * From now on compiled code stays. Else V8 lets go of what has not run for some collections, or not: the same side then
   * has one of two heaps, 250 KB apart.
   */
  keepCode: () => setFlagsFromString('--no-flush-bytecode'),
  /**
   * Bytes of the heap that are in use, once the garbage is gone, and of buffers beside it, those of writes under way too,
   * which `external` has only in part.
   */
  async heap() {
    // Until it stays the same.
    for (let turn = 0, last = 0; turn < 30; turn += 1) {
      global.gc();
      await new Promise((resolve) => setTimeout(resolve, 20));
      const now = process.memoryUsage().heapUsed;
      if (turn > 8 && Math.abs(now - last) < 2_000) break;
      last = now;
    }
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    return { heapUsed, arrayBuffers, rss };
  },
  /** Milliseconds of processor time since the process began. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
  async startProfile() {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
  },
  async stopProfile(file) {
    const { profile } = await session.post('Profiler.stop');
    await writeFile(file, JSON.stringify(profile));
  },
};

process.on('message', async ({ id, name, args }) => {
  try {
    const method = methods?.[name] ?? common[name];
    process.send({ id, result: await method(...args) });
  } catch (error) {
    process.send({ id, error: error.stack ?? String(error) });
  }
});
// Parents end their children by letting go of them; this also covers one that died.
process.on('disconnect', () => process.exit(0));
process.send('loaded');
