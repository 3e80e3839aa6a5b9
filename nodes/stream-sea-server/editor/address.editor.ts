/** Addresses: host, port and TLS from a whole one, such as another server's dialog gives to copy, and back. */

export interface Address {
  /** With the path below which the server is, if any. */
  readonly host: string;
  /** Blank for the scheme's own. */
  readonly port: string;
  /** None when the address does not tell. */
  readonly secure?: boolean;
}

/** Nothing for what is a host alone, or holds more than these settings can say. */
export function parseAddress(text: string): Address | undefined {
  const [, host, port, path = ''] =
    /^([^\s:/?#@{]+|\[[\da-f:]+\]):(\d+)((?:\/[^\s?#@{]*)?)$/i.exec(text.trim()) ?? [];
  if (host !== undefined && port !== undefined) return { host: below(host, path), port };
  if (!/^(https?|wss?):\/\//i.test(text.trim()) || !URL.canParse(text.trim())) return undefined;
  const url = new URL(text.trim());
  const more = url.username + url.password + url.search + url.hash;
  if (more !== '') return undefined;
  return {
    host: below(url.hostname, url.pathname),
    port: url.port,
    secure: /^(https|wss):$/.test(url.protocol),
  };
}

function below(host: string, path: string): string {
  return host + path.replace(/\/+$/, '');
}

/** @param mayHavePath as that of another server may. */
export function hostFits(host: string, mayHavePath: boolean): boolean {
  return !/[\s?#@\\]/.test(host) && !host.startsWith('/') && (mayHavePath || !host.includes('/'));
}

/** As people write it: the port before the path. */
export function shownAddress(host: string, port = ''): string {
  return port ? host.replace(/(?=\/|$)/, `:${port}`) : host;
}

/** Where others find what is at a path of this very Node-RED, as far as the way that the editor was come by tells. */
export function addressHere(
  { origin, pathname }: Pick<Location, 'origin' | 'pathname'>,
  path: string,
  adminRoot: string,
): string {
  const here = pathname.replace(/\/+$/, '');
  const admin = adminRoot.replace(/\/+$/, '');
  // What is before it is a proxy's, and before all that is Node-RED's.
  return origin + (here.endsWith(admin) ? here.slice(0, here.length - admin.length) : '') + path;
}

/** Takes an address that somebody puts into the host's field apart. */
export function attachAddress(
  fields: { host: JQuery; port: JQuery; secure: JQuery },
  applies: () => boolean,
): void {
  const { host, port, secure } = fields;
  host.on('change', () => {
    const address = applies() ? parseAddress(String(host.val() ?? '')) : undefined;
    if (address === undefined) return;
    host.val(address.host);
    port.val(address.port);
    if (address.secure !== undefined) secure.prop('checked', address.secure);
    host.add(port).add(secure).trigger('change');
  });
}
