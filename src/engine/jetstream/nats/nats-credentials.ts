/** Who we are to NATS, and how the connection is secured. */

import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { Authenticator, ConnectionOptions } from '@nats-io/transport-node';
import { SettingError } from '../../../errors';
import { say } from '../../../sentences';
import type { NatsPackages } from './nats-packages';

/** At most one kind of them, and TLS. */
export interface NatsCredentials {
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** What a `.creds` file holds. */
  readonly creds?: string;
  /** PEM texts. Given, though empty: with TLS. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/**
 * As the client for NATS takes them.
 *
 * @param servers `host:port` of each
 * @throws SettingError for `creds` that cannot be used
 */
export function optionsOf(
  { user, password, token, creds, tls }: NatsCredentials,
  servers: readonly string[],
  packages: NatsPackages,
): ConnectionOptions {
  // Its types do not know what it passes on to Node.
  const secured = { ...tls, checkServerIdentity: identityOf(servers) };
  return {
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(token !== undefined && { token }),
    ...(creds !== undefined && { authenticator: authenticatorOf(creds, packages) }),
    ...(tls !== undefined && { tls: secured }),
  };
}

/** Whether that is what a `.creds` file holds. */
export function areCreds(text: string, packages: NatsPackages): boolean {
  try {
    authenticatorOf(text, packages);
    return true;
  } catch {
    return false;
  }
}

function authenticatorOf(creds: string, { transport }: NatsPackages): Authenticator {
  // The client reads no other ends of lines, and none that is missing.
  const text = `${creds.replaceAll('\r\n', '\n')}\n`;
  const authenticator = transport.credsAuthenticator(Buffer.from(text));
  try {
    // It reads them when it is asked, within the connection, which would wait for ever.
    authenticator('a nonce');
  } catch (cause) {
    const expected = say('expected.like', { example: '-----BEGIN NATS USER JWT-----' });
    throw new SettingError(say('nats.setting', { setting: 'creds', expected }), { cause });
  }
  return authenticator;
}

/** Of a server without a name the client does not say whose certificate it looks at, so that Node assumes localhost. */
function identityOf(servers: readonly string[]) {
  const addresses = servers.map(hostOf).filter((host) => isIP(host) !== 0);
  return (name: string, certificate: PeerCertificate): Error | undefined => {
    const fault = checkServerIdentity(name, certificate);
    if (fault === undefined || name !== 'localhost') return fault;
    const isKnown = addresses.some((address) => checkServerIdentity(address, certificate) === undefined);
    return isKnown ? undefined : fault;
  };
}

function hostOf(server: string): string {
  return server.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
