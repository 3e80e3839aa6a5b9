/**
 * The HTTP operations as data (P1 to P9): a client builds its requests from them, a server finds in them what
 * it was asked. Neither knows a path by heart.
 */

import { CredentialsError, ProtocolError, ReplyError } from '../errors';
import { API_BASE } from './constants';
import { isRecord, mismatch } from './json';
import { type Definition, parseDefinition } from './schema';
import { parseVersion, type Version } from './versions';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Operation<Body, Reply> {
  /** As a person would say it: `publish`, `create client`. */
  readonly name: string;
  readonly method: Method;
  /** Below {@link API_BASE}; `{}` is the one parameter (a stream, client or jail), one path segment. */
  readonly path: string;
  /** What a server reads. @throws ProtocolError that names the property at fault. */
  parseBody(body: unknown): Body;
  /** What a client reads from a 200. @throws ProtocolError that names the property at fault. */
  parseReply(body: unknown): Reply;
}

export type AnyOperation = Operation<unknown, unknown>;

export interface Secret {
  givenId: string;
  secret: string;
}

export const operations = {
  publish: operation({
    name: 'publish',
    method: 'POST',
    path: '/streams/{}/publish',
    parseBody(body) {
      const { payload } = record(body);
      if (payload === undefined) throw new ProtocolError('payload is missing');
      return {
        messages: Array.isArray(payload) ? (payload as unknown[]) : [payload],
        batch: Array.isArray(payload),
      };
    },
    parseReply: ignored,
  }),
  define: operation({
    name: 'define',
    method: 'POST',
    path: '/streams/{}/define',
    // parseDefinition reads it, as it needs the stream's name.
    parseBody: record,
    parseReply: ignored,
  }),
  describe: operation({
    name: 'describe',
    method: 'GET',
    path: '/streams/{}/schema',
    parseBody: ignored,
    parseReply: (body): Definition => parseDefinition(body),
  }),
  versions: operation({
    name: 'schema versions',
    method: 'POST',
    path: '/schema-versions-vector',
    parseBody(body) {
      const { schemaNames } = record(body);
      if (!isStrings(schemaNames)) throw wrong('schemaNames', 'a list of strings', schemaNames);
      return { schemaNames };
    },
    parseReply(body): (Version | null)[] {
      const { versionsVector } = record(body);
      if (!Array.isArray(versionsVector)) throw wrong('versionsVector', 'a list', versionsVector);
      return versionsVector.map((version: unknown) => (version === null ? null : parseVersion(version)));
    },
  }),
  createClient: operation({
    name: 'create client',
    method: 'POST',
    path: '/client',
    parseBody(body) {
      const { clientId, description } = record(body);
      return { clientId: text(clientId, 'clientId'), description: optionalText(description, 'description') };
    },
    parseReply: parseSecret,
  }),
  deleteClient: operation({
    name: 'delete client',
    method: 'DELETE',
    path: '/client/{}',
    parseBody: ignored,
    parseReply: parseId,
  }),
  rotateSecret: operation({
    name: 'rotate secret',
    method: 'PUT',
    path: '/client/{}',
    parseBody: ignored,
    parseReply: parseSecret,
  }),
  setJwtPublicKey: operation({
    name: 'set JWT public key',
    method: 'PUT',
    path: '/client/{}/jwt-public-key',
    parseBody(body) {
      const { jwtPublicKey } = record(body);
      return { jwtPublicKey: jwtPublicKey === null ? null : text(jwtPublicKey, 'jwtPublicKey') };
    },
    parseReply(body) {
      const { givenId, jwtPublicKey } = record(body);
      return {
        givenId: text(givenId, 'givenId'),
        jwtPublicKey: jwtPublicKey === null ? null : text(jwtPublicKey, 'jwtPublicKey'),
      };
    },
  }),
  createJail: operation({
    name: 'create jail',
    method: 'POST',
    path: '/jails',
    parseBody(body) {
      const { newJailId, newJailName, newClientId } = record(body);
      return {
        newJailId: text(newJailId, 'newJailId'),
        newJailName: optionalText(newJailName, 'newJailName'),
        newClientId: text(newClientId, 'newClientId'),
      };
    },
    parseReply(body) {
      const { newJailId, newClientId, newClientSecret } = record(body);
      return {
        newJailId: text(newJailId, 'newJailId'),
        newClientId: text(newClientId, 'newClientId'),
        newClientSecret: secretText(newClientSecret, 'newClientSecret'),
      };
    },
  }),
  deleteJail: operation({
    name: 'delete jail',
    method: 'DELETE',
    path: '/jails/{}',
    parseBody: ignored,
    parseReply: parseId,
  }),
} as const;

/** The path of a request; the parameter becomes one percent-encoded segment (P3). */
export function pathOf(operation: { readonly path: string }, parameter = ''): string {
  return API_BASE + operation.path.replace('{}', () => encodeSegment(parameter));
}

export interface OperationMatch {
  operation: AnyOperation;
  /** Decoded; absent where the path has none. */
  parameter: string | undefined;
}

/**
 * Finds what a request asks for; nothing when no operation has that method and path.
 *
 * Existing clients put names in unescaped (P3), so a parameter may hold slashes, question marks and stray
 * percent signs: it is all that stands between the parts of the path that are fixed.
 */
export function matchOperation(method: string, url: string): OperationMatch | undefined {
  for (const operation of Object.values(operations) as readonly AnyOperation[]) {
    if (operation.method !== method) continue;
    const parameter = matchPath(operation.path, url);
    if (parameter !== undefined) return { operation, parameter: parameter || undefined };
  }
  return undefined;
}

/** Methods that some operation has at this path: for a 405. */
export function methodsAt(url: string): Method[] {
  const found = Object.values(operations).filter((operation) => matchPath(operation.path, url) !== undefined);
  return [...new Set(found.map((operation) => operation.method))];
}

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
  /** Milliseconds since 1970. */
  now: number;
}

/** The error for a status other than 200, whatever its body: our JSON, a proxy's HTML page, nothing (P8). */
export function replyError(
  status: number,
  bodyText: string,
  context: ReplyContext,
): ReplyError | CredentialsError {
  const body = parseErrorBody(bodyText);
  const about = context.subject === undefined ? '' : ` ${JSON.stringify(context.subject)}`;
  const errors = body?.errors ?? [];
  const said = [body?.message, ...errors].filter((line) => line !== undefined && line !== '').join('; ');
  const sentence = `The server refused to ${context.operation}${about}: ${said || reasonOf(status)} (status ${status})`;
  if (status === 401) return new CredentialsError(sentence);
  const retryAfter = parseRetryAfter(context.retryAfter, context.now);
  return new ReplyError(sentence, { status, errors, ...(retryAfter !== undefined && { retryAfter }) });
}

/** Milliseconds from now that a `Retry-After` asks for (RFC 9110, 10.2.3). */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function parseErrorBody(bodyText: string): ErrorBody | undefined {
  let body: unknown;
  try {
    body = JSON.parse(bodyText);
  } catch {
    return undefined;
  }
  if (!isRecord(body) || typeof body.message !== 'string') return undefined;
  return isStrings(body.errors) ? { message: body.message, errors: body.errors } : { message: body.message };
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'it holds the request to be invalid',
  401: 'the credentials are not valid',
  403: 'these credentials may not do that',
  404: 'there is no such thing',
  408: 'it took too long',
  413: 'it is too large',
  429: 'too many requests',
};

function reasonOf(status: number): string {
  if (status >= 300 && status < 400) return 'it redirects elsewhere, where credentials are never sent';
  if (status >= 500) return 'the server failed';
  return REASONS[status] ?? 'no reason given';
}

/**
 * encodeURIComponent leaves `.` alone, and URL parsers on the way fold the segments `.` and `..` into their
 * neighbours: a stream of that name would be another path.
 */
function encodeSegment(parameter: string): string {
  const encoded = encodeURIComponent(parameter.toWellFormed());
  return encoded === '.' || encoded === '..' ? encoded.replaceAll('.', '%2E') : encoded;
}

/** The decoded parameter when the URL has this path, '' when the path has no parameter. */
function matchPath(path: string, url: string): string | undefined {
  const [before = '', after] = (API_BASE + path).split('{}');
  if (after === undefined) return url === before || url.startsWith(`${before}?`) ? '' : undefined;
  const middle = between(url, before, after) ?? between(withoutQuery(url), before, after);
  // A client id stands at the end of its path, where only an encoded slash is part of it.
  return middle === undefined || middle === '' || (after === '' && middle.includes('/'))
    ? undefined
    : decodeSegment(middle);
}

function between(url: string, before: string, after: string): string | undefined {
  const fits = url.startsWith(before) && url.endsWith(after) && url.length >= before.length + after.length;
  return fits ? url.slice(before.length, url.length - after.length) : undefined;
}

function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/** A name that went in unescaped may hold a percent sign that encodes nothing. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Keeps the types of an operation's body and reply as its literal gives them. */
function operation<Body, Reply>(definition: Operation<Body, Reply>): Operation<Body, Reply> {
  return definition;
}

function ignored(): void {}

function record(body: unknown): Record<string, unknown> {
  if (!isRecord(body)) throw wrong('the body', 'a JSON object', body);
  return body;
}

function text(value: unknown, property: string): string {
  if (typeof value !== 'string' || value === '')
    throw wrong(property, 'a string with something in it', value);
  return value;
}

function optionalText(value: unknown, property: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw wrong(property, 'a string', value);
  return value;
}

/** As {@link text}, but the error never shows what came instead. */
function secretText(value: unknown, property: string): string {
  if (typeof value !== 'string' || value === '') throw new ProtocolError(`${property} should be a string`);
  return value;
}

function parseSecret(body: unknown): Secret {
  const { givenId, secret } = record(body);
  return { givenId: text(givenId, 'givenId'), secret: secretText(secret, 'secret') };
}

function parseId(body: unknown): { id: string } {
  return { id: text(record(body).id, 'id') };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function wrong(property: string, expected: string, value: unknown): ProtocolError {
  return new ProtocolError(mismatch(property, expected, value));
}
