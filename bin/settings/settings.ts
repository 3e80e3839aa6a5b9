/** What each flag's text means, and which of them go together. */

import { type ServerLimits, SettingError } from '../../src/index';
import { limitsOf } from '../../src/server/limits';
import { LEVELS, type Level } from '../logger';
import { type EngineSettings, engineOf } from './engine-settings';
import {
  type Find,
  type FindVariable,
  FlagError,
  type Given,
  list,
  oneOf,
  parseUrl,
  quoted,
  wholeNumber,
} from './values';

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly engine: EngineSettings;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly cors: '*' | readonly string[] | undefined;
  readonly limits: Partial<ServerLimits>;
  readonly probes: boolean;
  readonly log: Level;
  /** Absent: one is drawn where there is none yet. */
  readonly firstClient: FirstClient | undefined;
  /** Variables that are set, look like ours, and mean nothing. */
  readonly unknownVariables: readonly string[];
}

export type FirstClient =
  | { readonly clientId: string; readonly clientSecret: string }
  | { readonly clientId: string; readonly secretFile: string };

/** @throws FlagError */
export function parseSettings(
  find: Find,
  findVariable: FindVariable,
  unknownVariables: readonly string[] = [],
): Settings {
  return {
    host: find('host')?.text ?? '127.0.0.1',
    port: wholeNumber(find('port'), 0, 65_535) ?? 8080,
    engine: engineOf(find, findVariable),
    tls: tlsOf(find('tls-cert'), find('tls-key')),
    cors: originsOf(find('cors')),
    limits: limitsIn(find('limit')),
    probes: oneOf(find('probes'), ['on', 'off']) !== 'off',
    log: oneOf(find('log'), LEVELS) ?? 'info',
    firstClient: firstClientOf(findVariable),
    unknownVariables,
  };
}

function tlsOf(cert: Given | undefined, key: Given | undefined): Settings['tls'] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new FlagError('TLS wants both a certificate and its key: --tls-cert FILE --tls-key FILE');
  }
  return { certFile: cert.text, keyFile: key.text };
}

function originsOf(given: Given | undefined): Settings['cors'] {
  if (given === undefined) return undefined;
  const origins = list(given);
  if (origins.length === 1 && origins[0] === '*') return '*';
  const wrong = origins.find((origin) => parseUrl(origin)?.origin !== origin);
  if (wrong !== undefined) {
    throw new FlagError(
      `${given.where} should hold origins such as https://a.example, by commas, but has ${quoted(wrong)}`,
    );
  }
  return origins;
}

function limitsIn(given: Given | undefined): Partial<ServerLimits> {
  if (given === undefined) return {};
  const known = Object.keys(limitsOf());
  const limits: Record<string, number> = {};
  for (const text of list(given)) {
    const [name = '', value = ''] = text.split(/=(.*)/s);
    if (!known.includes(name)) {
      throw new FlagError(`${given.where}: there is no limit ${quoted(name)}; guide/limits.md lists them`);
    }
    if (!/^\d{1,15}$/.test(value)) {
      throw new FlagError(`${given.where}: ${name} should be a whole number, but is ${quoted(value)}`);
    }
    limits[name] = Number(value);
  }
  try {
    limitsOf(limits);
  } catch (error) {
    if (error instanceof SettingError) throw new FlagError(error.message);
    throw error;
  }
  return limits;
}

function firstClientOf(find: FindVariable): FirstClient | undefined {
  const id = find('STREAM_SEA_CLIENT_ID');
  const secret = find('STREAM_SEA_CLIENT_SECRET');
  const file = find('STREAM_SEA_CLIENT_SECRET_FILE');
  if (id === undefined && secret === undefined && file === undefined) return undefined;
  if (id === undefined || (secret === undefined) === (file === undefined)) {
    throw new FlagError(
      'STREAM_SEA_CLIENT_ID goes with one of STREAM_SEA_CLIENT_SECRET and STREAM_SEA_CLIENT_SECRET_FILE',
    );
  }
  // A colon divides the two in a Basic header (P2).
  if (id.text.includes(':')) throw new FlagError('STREAM_SEA_CLIENT_ID may hold no colon');
  if (secret !== undefined) return { clientId: id.text, clientSecret: secret.text };
  return { clientId: id.text, secretFile: file?.text ?? '' };
}
