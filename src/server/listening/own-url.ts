/** What clients on this machine call a server. */

import { isIPv6 } from 'node:net';

/** @param host that it listens on, which may stand for all of them. */
export function ownUrl(isSecure: boolean, host: string, port: number): string {
  return `${isSecure ? 'https' : 'http'}://${reachableHost(host)}:${port}`;
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}
