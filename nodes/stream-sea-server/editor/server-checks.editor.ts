/** What may be wrong with each property of a server node, and with its credentials while its dialog is open. */

import { parseOrigins } from '../../../src/protocol/http/origins';
import {
  configField,
  currently,
  hasEnvironment,
  t,
  textIn,
  wordsFor,
} from '../../shared/editor/dialog.editor';
import type { EditorNode } from '../../shared/editor/red.editor';
import { saidOf } from '../../shared/wire/sentence';
import { SERVER_DEFAULTS, type ServerConfig, type ServerCredentials } from '../stream-sea-server.config';
import { hostFits } from './address.editor';
import { filterProblem } from './filter/filter-problem.editor';
import { privateKeyProblem } from './key-field.editor';

type Server = EditorNode<ServerConfig>;

const MAX_PORT = 65_535;

function isRemote(node: { where?: ServerConfig['where'] }): boolean {
  return currently(node, node.where, configField('where')) === 'remote';
}

/** Whether it is reached by Node-RED's own port: what is hidden then counts for nothing. */
function isInside(node: Partial<ServerConfig>): boolean {
  return !isRemote(node) && currently(node, node.listenOn, configField('listenOn')) === 'node-red';
}

/** Whether tokens are made here. */
function hasKey(node: Partial<ServerConfig>): boolean {
  return isRemote(node) && currently(node, node.auth, configField('auth')) === 'key';
}

/** Credentials are known, and validated, in the open dialog only: the editor never gets a saved secret back. */
function inDialog(property: keyof ServerConfig | keyof ServerCredentials): string {
  return textIn(configField(property));
}

function hostProblem(host: string, remote: boolean): string | undefined {
  if (hasEnvironment(host)) return undefined;
  if (host.trim() === '') return remote ? t('error.hostMissing') : undefined;
  return hostFits(host.trim(), remote) ? undefined : t('error.host');
}

function portProblem(port: string): string | undefined {
  if (hasEnvironment(port) || port.trim() === '') return undefined;
  const number = Number(port);
  return Number.isInteger(number) && number > 0 && number <= MAX_PORT ? undefined : t('error.port');
}

function originsProblem(text: string): string | undefined {
  if (hasEnvironment(text)) return undefined;
  try {
    parseOrigins(text);
    return undefined;
  } catch (error) {
    return wordsFor(saidOf(error));
  }
}

/** Blank stands for the default, as it does in the runtime. */
function positiveProblem(value: unknown, whole: boolean): string | undefined {
  const text = String(value ?? '').trim();
  if (text === '' || hasEnvironment(text)) return undefined;
  const number = Number(text);
  const fits = Number.isFinite(number) && number > 0 && (!whole || Number.isInteger(number));
  return fits ? undefined : t(whole ? 'error.count' : 'error.seconds');
}

/** Blank stands for the default, 0 for ever. */
function ageProblem(value: unknown): string | undefined {
  const text = String(value ?? '').trim();
  if (text === '' || hasEnvironment(text)) return undefined;
  return Number(text) >= 0 && Number.isFinite(Number(text)) ? undefined : t('error.age');
}

/** Each has two parameters: Node-RED takes a check with one for an old one, which cannot give a reason. */
export const checks = {
  host(this: Server, value: unknown, _options: object): true | string {
    if (isInside(this)) return true;
    return hostProblem(String(value ?? SERVER_DEFAULTS.host), isRemote(this)) ?? true;
  },
  port(this: Server, value: unknown, _options: object): true | string {
    return (isInside(this) ? undefined : portProblem(String(value ?? ''))) ?? true;
  },
  cors(this: Server, value: unknown, _options: object): true | string {
    return (isRemote(this) ? undefined : originsProblem(String(value ?? ''))) ?? true;
  },
  tokenLifetime(this: Server, value: unknown, _options: object): true | string {
    return (hasKey(this) ? positiveProblem(value, false) : undefined) ?? true;
  },
  filter(this: Server, value: unknown, _options: object): true | string {
    return (hasKey(this) ? filterProblem(String(value ?? '')) : undefined) ?? true;
  },
  count(value: unknown, _options: object): true | string {
    return positiveProblem(value, true) ?? true;
  },
  seconds(value: unknown, _options: object): true | string {
    return positiveProblem(value, false) ?? true;
  },
  age(value: unknown, _options: object): true | string {
    return ageProblem(value) ?? true;
  },
  clientId(this: Server, value: unknown, _options: object): true | string {
    const needed = isRemote(this) || inDialog('clientSecret') !== '';
    return !needed || value !== '' || t('error.clientId');
  },
  clientSecret(this: Server, value: unknown, _options: object): true | string {
    const needed = isRemote(this) ? inDialog('auth') === 'basic' : inDialog('clientId') !== '';
    return !needed || value !== '' || t('error.clientSecret');
  },
  jwt(this: Server, value: unknown, _options: object): true | string {
    const needed = isRemote(this) && inDialog('auth') === 'jwt';
    return !needed || value !== '' || t('error.jwt');
  },
  privateKey(this: Server, value: unknown, _options: object): true | string {
    if (!isRemote(this) || inDialog('auth') !== 'key') return true;
    return value === '' ? t('error.privateKey') : (privateKeyProblem(String(value)) ?? true);
  },
};
