/** What went wrong on the network, in words a person understands. */
import { messageOf, NetworkError, StreamSeaError } from '../errors';
import { type Sentence, say, type Words } from '../sentences';

const KEYS = {
  ECONNREFUSED: 'network.refused',
  ECONNRESET: 'network.brokenOff',
  ECONNABORTED: 'network.brokenOff',
  EPIPE: 'network.brokenOff',
  ENOTFOUND: 'network.noHost',
  EAI_AGAIN: 'network.noDns',
  EHOSTUNREACH: 'network.unreachable',
  ENETUNREACH: 'network.unreachable',
  EHOSTDOWN: 'network.unreachable',
  EADDRNOTAVAIL: 'network.unreachable',
  ETIMEDOUT: 'network.silent',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls.selfSigned',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls.untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls.untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls.untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls.untrusted',
  CERT_UNTRUSTED: 'tls.untrusted',
  CERT_HAS_EXPIRED: 'tls.expired',
  CERT_NOT_YET_VALID: 'tls.notYetValid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls.otherName',
  ERR_SSL_WRONG_VERSION_NUMBER: 'tls.none',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'tls.none',
  EPROTO: 'tls.failed',
} as const;

/** Of OpenSSL, when a write is the first to notice: then the code tells nothing. */
const NO_TLS = /wrong version number|packet length too long/;

const keys: Readonly<Record<string, (typeof KEYS)[keyof typeof KEYS]>> = KEYS;

/**
 * The {@link NetworkError} for what a socket or request threw; an error of our own family stays as it is.
 *
 * @param where the other side, as `boiler-house:8080`.
 */
export function networkError(thrown: unknown, where: Words): StreamSeaError {
  if (thrown instanceof StreamSeaError) return thrown;
  const code = codeOf(thrown);
  const key = code === 'EPROTO' && NO_TLS.test(messageOf(thrown)) ? 'tls.none' : keys[code];
  const sentence = key === undefined ? fallback(thrown, code, where) : say(key, { where });
  return new NetworkError(sentence, { cause: thrown });
}

/** `ECONNRESET`, or the like; empty when there is none. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

function fallback(thrown: unknown, code: string, where: Words): Sentence {
  const reason = messageOf(thrown);
  if (code.startsWith('HPE_')) return say('network.noHttp', { where, reason });
  if (code.startsWith('ERR_SSL_')) return say('tls.failedWith', { where, reason });
  return say('network.failed', { where, reason });
}
