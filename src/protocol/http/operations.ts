/**
 * The HTTP operations as data (P1 to P9): a client builds its requests from them, a server finds in them what
 * it was asked. Neither knows a path by heart.
 */

import { ProtocolError } from '../../errors';
import { say } from '../../sentences';
import { API_BASE } from '../constants';
import { isStrings, problemAt, wrong } from '../json';
import { type Definition, parseDefinition } from '../schema/schema';
import { parseVersion, type Version } from '../schema/versions';
import {
  optionalText,
  parseId,
  parseKey,
  parseList,
  parseListedClient,
  parseListedJail,
  parsePublicKey,
  parseSecret,
  record,
  secretText,
  text,
} from './bodies';
import { percentDecoded } from './percent';

/** What an operation asks with. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One operation of the protocol: what is asked, and what is answered. */
export interface Operation<Body, Reply> {
  /** As a person would say it: `publish`, `create client`. */
  readonly name: string;
  readonly method: Method;
  /** Below `/api/v1`; `{}` is the one parameter (a stream, client or jail), one path segment. */
  readonly path: string;
  /** What a server reads. @throws ProtocolError that names the property at fault. */
  parseBody(body: unknown): Body;
  /** What a client reads from a 200. @throws ProtocolError that names the property at fault. */
  parseReply(body: unknown): Reply;
  /** A 200 is all that a client needs, whatever comes with it. */
  readonly ignoresReply?: boolean;
}

/** Whichever operation. */
export type AnyOperation = Operation<unknown, unknown>;

/** All operations of the protocol, by name. */
export const operations = {
  publish: operation({
    name: 'publish',
    method: 'POST',
    path: '/streams/{}/publish',
    parseBody(body) {
      const { payload } = record(body);
      if (payload === undefined) throw new ProtocolError(problemAt('payload', say('value.missing')));
      return {
        messages: Array.isArray(payload) ? (payload as unknown[]) : [payload],
        batch: Array.isArray(payload),
      };
    },
    parseReply: ignored,
    ignoresReply: true,
  }),
  define: operation({
    name: 'define',
    method: 'POST',
    path: '/streams/{}/define',
    // parseDefinition reads it, as it needs the stream's name.
    parseBody: record,
    parseReply: ignored,
    ignoresReply: true,
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
      if (!Array.isArray(versionsVector)) throw wrong('versionsVector', say('expected.list'), versionsVector);
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
    parseBody: (body) => ({ jwtPublicKey: parseKey(body) }),
    parseReply: parsePublicKey,
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
  // These are ours (P40): other servers answer 404.
  listClients: operation({
    name: 'list clients',
    method: 'GET',
    path: '/clients',
    parseBody: ignored,
    parseReply: (body) => ({
      self: text(record(body).self, 'self'),
      ...parseList(body, 'clients', parseListedClient),
    }),
  }),
  resetSecret: operation({
    name: 'reset secret',
    method: 'PUT',
    path: '/clients/{}/secret',
    parseBody: ignored,
    parseReply: parseSecret,
  }),
  resetJwtPublicKey: operation({
    name: 'reset JWT public key',
    method: 'PUT',
    path: '/clients/{}/jwt-public-key',
    parseBody: (body) => ({ jwtPublicKey: parseKey(body) }),
    parseReply: parsePublicKey,
  }),
  listJails: operation({
    name: 'list jails',
    method: 'GET',
    path: '/jails',
    parseBody: ignored,
    parseReply: (body) => parseList(body, 'jails', parseListedJail),
  }),
} as const;

/** The path of a request; the parameter becomes one percent-encoded segment (P3). */
export function pathOf(operation: { readonly path: string }, parameter = ''): string {
  return API_BASE + operation.path.replace('{}', () => encodeSegment(parameter));
}

/** An operation by its path, in two halves: a server asks with each request. */
interface Route {
  readonly operation: AnyOperation;
  /** All of the path, where it has no parameter. */
  readonly before: string;
  /** Behind the parameter; undefined: the path has none. */
  readonly after: string | undefined;
}

const routes: readonly Route[] = Object.values(operations).map((operation) => {
  const [before = '', after] = (API_BASE + operation.path).split('{}');
  return { operation, before, after };
});

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
  for (const route of routes) {
    if (route.operation.method !== method) continue;
    const parameter = matchPath(route, url);
    if (parameter !== undefined) return { operation: route.operation, parameter: parameter || undefined };
  }
  return undefined;
}

/** Methods that some operation has at this path: for a 405. */
export function methodsAt(url: string): Method[] {
  const found = routes.filter((route) => matchPath(route, url) !== undefined);
  return [...new Set(found.map(({ operation }) => operation.method))];
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
function matchPath({ before, after }: Route, url: string): string | undefined {
  if (after === undefined) return url === before || url.startsWith(`${before}?`) ? '' : undefined;
  // A client id stands at the end of its path, where only an encoded slash or question mark is part of it.
  const whole = after === '' ? undefined : between(url, before, after);
  const middle = whole ?? between(withoutQuery(url), before, after);
  return middle === undefined || middle === '' || (after === '' && middle.includes('/'))
    ? undefined
    : percentDecoded(middle);
}

function between(url: string, before: string, after: string): string | undefined {
  const fits = url.startsWith(before) && url.endsWith(after) && url.length >= before.length + after.length;
  return fits ? url.slice(before.length, url.length - after.length) : undefined;
}

function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/** Keeps the types of an operation's body and reply as its literal gives them. */
function operation<Body, Reply>(definition: Operation<Body, Reply>): Operation<Body, Reply> {
  return definition;
}

function ignored(): void {}
