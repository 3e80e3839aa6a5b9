/** What went wrong on the network, in words a person understands. */
import type { IncomingMessage } from 'node:http';
import {
  CredentialsError,
  codeOf,
  mayPass,
  messageOf,
  NetworkError,
  ProtocolError,
  ReplyError,
  StreamSeaError,
} from '../../errors';
import { parseRetryAfter, reasonFor } from '../../protocol/http/reply-error';
import { type Sentence, say, type Words } from '../../sentences';

/** Hides secrets in what comes from outside; `Secrets` does it. */
export interface Discretion {
  fitToTell(text: string): string;
}

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

/** What OpenSSL and Node.js have to object to a handshake, or to a certificate, beyond those above. */
const TLS_FAULT = /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|INVALID_(CA|PURPOSE)$)/;

const keys: Readonly<Record<string, (typeof KEYS)[keyof typeof KEYS]>> = KEYS;

/**
 * The {@link NetworkError} for what a socket or request threw; an error of our own family stays as it is.
 *
 * @param where the other side, as `boiler-house:8080`.
 */
export function networkError(thrown: unknown, where: Words, secrets: Discretion): StreamSeaError {
  if (thrown instanceof StreamSeaError) return thrown;
  const told = mostTelling(thrown);
  const code = codeOf(told);
  const key = code === 'EPROTO' && NO_TLS.test(messageOf(told)) ? 'tls.none' : keys[code];
  const sentence =
    key === undefined ? fallback(secrets.fitToTell(messageOf(told)), code, where) : say(key, { where });
  return new NetworkError(sentence, { cause: causeOf(thrown, secrets) });
}

/** The answer to a request for a WebSocket that is none. */
export function upgradeError(response: IncomingMessage, where: string, now: number): StreamSeaError {
  const { statusCode: status = 0, headers } = response;
  if (status === 401) return new CredentialsError(say('credentials.refusedStatus', { where, status }));
  if (mayPass(status)) {
    const retryAfter = parseRetryAfter(headers['retry-after'], now, headers.date);
    const sentence = say('reply.noSocket', { where, reason: say(reasonFor(status)), status });
    return new ReplyError(sentence, { status, ...(retryAfter !== undefined && { retryAfter }) });
  }
  const redirect = status >= 300 && status < 400;
  const sentence = say(redirect ? 'reply.redirect' : 'reply.noServer', { where, status });
  return new ReplyError(sentence, { status });
}

/** What ended a WebSocket. */
export function socketError(thrown: unknown, where: string, secrets: Discretion): StreamSeaError {
  if (codeOf(thrown).startsWith('WS_ERR_')) {
    const sentence = say('protocol.webSocket', { where, reason: secrets.fitToTell(messageOf(thrown)) });
    return new ProtocolError(sentence, { cause: causeOf(thrown, secrets) });
  }
  return networkError(thrown, where, secrets);
}

/** What a code says by itself. 1006 is not from the wire: the socket ended without a word. */
const CLOSED: Readonly<
  Record<number, 'network.brokenOffWith' | 'network.closedTooLong' | 'network.closedWith'>
> = {
  1006: 'network.brokenOffWith',
  1009: 'network.closedTooLong',
};

/** The end of a WebSocket by the other side. */
export function closeError(code: number, reason: string, where: string): StreamSeaError {
  if (reason !== '') return new NetworkError(say('network.closedBecause', { where, reason, code }));
  return new NetworkError(say(CLOSED[code] ?? 'network.closedWith', { where, code }));
}

/**
 * What may be kept of an error as a cause, all of which a flow gets to see: it is the same unless it quotes a secret,
 * or holds the bytes that a parser could not read.
 */
export function causeOf(thrown: unknown, secrets: Discretion): unknown {
  const message = messageOf(thrown);
  const told = secrets.fitToTell(message);
  if (told === message && !(thrown instanceof Error && 'rawPacket' in thrown)) return thrown;
  const code = codeOf(thrown);
  return Object.assign(new Error(told), code !== '' && { code });
}

/** Of a host with several addresses: a refusal tells that it is there; no route to one of them tells nothing. */
function mostTelling(thrown: unknown): unknown {
  if (!(thrown instanceof AggregateError)) return thrown;
  const errors: readonly unknown[] = thrown.errors;
  const find = (is: (code: string) => boolean): unknown => errors.find((error) => is(codeOf(error)));
  return (
    find((code) => code === 'ECONNREFUSED') ??
    find((code) => keys[code] !== KEYS.ENETUNREACH) ??
    errors[0] ??
    thrown
  );
}

function fallback(reason: string, code: string, where: Words): Sentence {
  if (code.startsWith('HPE_')) return say('network.noHttp', { where, reason });
  if (TLS_FAULT.test(code)) return say('tls.failedWith', { where, reason });
  return say('network.failed', { where, reason });
}
