/** What went wrong on the network, in words a person understands. */
import { messageOf, NetworkError, StreamSeaError } from '../errors';

type Sentence = (where: string) => string;

const brokenOff: Sentence = (where) => `${where} broke off the connection`;
const unreachable: Sentence = (where) => `${where} cannot be reached from here (no route)`;
const silent: Sentence = (where) => `${where} does not answer (timed out)`;
const untrusted: Sentence = (where) =>
  `The certificate of ${where} is not signed by anyone trusted here: give its CA in the TLS settings`;
const selfSigned: Sentence = (where) =>
  `The certificate of ${where} is self-signed: give it as a CA in the TLS settings`;
const notTls: Sentence = (where) => `${where} does not speak TLS: try without TLS, or another port`;

const SENTENCES: Readonly<Record<string, Sentence>> = {
  ECONNREFUSED: (where) => `Nobody answers at ${where} (connection refused)`,
  ECONNRESET: brokenOff,
  ECONNABORTED: brokenOff,
  EPIPE: brokenOff,
  ENOTFOUND: (where) => `There is no host of the name in ${where}`,
  EAI_AGAIN: (where) => `The name in ${where} cannot be looked up now (no answer from DNS)`,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EHOSTDOWN: unreachable,
  EADDRNOTAVAIL: unreachable,
  ETIMEDOUT: silent,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_HAS_EXPIRED: (where) => `The certificate of ${where} has expired`,
  CERT_NOT_YET_VALID: (where) =>
    `The certificate of ${where} is not valid yet: is the clock of this machine right?`,
  ERR_TLS_CERT_ALTNAME_INVALID: (where) =>
    `The certificate of ${where} is for another name: check the address, or set the server name in the TLS settings`,
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  EPROTO: (where) => `TLS with ${where} failed`,
};

/**
 * The {@link NetworkError} for what a socket or request threw; an error of our own family stays as it is.
 *
 * @param where the other side, as `boiler-house:8080`.
 */
export function networkError(thrown: unknown, where: string): StreamSeaError {
  if (thrown instanceof StreamSeaError) return thrown;
  const code = codeOf(thrown);
  const sentence = SENTENCES[code] ?? fallback(thrown, code);
  return new NetworkError(sentence(where), { cause: thrown });
}

/** `ECONNRESET`, or the like; empty when there is none. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

function fallback(thrown: unknown, code: string): Sentence {
  if (code.startsWith('HPE_'))
    return (where) => `What answers at ${where} does not speak HTTP: ${messageOf(thrown)}`;
  if (code.startsWith('ERR_SSL_')) return (where) => `TLS with ${where} failed: ${messageOf(thrown)}`;
  return (where) => `The connection to ${where} failed: ${messageOf(thrown)}`;
}
