/** The HTTP Basic credentials that every request carries (P2). */

export interface BasicCredentials {
  clientId: string;
  clientSecret: string;
}

/** The header's value; letters beyond ASCII go out as UTF-8 (RFC 7617). */
export function basicAuthorization(clientId: string, clientSecret: string): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`, 'utf8').toString('base64')}`;
}

/** The credentials in a header, or nothing. Only the first colon divides: a secret may hold more. */
export function parseBasicAuthorization(header: string | undefined): BasicCredentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon === -1) return undefined;
  return { clientId: decoded.slice(0, colon), clientSecret: decoded.slice(colon + 1) };
}
