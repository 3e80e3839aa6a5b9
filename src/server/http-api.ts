/** Requests to operations to the sea: who is asking, for what, and the reply, which is always JSON. */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ProtocolError, SchemaError } from '../errors';
import { parseBasicAuthorization } from '../protocol/authorization';
import { STREAMS_SOCKET_PATH } from '../protocol/constants';
import { matchOperation, methodsAt, type OperationMatch } from '../protocol/operations';
import type { ErrorBody } from '../protocol/reply-error';
import { secretMatches } from './auth';
import { AbortedBody, readBody } from './body';
import { perform } from './http-operations';
import type { Client } from './jail';
import type { ServerLimits } from './limits';
import type { Lobby } from './lobby';
import { Refusal } from './refusal';
import type { Sea } from './sea';

export interface HttpApiParts {
  readonly sea: Sea;
  readonly lobby: Lobby;
  readonly limits: Readonly<ServerLimits>;
  /** Told of faults of the server itself, which a client sees as status 500; refusals are none. */
  readonly onError: (error: unknown) => void;
}

export function httpApi(parts: HttpApiParts): RequestListener {
  return (request, response) => {
    serve(request, parts).then(
      (reply) => send(response, 200, reply),
      (error: unknown) => sendError(response, error, parts.onError),
    );
  };
}

async function serve(request: IncomingMessage, { sea, lobby, limits }: HttpApiParts): Promise<object> {
  const { operation, parameter = '' } = route(request);
  const client = authenticate(request, sea);
  // Before the body: a large one over a slow line may take longer than the lobby's patience.
  lobby.leave(request.socket);
  const readText = (): Promise<string> => readBody(request, limits.maxBodyBytes);
  return perform(operation, { sea, client, limits, subject: parameter, readText });
}

/** @throws Refusal (404, 405, 426) */
function route(request: IncomingMessage): OperationMatch {
  const { method = '', url = '' } = request;
  const match = matchOperation(method, url);
  if (match !== undefined) return match;
  if (url === STREAMS_SOCKET_PATH) throw new Refusal(426, 'This is where the WebSocket is; upgrade to it.');
  const methods = methodsAt(url);
  throw methods.length > 0
    ? new Refusal(405, `${method} is not a method of this path; ${methods.join(' and ')} would be.`)
    : new Refusal(404, 'There is nothing at this path.');
}

/** @throws Refusal (401) */
function authenticate(request: IncomingMessage, sea: Sea): Client {
  const credentials = parseBasicAuthorization(request.headers.authorization);
  if (credentials === undefined) {
    throw new Refusal(
      401,
      'The credentials are missing: send "Authorization: Basic base64(clientId:secret)".',
    );
  }
  const client = sea.findClient(credentials.clientId);
  // An unknown client takes the same path, and the same time, as a wrong secret.
  const matches = secretMatches(credentials.clientSecret, client?.secret);
  if (client === undefined || !matches) {
    throw new Refusal(401, 'The credentials are present and well formed but invalid.');
  }
  return client;
}

function sendError(response: ServerResponse, error: unknown, onError: (error: unknown) => void): void {
  if (error instanceof AbortedBody) return;
  const refusal = refusalOf(error);
  if (refusal === undefined) {
    onError(error);
    send(response, 500, { message: 'The server failed at this request.' });
    return;
  }
  if (refusal.status === 401)
    response.setHeader('WWW-Authenticate', 'Basic realm="stream-sea", charset="UTF-8"');
  if (refusal.status === 405) response.setHeader('Allow', methodsAt(response.req.url ?? '').join(', '));
  if (refusal.status === 426) response.setHeader('Upgrade', 'websocket').setHeader('Connection', 'Upgrade');
  if (refusal.retryAfter !== undefined) response.setHeader('Retry-After', refusal.retryAfter);
  send(response, refusal.status, refusal.body);
}

/** What the client did wrong; nothing when the fault is ours. */
function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof SchemaError) return new Refusal(400, error.message, error.errors);
  if (error instanceof ProtocolError) return new Refusal(400, `The body is not valid: ${error.message}.`);
  return undefined;
}

function send(response: ServerResponse, status: number, body: object): void {
  const json = Buffer.from(JSON.stringify(body));
  response
    // Some replies hold a secret.
    .writeHead(status, { ...JSON_HEADERS, 'Content-Length': json.length, 'Cache-Control': 'no-store' })
    .end(json);
}

const JSON_HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'X-Content-Type-Options': 'nosniff',
};

/** Answers on a bare socket, where there is no ServerResponse, and ends it. */
export function refuseSocket(socket: Socket, statusLine: string, body: ErrorBody): void {
  const json = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${statusLine}\r\nConnection: close\r\nContent-Type: ${JSON_HEADERS['Content-Type']}\r\n` +
      `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
    () => socket.destroy(),
  );
}
