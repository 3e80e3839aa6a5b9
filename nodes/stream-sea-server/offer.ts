/** What an embedded server offers to other programs. Its secret is known to who saved it, and told to nobody. */

import { networkInterfaces } from 'node:os';
import type { EmbeddedServer } from '../../src/index';
import type { Offer } from '../shared/api.config';
import { saidOf } from '../shared/sentence.config';
import type { Sea } from '../shared/server-node';

/** @param isPrivate its credentials were drawn at random. */
export async function offerOf(sea: Sea, isPrivate: boolean): Promise<Offer> {
  const nothing = { urls: [], local: true, clientId: null };
  if ('problem' in sea) return { ...nothing, problem: saidOf(sea.problem) };
  if (sea.host === undefined) return nothing;
  try {
    const server = await sea.host.server();
    const hosts = hostsOf(server);
    return {
      urls: hosts.map((name) => `http://${name}:${server.port}`),
      local: hosts.every(isLoopback),
      clientId: isPrivate ? null : server.credentials.clientId,
    };
  } catch (error) {
    return { ...nothing, problem: saidOf(error) };
  }
}

/** What other machines may call it; this machine's own name for itself when it listens for nobody else. */
function hostsOf({ host, url }: EmbeddedServer): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [new URL(url).hostname];
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    // A link-local address means nothing without the name of the other machine's own interface.
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
    .filter(({ family }) => family === 'IPv4' || host === '::')
    .map(({ family, address }) => (family === 'IPv6' ? `[${address}]` : address));
  return addresses.length > 0 ? addresses : [new URL(url).hostname];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
