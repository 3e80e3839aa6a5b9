/** TLS and proxy of the core's own config nodes, read once for both transports. */

import type { Node, NodeAPI } from 'node-red';
import type { ClientOptions } from '../../src/index';
import { settingError, type Translate } from '../shared/catalogue';
import { Properties } from '../shared/properties';
import { environmentProxy, isExempt, type ProxyOptions } from './proxy-environment';

export type TlsOptions = NonNullable<ClientOptions['tls']>;

interface TlsNode extends Node {
  /** False when its files cannot be read: it would then add nothing, and go on without the client certificate. */
  valid: boolean;
  addTLSOptions(options: TlsOptions): TlsOptions;
}

interface ProxyNode extends Node<{ username?: string; password?: string }> {
  url?: unknown;
  noproxy?: unknown;
}

const PROXY_DEFAULTS = { url: '', username: '', password: '' };

/** @throws SettingError when the chosen `tls-config` is missing, disabled or not valid: going on without it would not be safe. */
export function tlsOptions(RED: NodeAPI, id: string, t: Translate): TlsOptions | undefined {
  if (id === '') return undefined;
  const node: Node | null | undefined = RED.nodes.getNode(id);
  if (!isTlsNode(node) || !node.valid) throw settingError(t, 'error.tlsMissing');
  return node.addTLSOptions({});
}

/**
 * The URL of the chosen proxy, or else of that of the environment; nothing for a host that it is not for.
 *
 * @throws SettingError when the chosen one is missing, has no URL, or one that is not HTTP's.
 */
export function proxyUrl(RED: NodeAPI, id: string, target: string, t: Translate): string | undefined {
  if (id === '') {
    const settings: NodeAPI['settings'] & { proxyOptions?: ProxyOptions } = RED.settings;
    return environmentProxy(target, settings.proxyOptions);
  }
  const node = RED.nodes.getNode(id) as ProxyNode | null | undefined;
  if (typeof node?.url !== 'string') throw settingError(t, 'error.proxyMissing');
  const saved = new Properties(RED, node, { url: node.url, ...node.credentials }, PROXY_DEFAULTS);
  const address = saved.text('url');
  const [username, password] = [saved.secret('username'), saved.secret('password')];
  if (saved.problem !== undefined) throw saved.problem;
  if (!URL.canParse(address)) throw settingError(t, 'error.proxyMissing');
  const exceptions: unknown[] = Array.isArray(node.noproxy) ? node.noproxy : [];
  if (exceptions.some((pattern) => typeof pattern === 'string' && isExempt(target, pattern)))
    return undefined;
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol))
    throw settingError(t, 'error.proxyScheme', { proxy: `${url.protocol}//${url.host}` });
  url.username = encodeURIComponent(username);
  url.password = encodeURIComponent(password);
  return url.href;
}

function isTlsNode(node: Node | null | undefined): node is TlsNode {
  return node !== null && node !== undefined && 'addTLSOptions' in node;
}
