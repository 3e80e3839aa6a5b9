/** A saved server node as the options of a client and, for an embedded one, of the server. */

import { randomBytes } from 'node:crypto';
import type { Node, NodeAPI } from 'node-red';
import { messageOf } from '../../src/errors';
import { Client, type ClientOptions, type Credentials, type ServerOptions } from '../../src/index';
import { settingError, type Translate } from '../shared/catalogue';
import { decimalOf } from '../shared/decimal';
import { Properties } from '../shared/properties';
import { serverFolder } from './embedded/folders';
import { type MountPoint, mountPointAt } from './embedded/node-red-port';
import { proxyUrl, tlsOptions } from './network';
import { embeddedTarget, remoteTarget, type Target } from './queues/targets';
import {
  AUTH,
  LISTEN_ON,
  OFFLINE,
  SERVER_DEFAULTS,
  type ServerConfig,
  type ServerCredentials,
  WHEN_FULL,
  WHERE,
} from './stream-sea-server.config';

export interface ServerSettings {
  client: ClientOptions;
  /** Where its messages go. */
  target: Target;
  /** Messages wait on disk. */
  onDisk: boolean;
  /** The embedded server to start. */
  server?: EmbeddedSettings;
}

export interface EmbeddedSettings extends ServerOptions {
  readonly jail: { readonly clientId: string; readonly clientSecret: string };
  /** The secret was drawn at random: another one would do as well. */
  readonly drawn: boolean;
  /** Others come in there, and not by its own port. */
  readonly mountPoint?: MountPoint;
}

const MAX_QUEUE = 1_000_000_000;

/** Some 24 days: a timer that is set for longer goes off at once. */
const MAX_SECONDS = 2_000_000;

const CREDENTIAL_DEFAULTS: Required<ServerCredentials> = {
  clientId: '',
  clientSecret: '',
  jwt: '',
  privateKey: '',
};

/**
 * Opens nothing.
 *
 * @param handed what came by message, in front of what is saved.
 * @throws SettingError that says which field to fill in or to change.
 */
export function readSettings(
  RED: NodeAPI,
  node: Node<ServerCredentials>,
  saved: Readonly<Record<string, unknown>>,
  t: Translate,
  handed: ServerCredentials = {},
): ServerSettings {
  const properties = new Properties(RED, node, saved, SERVER_DEFAULTS);
  const secrets = new Properties(RED, node, { ...node.credentials }, CREDENTIAL_DEFAULTS);
  const secret = (name: keyof ServerCredentials): string => handed[name] ?? secrets.secret(name);
  // Only what counts is read: a variable that is not set, in a field that is hidden, is no mistake.
  const remote = properties.choice('where', WHERE) === 'remote';
  const inside = !remote && properties.choice('listenOn', LISTEN_ON) === 'node-red';
  const host = inside ? SERVER_DEFAULTS.host : properties.text('host') || SERVER_DEFAULTS.host;
  const port = inside ? '' : properties.text('port');
  const cors = remote ? '' : properties.text('cors');
  const secure = remote && properties.flag('secure');
  const tlsId = secure ? properties.text('tls') : '';
  const proxyId = remote ? properties.text('proxy') : '';
  const auth = remote ? (authOf(handed) ?? properties.choice('auth', AUTH)) : 'basic';
  const clientId = secret('clientId').trim();
  const clientSecret = secret('clientSecret');
  const jwt = auth === 'jwt' ? secret('jwt').trim() : '';
  const token = auth === 'key' ? readToken(properties, secret('privateKey').trim()) : undefined;
  const offline = properties.choice('offline', OFFLINE);
  const common = {
    autoConnect: properties.flag('autoConnect'),
    offline: offline === 'fail' ? ('fail' as const) : ('memory' as const),
    ...(offline !== 'fail' && {
      queueLimit: properties.number('queueLimit', 1, MAX_QUEUE),
      whenFull: properties.choice('whenFull', WHEN_FULL),
      maxAge: properties.number('maxAge', 0, MAX_SECONDS) * 1000,
    }),
    requestTimeout: properties.number('requestTimeout', 0.001, MAX_SECONDS) * 1000,
    silenceTimeout: properties.number('silenceTimeout', 0.001, MAX_SECONDS) * 1000,
  };
  // Before anything else is found wrong: what is blank may be so because its variable is not set.
  const unset = properties.problem ?? secrets.problem;
  if (unset !== undefined) throw unset;
  const portNumber = parsePort(port, remote ? 1 : 0, t);
  const onDisk = offline === 'disk';
  // Going on without would lose what it promises to keep.
  if (onDisk && RED.settings.userDir === undefined) throw settingError(t, 'error.noUserDir');
  if (!remote) {
    const jail = ownCredentials(clientId, clientSecret);
    const folder = serverFolder(RED, node);
    return checked({
      target: embeddedTarget(node.id, jail.clientId),
      onDisk,
      // Only a name: the agent knows where it listens.
      client: { ...common, url: 'http://embedded-server', credentials: { type: 'basic', ...jail } },
      server: {
        // The field's default for both kinds of server; as an address to listen on it might be ::1 only.
        host: host === 'localhost' ? '127.0.0.1' : host,
        ...(portNumber !== undefined && { port: portNumber }),
        jail,
        drawn: clientSecret === '',
        cors,
        // This Node-RED's own nodes go by a port of their own all the same, which nobody else reaches: they would have to know
        // Node-RED's certificate, and be there before it listens.
        ...(inside && { mountPoint: mountPointAt(RED, t) }),
        ...(folder !== undefined && { store: { folder } }),
      },
    });
  }
  const url = parseUrl(host, portNumber, secure, t);
  const tls = tlsOptions(RED, tlsId, t);
  const proxy = proxyUrl(RED, proxyId, url, t);
  const credentials = parseCredentials({ auth, clientId, clientSecret, jwt, token }, t);
  return checked({
    target: remoteTarget(url, clientId),
    onDisk,
    client: { ...common, url, credentials, ...(tls && { tls }), ...(proxy !== undefined && { proxy }) },
  });
}

/** A client that is only made opens nothing, but refuses what makes no sense: known before a server listens. */
function checked(settings: ServerSettings): ServerSettings {
  void new Client(settings.client);
  return settings;
}

/** What is handed by message is what is meant to be shown. */
function authOf({ jwt, privateKey }: ServerCredentials): ServerConfig['auth'] | undefined {
  if (jwt !== undefined) return 'jwt';
  return privateKey === undefined ? undefined : 'key';
}

interface TokenProperties {
  privateKey: string;
  /** Milliseconds. */
  tokenLifetime: number;
  mustFanout: boolean;
  /** JSON; blank: none. */
  filter: string;
}

function readToken(properties: Properties<ServerConfig>, privateKey: string): TokenProperties {
  return {
    privateKey,
    tokenLifetime: properties.number('tokenLifetime', 1, MAX_SECONDS) * 1000,
    mustFanout: properties.flag('mustFanout'),
    filter: properties.text('filter'),
  };
}

interface Given {
  clientId: string;
  clientSecret: string;
  jwt: string;
  auth: ServerConfig['auth'];
  token: TokenProperties | undefined;
}

function parseCredentials({ auth, clientId, clientSecret, jwt, token }: Given, t: Translate): Credentials {
  if (clientId === '') throw settingError(t, 'error.noClientId');
  if (auth === 'basic') {
    if (clientSecret === '') throw settingError(t, 'error.noClientSecret');
    return { type: 'basic', clientId, clientSecret };
  }
  const who = { clientId, ...(clientSecret !== '' && { clientSecret }) };
  if (token !== undefined) {
    if (token.privateKey === '') throw settingError(t, 'error.noPrivateKey');
    return { type: 'key', ...who, ...token, filter: parseFilter(token.filter, t) };
  }
  if (jwt === '') throw settingError(t, 'error.noJwt');
  return { type: 'jwt', ...who, jwt };
}

function parseFilter(text: string, t: Translate): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw settingError(t, 'error.badFilter', { reason: messageOf(error) });
  }
}

/** Blank ones are drawn at random, so that nobody else gets in: the server is then private to this Node-RED. */
function ownCredentials(clientId: string, clientSecret: string): { clientId: string; clientSecret: string } {
  return {
    clientId: clientId === '' ? 'node-red' : clientId,
    clientSecret: clientSecret === '' ? randomBytes(32).toString('base64url') : clientSecret,
  };
}

/** @param least to listen on 0 is to listen on any. */
function parsePort(text: string, least: 0 | 1, t: Translate): number | undefined {
  if (text === '') return undefined;
  const port = decimalOf(text);
  if (!Number.isInteger(port) || port < least || port > 65_535)
    throw settingError(t, 'error.badPort', { port: text });
  return port;
}

/** @param host with a path, perhaps, below which the server is: `gateway/plant`. */
function parseUrl(host: string, port: number | undefined, secure: boolean, t: Translate): string {
  const at = host.indexOf('/');
  const [name, path] = at < 0 ? [host, ''] : [host.slice(0, at), host.slice(at).replace(/\/+$/, '')];
  // A bare IPv6 address needs brackets in a URL.
  const authority = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
  const url = `${secure ? 'https' : 'http'}://${authority}${port === undefined ? '' : `:${port}`}${path}`;
  if (name === '' || /[\s?#@\\]/.test(host) || !URL.canParse(url))
    throw settingError(t, 'error.badHost', { host });
  return url;
}
