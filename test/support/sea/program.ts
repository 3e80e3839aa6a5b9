/** The program in a process of its own: from its source, or as another file that a test names. Killed after its test. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { closeAfterwards } from '../closing';
import { ROOT } from '../root';
import { TYPESCRIPT } from '../typescript';

/** From the source, without a build. */
const SOURCE = [process.execPath, ...TYPESCRIPT, join(ROOT, 'bin/stream-sea-server.ts')] as const;

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  /** All that it has logged. */
  readonly log: readonly LogLine[];
  /** All that it has written, log and errors. */
  readonly written: { stdout: string; stderr: string };
  /** Resolves with the address once it says that it is ready; rejects when it ends before. */
  readonly ready: Promise<string>;
  readonly ended: Promise<End>;
  /** Resolves with the first line that the condition holds for. */
  logged(condition: (line: LogLine) => boolean): Promise<LogLine>;
}

export interface ProgramOptions {
  /** What is run, instead of the source. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export const FIRST = { clientId: 'captain', clientSecret: 'aye-aye-0123456789' };

const FIRST_ENV = { STREAM_SEA_CLIENT_ID: FIRST.clientId, STREAM_SEA_CLIENT_SECRET: FIRST.clientSecret };

/** A server at any free port, whose first client is {@link FIRST}. */
export function serve(args: readonly string[] = [], options: ProgramOptions = {}): RunningProgram {
  return run(['--port', '0', ...args], { ...options, env: { ...FIRST_ENV, ...options.env } });
}

/** With these flags and variables alone. */
export function run(
  args: readonly string[],
  { command = SOURCE, env = {}, cwd = ROOT }: ProgramOptions = {},
): RunningProgram {
  const [file = '', ...before] = command;
  // What it runs of bin/ nobody else does.
  const coverage = process.env.TEST_COVERAGE_FOLDER;
  const child = spawn(file, [...before, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...(coverage && { NODE_V8_COVERAGE: coverage }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  const log: LogLine[] = [];
  const waiting = new Set<() => void>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    written.stdout += `${line}\n`;
    if (line.startsWith('{')) log.push(JSON.parse(line));
    for (const look of [...waiting]) look();
  });
  // Not `exit`: what it wrote last may come after that.
  const ended = once(child, 'close').then(([code, signal]): End => ({ code, signal }));
  closeAfterwards(() => {
    child.kill('SIGKILL');
    return ended;
  });
  const logged = (condition: (line: LogLine) => boolean) =>
    new Promise<LogLine>((resolve, reject) => {
      const look = (): void => {
        const line = log.find(condition);
        if (line === undefined) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
      look();
      void ended.then(({ code, signal }) =>
        reject(new Error(`ended (${code ?? signal}) before it said so: ${written.stderr}${written.stdout}`)),
      );
    });
  const ready = logged(({ message }) => message.startsWith('Ready at ')).then(({ url }) => String(url));
  // Who only waits for its end does not ask for this.
  ready.catch(() => {});
  return { child, log, written, ready, ended, logged };
}
