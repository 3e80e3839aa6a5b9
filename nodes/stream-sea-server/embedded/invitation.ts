/** What an embedded server offers to other programs. Its secret is known to who saved it, and told to nobody. */

import { networkInterfaces } from 'node:os';
import type { SeaOrProblem } from '../../shared/server-node';
import type { Invitation } from '../../shared/wire/api';
import { saidOf } from '../../shared/wire/sentence';
import { isLoopback } from '../proxy-environment';

/**
 * @param isPrivate its credentials were drawn at random.
 * @param adminRoot where Node-RED has its editor.
 */
export async function invitationOf(
  sea: SeaOrProblem,
  isPrivate: boolean,
  adminRoot: string,
): Promise<Invitation> {
  const nothing = { urls: [], local: true, clientId: null };
  if ('problem' in sea) return { ...nothing, problem: saidOf(sea.problem) };
  if (sea.host === undefined) return nothing;
  try {
    const server = await sea.host.server();
    const { host, url, mount } = server;
    const urls = mount === undefined ? urlsOf(url, host) : urlsOf(mount.url, mount.host);
    return {
      urls,
      local: urls.every((each) => isLoopback(new URL(each).hostname)),
      ...(mount && { inside: { path: mount.path, adminRoot } }),
      clientId: isPrivate ? null : server.credentials.clientId,
    };
  } catch (error) {
    return { ...nothing, problem: saidOf(error) };
  }
}

/** What other machines may call it; this machine's own name for itself when it listens for nobody else. */
function urlsOf(url: string | undefined, host: string | undefined): string[] {
  if (url === undefined) return [];
  if (host !== '0.0.0.0' && host !== '::') return [url];
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    // A link-local address means nothing without the name of the other machine's own interface.
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
    .filter(({ family }) => family === 'IPv4' || host === '::')
    .map(({ family, address }) => (family === 'IPv6' ? `[${address}]` : address));
  const { hostname } = new URL(url);
  return addresses.length > 0 ? addresses.map((address) => url.replace(hostname, address)) : [url];
}
