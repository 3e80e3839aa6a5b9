/** What is in deploy/, read as those read it who use it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../root';

export const DEPLOY = join(ROOT, 'deploy');

export function deployText(name: string): string {
  return readFileSync(join(DEPLOY, name), 'utf8');
}

export interface ComposeService {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: readonly string[];
}

/** The services of compose.yaml, with these variables in the place of `${NAME}`. */
export function composeServices(variables: Readonly<Record<string, string>>): Record<string, ComposeService> {
  const { services } = parse(deployText('compose.yaml'), { merge: true });
  return JSON.parse(
    JSON.stringify(services).replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name, kind, text) => {
      const value = variables[name] ?? (kind === '-' ? text : undefined);
      if (value === undefined) throw new Error(`${name} is missing: ${text}`);
      return JSON.stringify(value).slice(1, -1);
    }),
  );
}

/** `NAME=value` by line, as systemd reads it; those that are commented out too, if asked. */
export function environmentFile(name: string, { commented = false } = {}): Record<string, string> {
  const pattern = commented ? /^#?(STREAM_SEA_\w+)=(.*)$/gm : /^(\w+)=(.*)$/gm;
  return Object.fromEntries(
    [...deployText(name).matchAll(pattern)].map(([, variable = '', value = '']) => [variable, value]),
  );
}
