/** Host, port and TLS from a whole address, such as another server's dialog gives to copy. */

export interface Address {
  readonly host: string;
  /** Blank for the scheme's own. */
  readonly port: string;
  /** None when the address does not tell. */
  readonly secure?: boolean;
}

/** Nothing for what is a host alone, or holds more than these settings can say. */
export function parseAddress(text: string): Address | undefined {
  const [, host, port] = /^([^\s:/?#@{]+|\[[\da-f:]+\]):(\d+)$/i.exec(text.trim()) ?? [];
  if (host !== undefined && port !== undefined) return { host, port };
  if (!/^(https?|wss?):\/\//i.test(text.trim()) || !URL.canParse(text.trim())) return undefined;
  const url = new URL(text.trim());
  const more = url.username + url.password + url.search + url.hash + url.pathname.slice(1);
  if (more !== '') return undefined;
  return { host: url.hostname, port: url.port, secure: /^(https|wss):$/.test(url.protocol) };
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
