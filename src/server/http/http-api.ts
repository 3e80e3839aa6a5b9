/** Requests to operations to the sea: who is asking, for what, and the reply, which is always JSON. */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ProtocolError, SchemaError } from '../../errors';
import { type BasicCredentials, parseBasicAuthorization } from '../../protocol/http/authorization';
import { matchOperation, methodsAt, type OperationMatch } from '../../protocol/http/operations';
import { secretMatches } from '../auth/auth';
import type { LoginAttempts } from '../auth/login-attempts';
import { Proofs } from '../auth/proofs';
import type { Client } from '../directory/jail';
import { engineRefusal } from '../engine-refusal';
import type { ServerLimits } from '../limits';
import { isSocketPath } from '../listening/incoming';
import type { Lobby } from '../listening/lobby';
import { Refusal } from '../refusal';
import type { Sea } from '../sea';
import { Answers } from './answers';
import { AbortedBody, Bodies, type Body } from './body';
import type { Cors } from './cors';
import { perform } from './http-operations';
import type { Pipelines } from './pipelines';

export interface HttpApiParts {
  readonly sea: Sea;
  readonly lobby: Lobby;
  readonly limits: Readonly<ServerLimits>;
  readonly cors: Cors;
  readonly logins: LoginAttempts;
  readonly pipelines: Pipelines;
  /** Told of faults of the server itself, which a client sees as status 500; refusals are none. */
  readonly onError: (error: unknown) => void;
}

interface Parts extends HttpApiParts {
  readonly answers: Answers;
  readonly bodies: Bodies;
  readonly proofs: Proofs<Client>;
}

export function httpApi(given: HttpApiParts): RequestListener {
  const { cors, lobby, pipelines, onError, limits } = given;
  const parts: Parts = {
    ...given,
    answers: new Answers(onError),
    bodies: new Bodies(limits),
    proofs: new Proofs(),
  };
  return (request, response) => {
    const start = pipelines.enter(response, !lobby.has(request.socket));
    if (start === false || cors.answers(request, response)) return;
    answer(request, response, parts, start).catch((error: unknown) => {
      // Not even an answer could be made of it: it costs this connection, and no other.
      response.destroy();
      onError(error);
    });
  };
}

/** @param start resolves when the request may be looked at; undefined: it may be at once. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: Parts,
  start: Promise<void> | undefined,
): Promise<void> {
  if (start !== undefined) {
    await start;
    // Those of a socket that is gone come to their turn all at once.
    if (request.socket.destroyed) return;
  }
  const { sea, lobby, limits, bodies, answers } = parts;
  let body: Body | undefined;
  try {
    const { operation, parameter = '' } = route(request);
    // In the same turn: what comes behind it at once is of somebody whom we know by then.
    const client =
      knownClientOf(request, parts) ?? provenClientOf(request, parts) ?? (await refuse(request, parts));
    // Before the body: a large one over a slow line may take longer than the lobby's patience.
    const refusal = lobby.admit(request.socket, client.jail.id);
    if (refusal !== undefined) throw refusal;
    const opened = bodies.open(request);
    body = opened;
    const call = { sea, client, limits, subject: parameter, readText: () => opened.text() };
    // Written here, as a reply may be too long to be a text.
    const json = JSON.stringify(await perform(operation, call));
    answers.send(response, 200, json);
  } catch (error) {
    sendError(response, error, parts);
  } finally {
    body?.close();
  }
}

/** @throws Refusal (404, 405, 426) */
function route(request: IncomingMessage): OperationMatch {
  const { method = '', url = '' } = request;
  const match = matchOperation(method, url);
  if (match !== undefined) return match;
  if (isSocketPath(request)) throw new Refusal(426, 'This is where the WebSocket is; upgrade to it.');
  const methods = methodsAt(url);
  throw methods.length > 0
    ? new Refusal(405, `${method} is not a method of this path; ${methods.join(' and ')} would be.`)
    : new Refusal(404, 'There is nothing at this path.');
}

/** @throws Refusal (401) */
function credentialsOf(request: IncomingMessage): BasicCredentials {
  const credentials = parseBasicAuthorization(request.headers.authorization);
  if (credentials !== undefined) return credentials;
  throw new Refusal(401, 'The credentials are missing: send "Authorization: Basic base64(clientId:secret)".');
}

function knownClientOf({ socket, headers }: IncomingMessage, { sea, proofs }: Parts): Client | undefined {
  return proofs.find(socket, headers.authorization, (client) => sea.findClient(client.id) === client);
}

/** @throws Refusal (401) when there are no credentials at all. */
function provenClientOf(request: IncomingMessage, { sea, logins, proofs }: Parts): Client | undefined {
  const { clientId, clientSecret } = credentialsOf(request);
  const { socket, headers } = request;
  const client = sea.findClient(clientId);
  // An unknown client takes the same path, and the same time, as a wrong secret.
  if (!secretMatches(clientSecret, client?.secret) || client === undefined) return undefined;
  logins.succeeded(clientId, socket.remoteAddress ?? '');
  proofs.add(socket, headers.authorization ?? '', client);
  return client;
}

/** @throws (rejects with) Refusal (401), the later the more often it was wrong. */
async function refuse(request: IncomingMessage, { logins }: Parts): Promise<never> {
  const { clientId } = credentialsOf(request);
  const { socket } = request;
  const attempt = { clientId, address: socket.remoteAddress ?? '', over: 'http' } as const;
  await new Promise<void>((resolve) => logins.failed(attempt, socket, resolve));
  throw new Refusal(401, 'The credentials are present and well formed but invalid.');
}

function sendError(response: ServerResponse, error: unknown, { answers, onError }: Parts): void {
  if (error instanceof AbortedBody) return;
  const refusal = refusalOf(error);
  if (refusal === undefined) {
    onError(error);
    answers.send(response, 500, JSON.stringify({ message: 'The server failed at this request.' }));
    return;
  }
  if (refusal.status === 401)
    response.setHeader('WWW-Authenticate', 'Basic realm="stream-sea", charset="UTF-8"');
  if (refusal.status === 405) response.setHeader('Allow', methodsAt(response.req.url ?? '').join(', '));
  if (refusal.status === 426) response.setHeader('Upgrade', 'websocket').setHeader('Connection', 'Upgrade');
  if (refusal.retryAfter !== undefined) response.setHeader('Retry-After', refusal.retryAfter);
  answers.send(response, refusal.status, JSON.stringify(refusal.body));
}

/** What the client did wrong; nothing when the fault is ours. */
function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof SchemaError) return new Refusal(400, error.message, error.errors);
  if (error instanceof ProtocolError) return new Refusal(400, `The body is not valid: ${error.message}.`);
  return engineRefusal(error);
}
