/**
 * Node-RED as people run it: the program `node-red` with a settings file, its own HTTP server, and this package as it is
 * built. It has a user folder that is removed afterwards, and is stopped after the tests of its file.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'mocha';
import { freePort } from '../network/ports';
import { ROOT } from '../root';
import { NODE_RED_DIR } from './node-red-dir';

export interface Program {
  /** Of its port, without a path. */
  readonly url: string;
  readonly port: number;
  log(): string;
}

const running: { child: ChildProcess; folder: string }[] = [];

after(async () => {
  for (const { child, folder } of running.splice(0)) {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
});

/** @param settings of settings.js, as JSON. Resolves once flows run and it listens. */
export async function runNodeRed(
  flows: readonly object[],
  credentials: object,
  settings: object = {},
): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'stream-sea-program-'));
  const modules = join(folder, 'node_modules', '@stream-sea');
  await mkdir(modules, { recursive: true });
  await symlink(ROOT, join(modules, 'node-red'), 'junction');
  await writeFile(join(folder, 'flows.json'), JSON.stringify(flows));
  await writeFile(join(folder, 'flows_cred.json'), JSON.stringify(credentials));
  const port = await freePort();
  const all = {
    ...{ uiHost: '127.0.0.1', uiPort: port, flowFile: 'flows.json', credentialSecret: false, lang: 'en-US' },
    ...{ telemetry: { enabled: false, updateNotification: false }, editorTheme: { tours: false } },
    nodesExcludes: ['node-red-dashboard'],
    ...settings,
  };
  await writeFile(join(folder, 'settings.js'), `module.exports = ${JSON.stringify(all)};`);
  const child = spawn(
    process.execPath,
    [join(NODE_RED_DIR, 'red.js'), '--userDir', folder, '--settings', join(folder, 'settings.js')],
    { cwd: folder },
  );
  running.push({ child, folder });
  let log = '';
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (text: string): void => {
      log += text;
      if (/Started flows/.test(log) && /Server now running/.test(log)) resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
    child.once('exit', () => reject(new Error(`Node-RED ended. It printed:\n${log}`)));
  });
  await ready;
  const scheme = 'https' in settings ? 'https' : 'http';
  return { url: `${scheme}://127.0.0.1:${port}`, port, log: () => log };
}
