/** What a token (JWT) says of its own end, and when another one is to be had before that. */
import { isRecord } from '../../protocol/json';

/** Milliseconds. Long enough for several tries, where the network or the server is away for a while. */
const LONGEST_MARGIN = 300_000;

/** Of a token that has ended, and lets us in all the same, nothing is known: so long until the next look. */
const UNKNOWN = 60_000;

/** Whoever gives the same token again and again is not asked more often. */
const SHORTEST = 250;

/** What it says, in milliseconds since 1970 by the clock of the server. */
export interface TokenTimes {
  readonly begin?: number | undefined;
  readonly end?: number | undefined;
}

/** Whoever has signed it. */
export function timesOf(jwt: string): TokenTimes {
  const [, payload = ''] = jwt.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return isRecord(claims) ? { begin: millisecondsOf(claims.iat), end: millisecondsOf(claims.exp) } : {};
  } catch {
    return {};
  }
}

function millisecondsOf(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** @param left milliseconds for which it is valid yet. @returns milliseconds until it is to be replaced. */
export function renewalAfter(left: number): number {
  if (left <= 0) return UNKNOWN;
  return Math.max(SHORTEST, left - Math.min(LONGEST_MARGIN, left / 3));
}
