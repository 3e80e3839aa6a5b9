/** The error for an HTTP answer that is no 200, with the server's reason or, where it gives none, ours (P8, P9). */

import { CredentialsError, ReplyError } from '../../errors';
import { quoted, type Sentence, say, type Words } from '../../sentences';
import { isRecord, withoutMark } from '../json';
import { operations } from './operations';

export interface ErrorBody {
  message: string;
  /** One line for each thing a payload or a definition did wrong. */
  errors?: readonly string[];
}

export interface ReplyContext {
  /** `publish` and so on. */
  operation: string;
  /** The stream, client or jail it was about. */
  subject?: string | undefined;
  /** The `Retry-After` header, seconds or an HTTP date. */
  retryAfter?: string | undefined;
  /** The `Date` header of the same answer. */
  date?: string | undefined;
  /** Milliseconds since 1970, by our own clock. */
  now: number;
  /** What may be told of a text that is the server's. */
  fitToTell(text: string): string;
}

/** A thousand messages of a batch need not be told of one by one. */
const MAX_LINES = 100;

/** The error for a status other than 200, whatever its body: our JSON, a proxy's HTML page, nothing (P8). */
export function replyError(
  status: number,
  bodyText: string,
  context: ReplyContext,
): ReplyError | CredentialsError {
  const body = parseErrorBody(bodyText);
  const errors = (body?.errors ?? []).slice(0, MAX_LINES).map(context.fitToTell);
  const said = context.fitToTell(reasonIn([...errors, body?.message ?? '']));
  const sentence = refusal(context, said || say(reasonFor(status)), status);
  if (status === 401) return new CredentialsError(sentence);
  const retryAfter = parseRetryAfter(context.retryAfter, context.now, context.date);
  return new ReplyError(sentence, { status, errors, ...(retryAfter !== undefined && { retryAfter }) });
}

/** What is wrong comes before what that is called: whoever shows little of a text shows its beginning. */
function reasonIn(lines: readonly string[]): string {
  const parts = lines.map((line) => line.trim().replace(/\.$/, '')).filter((line) => line !== '');
  return parts.join('; ');
}

/**
 * Milliseconds from now that a `Retry-After` asks for (RFC 9110, 10.2.3).
 *
 * @param answered the `Date` header of the same answer: by it our own clock may be wrong.
 */
export function parseRetryAfter(header: string | undefined, now: number, answered = ''): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const wait = httpDate(header) - (httpDate(answered) || now);
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** `Date.parse` takes much that is none, as `1.5`; and the oldest of the three forms does not say that it is UTC. */
function httpDate(header: string): number {
  if (!/^\s*(mon|tue|wed|thu|fri|sat|sun)/i.test(header)) return Number.NaN;
  return Date.parse(/GMT/i.test(header) ? header : `${header} GMT`);
}

function parseErrorBody(bodyText: string): ErrorBody | undefined {
  let body: unknown;
  try {
    body = JSON.parse(withoutMark(bodyText));
  } catch {
    return undefined;
  }
  if (!isRecord(body)) return undefined;
  // Either may be missing, and says what it says all the same.
  const { message, errors } = body;
  const lines = Array.isArray(errors) ? errors.filter((line) => typeof line === 'string') : [];
  return { message: typeof message === 'string' ? message : '', errors: lines };
}

/** A sentence for each operation that a flow performs: in other languages no name of one would fit into all. */
function refusal({ operation, subject }: ReplyContext, reason: Words, status: number): Sentence {
  switch (operation) {
    case operations.versions.name:
      return say('reply.versions', { reason, status });
    case operations.createClient.name:
      return say('reply.createClient', { reason, status });
    case operations.createJail.name:
      return say('reply.createJail', { reason, status });
    case operations.listClients.name:
    case operations.listJails.name:
      return say('reply.list', { reason, status });
  }
  if (subject === undefined) return say('reply.other', { operation, reason, status });
  const named = quoted(subject);
  switch (operation) {
    case operations.publish.name:
      return say('reply.publish', { stream: named, reason, status });
    case operations.define.name:
      return say('reply.define', { stream: named, reason, status });
    case operations.describe.name:
      return say('reply.describe', { stream: named, reason, status });
    case operations.deleteClient.name:
      return say('reply.deleteClient', { client: named, reason, status });
    case operations.rotateSecret.name:
    case operations.resetSecret.name:
      return say('reply.rotateSecret', { client: named, reason, status });
    case operations.setJwtPublicKey.name:
    case operations.resetJwtPublicKey.name:
      return say('reply.setPublicKey', { client: named, reason, status });
    case operations.deleteJail.name:
      return say('reply.deleteJail', { jail: named, reason, status });
    default:
      return say('reply.other', { operation: `${operation} ${named}`, reason, status });
  }
}

const REASONS = {
  400: 'reply.invalid',
  401: 'reply.credentials',
  403: 'reply.forbidden',
  404: 'reply.missing',
  408: 'reply.slow',
  413: 'reply.large',
  429: 'reply.busy',
} as const;

type Reason = (typeof REASONS)[keyof typeof REASONS] | 'reply.elsewhere' | 'reply.failed' | 'reply.silent';

/** Ours, where the server gives none. */
export function reasonFor(status: number): Reason {
  if (status >= 300 && status < 400) return 'reply.elsewhere';
  if (status >= 500) return 'reply.failed';
  const known: Readonly<Record<number, Reason>> = REASONS;
  return known[status] ?? 'reply.silent';
}
