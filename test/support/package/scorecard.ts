/** The public flow library's validator, run as authors run it, but without the internet. */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestRegistry } from './registry';

const VALIDATOR = join(dirname(require.resolve('node-red-dev/package.json')), 'bin/run');
const STUB = join(__dirname, 'registry-stub.cjs');
const DEADLINE = 60_000;

/** What a check found; `test` tells whether it passed. Each check has its own further fields. */
export interface Check {
  readonly test: boolean;
  readonly license?: string;
  readonly version?: string;
  readonly versions?: readonly string[];
  readonly nodes?: readonly string[];
  readonly packages?: readonly string[];
  readonly total?: number;
}

export interface Validation {
  /** By the code of the check. */
  readonly card: Readonly<Record<string, Check>>;
  /** What was printed, as one line: it is wrapped wherever a line was full. */
  readonly output: string;
  /** Says nothing of the checks: it is 0 when they fail, too. */
  readonly exitCode: unknown;
}

/** Validates an unpacked package; its folder's parent is the test's own. */
export async function validate(packageDir: string, registry: TestRegistry): Promise<Validation> {
  const folder = dirname(packageDir);
  const path = join(folder, 'card.json');
  const { output, exitCode } = await run(
    ['--require', STUB, VALIDATOR, 'validate', '-p', packageDir, '-o', path],
    // None of this machine's settings: an .npmrc or a proxy of its own would lead elsewhere.
    { cwd: folder, env: { HOME: folder, REGISTRY_STUB: registry.url } },
  );
  try {
    return { card: JSON.parse(await readFile(path, 'utf8')), output, exitCode };
  } catch (error) {
    throw new Error(`The validator left no scorecard. It said: ${output}`, { cause: error });
  }
}

function run(parameters: string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
  return new Promise<Pick<Validation, 'output' | 'exitCode'>>((resolve) => {
    execFile(process.execPath, parameters, { ...options, timeout: DEADLINE }, (error, stdout, stderr) => {
      resolve({ output: `${stdout} ${stderr}`.replace(/[\s›]+/g, ' '), exitCode: error ? error.code : 0 });
    });
  });
}
