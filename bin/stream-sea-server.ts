#!/usr/bin/env node
/** The program `stream-sea-server`: process, signals and environment; all else is beside it. */

import { createRequire } from 'node:module';
import { SettingError } from '../src/index';
import { faultOf } from './healthy';
import { Logger } from './logger';
import { checkFiles, startProgram } from './program';
import { parseCommand } from './settings/flags';
import { help } from './settings/help';
import type { Settings } from './settings/settings';
import { FlagError } from './settings/values';
import { stopOnSignals } from './shutdown';

const NAME = 'stream-sea-server';

// Whoever reads them may be gone; that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

async function main(): Promise<void> {
  const command = parseCommand(process.argv.slice(2), process.env);
  switch (command.name) {
    case 'help':
      console.log(help());
      return;
    case 'version':
      console.log(version());
      return;
    case 'check':
      await checkFiles(command.settings);
      console.log('All of this makes sense.');
      return;
    case 'healthy': {
      const fault = await faultOf(command.settings);
      if (fault !== undefined) throw new Error(fault);
      return;
    }
    case 'serve':
      return serve(command.settings);
  }
}

async function serve(settings: Settings): Promise<void> {
  const log = new Logger({ level: settings.log, write: (line) => process.stdout.write(line) });
  const fall = (error: unknown): void => {
    log.error('A fault of the program itself', error);
    process.exit(1);
  };
  process.on('uncaughtException', fall).on('unhandledRejection', fall);

  const givingUp = new AbortController();
  const starting = startProgram(settings, {
    log,
    show: (line) => process.stderr.write(`${line}\n`),
    givenUp: givingUp.signal,
  });
  stopOnSignals({
    signals: process,
    log,
    exit: (code) => process.exit(code),
    // A signal may come while it starts: whether it could have is nobody's concern any more.
    stop: async () => {
      givingUp.abort();
      await (await starting.catch(() => {}))?.stop();
    },
  });
  // Without a handler it would end the program. That it could not start is told below.
  process.on(
    'SIGHUP',
    () =>
      void starting.then(
        (program) => program?.reload(),
        () => {},
      ),
  );
  await starting.catch((error: unknown) => {
    if (!givingUp.signal.aborted) throw error;
  });
}

/** The package finds itself by its name, wherever this file is. */
function version(): string {
  return createRequire(__filename)('@stream-sea/node-red/package.json').version;
}

main().catch((error: unknown) => {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const isFlag = error instanceof FlagError || error instanceof SettingError;
  process.stderr.write(`${NAME}: ${line}${isFlag ? ' (--help says more)' : ''}\n`);
  process.exit(isFlag ? 2 : 1);
});
