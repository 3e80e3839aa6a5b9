/**
 * The proxy that the environment names (`https_proxy`, `no_proxy` and so on), as the core's own nodes take it. Written by
 * hand: proxy-from-env knows nothing of Node-RED's `proxyOptions`, and the core gives its own helper to nobody.
 */

/** `proxyOptions` of Node-RED's settings. */
export interface ProxyOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Only variables in small letters count. */
  readonly lowerCaseOnly?: boolean;
  /** Of two spellings the one in capitals counts. */
  readonly favourUpperCase?: boolean;
}

/**
 * The URL of the proxy for requests to `target`, `undefined` where none is named. Two things differ from the core:
 * nobody reaches this machine's own addresses by a proxy, whatever `no_proxy` forgot; and a proxy that does not speak
 * HTTP, such as `socks5://`, is passed over, as we could not use it.
 */
export function environmentProxy(target: string, options: ProxyOptions = {}): string | undefined {
  const { protocol, hostname } = new URL(target);
  const read = (name: string) => variable(name, options);
  const exceptions = read('no_proxy').split(/[\s,]+/);
  if (isLoopback(hostname) || exceptions.some((pattern) => isExempt(target, pattern))) return undefined;
  return [read(`${protocol.slice(0, -1)}_proxy`), read('all_proxy')].map(withScheme).find(isHttp);
}

/** `boiler.local`, `.local`, `*.local` or `*`, with or without a port, as curl reads `no_proxy`. */
export function isExempt(target: string, pattern: string): boolean {
  const url = new URL(target);
  const [, name = '', port] = /^\s*(.*?)(?::(\d+))?\s*$/.exec(pattern.toLowerCase()) ?? [];
  const targetPort = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (port !== undefined && port !== targetPort) return false;
  if (name === '*') return true;
  const domain = name.replace(/^\*?\./, '');
  return domain !== '' && (url.hostname === domain || url.hostname.endsWith(`.${domain}`));
}

function variable(name: string, { env = process.env, lowerCaseOnly, favourUpperCase }: ProxyOptions): string {
  const capitals = lowerCaseOnly ? undefined : env[name.toUpperCase()];
  return (favourUpperCase ? (capitals ?? env[name]) : env[name] || capitals) ?? '';
}

function withScheme(proxy: string): string {
  return proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isHttp(proxy: string): boolean {
  return URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol);
}

/** @param hostname as a URL has it. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
