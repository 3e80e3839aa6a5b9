/** The command line and the environment, as what they mean; pure. Flags come before variables. */

import { parseArgs } from 'node:util';
import { FLAG_NAMES, FLAGS, type FlagName, flagOf, ONLY_VARIABLES, PREFIX, variableOf } from './flag-table';
import { parseSettings, type Settings } from './settings';
import { FlagError, type Given, quoted } from './values';

export type Command =
  | { readonly name: 'help' | 'version' }
  /** All but `serve` end before anything is opened. */
  | { readonly name: 'check' | 'healthy' | 'serve'; readonly settings: Settings };

/** @throws FlagError, in one line */
export function parseCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Command {
  const flags = readFlags(args);
  if (flags.has('help')) return { name: 'help' };
  if (flags.has('version')) return { name: 'version' };
  const settings = parseSettings(
    (name) => flags.get(name) ?? readVariable(env, variableOf(name)),
    (name) => readVariable(env, name),
    unknownVariables(env),
  );
  return { name: flags.has('check') ? 'check' : flags.has('healthy') ? 'healthy' : 'serve', settings };
}

const SHORT: Partial<Record<FlagName, string>> = { help: 'h', version: 'v' };

function readFlags(args: readonly string[]): Map<FlagName, Given> {
  const { tokens } = parseArgs({
    args: [...args],
    // Not strict: what it would say has several sentences, and some of them for programmers.
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      FLAG_NAMES.map((name) => {
        const short = SHORT[name];
        const type = flagOf(name).value === undefined ? ('boolean' as const) : ('string' as const);
        return [name, short === undefined ? { type } : { type, short }];
      }),
    ),
  });
  const flags = new Map<FlagName, Given>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new FlagError(`${quoted(token.value)} is no flag`);
    const { name, rawName, value } = token;
    if (!isFlag(name)) throw new FlagError(`${quoted(rawName)} is no flag of this program`);
    const { value: wanted, list } = flagOf(name);
    if (wanted === undefined) {
      if (value !== undefined) throw new FlagError(`${rawName} takes no value`);
      flags.set(name, { where: rawName, text: '' });
      continue;
    }
    // `--host --port 1`: the host was forgotten.
    if (value === undefined || value === '' || (!token.inlineValue && value.startsWith('--'))) {
      throw new FlagError(`${rawName} wants a value: ${rawName} ${wanted}`);
    }
    const before = flags.get(name);
    if (before !== undefined && list !== true) throw new FlagError(`${rawName} is given twice`);
    flags.set(name, { where: rawName, text: before === undefined ? value : `${before.text},${value}` });
  }
  return flags;
}

/** One that is set to nothing is not set: a compose file cannot leave a variable out. */
function readVariable(env: Readonly<Record<string, string | undefined>>, name: string): Given | undefined {
  const text = env[name];
  return text === undefined || text === '' ? undefined : { where: name, text };
}

/** Those that look as if they were meant for us. */
function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set([
    ...FLAG_NAMES.filter((name) => flagOf(name).callOnly !== true).map(variableOf),
    ...Object.keys(ONLY_VARIABLES),
  ]);
  return Object.keys(env).filter((name) => name.startsWith(PREFIX) && !known.has(name));
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name);
}
