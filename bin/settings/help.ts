/** What `--help` says. */

import { FLAG_NAMES, flagOf, ONLY_VARIABLES, variableOf } from './flag-table';

const NAME_WIDTH = 28;
const WIDTH = 100;

export function help(): string {
  const flags = FLAG_NAMES.map((name) => {
    const { value, about } = flagOf(name);
    return row(value === undefined ? `--${name}` : `--${name} ${value}`, about);
  });
  const variables = Object.entries(ONLY_VARIABLES).map(([name, about]) => row(name, about));
  return [
    'Usage: stream-sea-server [flags]',
    '',
    'Serves stream-sea at http://HOST:PORT/api/v1, until it gets SIGTERM or SIGINT.',
    '',
    ...flags,
    '',
    `Each of them but the last four may be a variable of the environment instead: --tls-cert is`,
    `${variableOf('tls-cert')}. These are variables alone:`,
    '',
    ...variables,
    '',
    'Without them, a first client is drawn where there is none yet, and shown once, on stderr.',
    '',
    'Exit codes: 0 stopped as asked; 1 cannot start, or did not stop in time; 2 a flag or variable is wrong.',
  ].join('\n');
}

/** The name, and beside it what it is about, broken where the line is full. */
function row(name: string, about: string): string {
  const indent = `\n${' '.repeat(NAME_WIDTH + 4)}`;
  const lines: string[] = [''];
  for (const word of about.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length + 1 > WIDTH - NAME_WIDTH - 4) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return `  ${name.padEnd(NAME_WIDTH + 1)} ${lines.join(indent)}`;
}
