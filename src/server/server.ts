/** The embedded server: a whole stream-sea in this process. Listens, and closes for good. */

import { createServer, type Server } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import { ListenError, messageOf, SettingError } from '../errors';
import type { Definition } from '../protocol/schema';
import { type Sentence, say, type Warn } from '../sentences';
import { Archive } from './archive';
import { drawSecret, hashSecret } from './auth';
import { httpApi, refuseSocket } from './http-api';
import { limitsOf, type ServerLimits } from './limits';
import { Lobby } from './lobby';
import { assemble, type FirstJail } from './records';
import { Refusal } from './refusal';
import { Sea, type SeaParts, type SeaStats } from './sea';
import type { SeaSnapshot } from './snapshot';
import { WsApi } from './ws-api';

export type { ServerLimits } from './limits';
export type { SeaStats } from './sea';

export interface ServerOptions {
  /** The address to listen on; 127.0.0.1, so that nobody else gets in, unless told otherwise. */
  host?: string;
  /** 0 or absent: any free one. */
  port?: number;
  /** The first jail and its first client; drawn at random when absent, for whoever started the server alone. */
  jail?: { jailId?: string; clientId: string; clientSecret: string };
  limits?: Partial<ServerLimits>;
  /** Milliseconds between pings; 25,000. */
  pingInterval?: number;
  /**
   * Keeps definitions, clients and jails over restarts, and what lasting groups have not yet received. The folder
   * is this server's alone; absent: all is kept in memory, and gone with the server. The client of `jail` always
   * has the secret that is given there.
   */
  store?: { folder: string };
  /** Milliseconds since 1970; tokens expire by it. */
  now?: () => number;
  /** Told of faults of the server itself. What clients do wrong is none: they are told, and nobody else. */
  onError?: (error: unknown) => void;
  /** Told in words, and in the same as data, when a damaged store was set aside, or something in it was left out. */
  onWarning?: Warn;
}

export interface ServerStats extends SeaStats {
  /** Open WebSockets. */
  readonly connections: number;
}

export interface EmbeddedServer {
  /** `http://127.0.0.1:1234`, for a client on this machine. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Of the first client. */
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  stats(): ServerStats;
  /** The definitions of the first jail's streams. */
  streams(): readonly Definition[];
  /** Ends every connection, whatever the clients do, and frees the port. May be called again. */
  close(): Promise<void>;
}

/** A disk that hangs must not keep the server from closing. */
const STORE_CLOSE_TIMEOUT = 1_000;

/**
 * Starts a server that serves until it is closed.
 *
 * @throws SettingError for options that make no sense; nothing is left open.
 * @throws StoreError when another process holds the store's folder, or it cannot be written to.
 * @throws ListenError with the reason in words: the port is taken, the address is not this machine's.
 */
export async function startServer(options: ServerOptions = {}): Promise<EmbeddedServer> {
  const { onError = () => {}, onWarning = () => {} } = options;
  const credentials = {
    clientId: options.jail?.clientId ?? `client-${drawSecret()}`,
    clientSecret: options.jail?.clientSecret ?? drawSecret(),
  };
  const first: FirstJail = {
    id: options.jail?.jailId ?? 'first',
    client: {
      id: credentials.clientId,
      description: '',
      secret: hashSecret(credentials.clientSecret),
      jwtPublicKey: null,
    },
  };
  if (options.store === undefined) return serve(options, credentials, assemble([], first).snapshot);
  const { folder } = options.store;
  const { archive, snapshot } = await Archive.open({ folder, onError, warn: onWarning }, first);
  try {
    return await serve(options, credentials, snapshot, archive);
  } catch (error) {
    await archive.close();
    throw error;
  }
}

async function serve(
  options: ServerOptions,
  credentials: EmbeddedServer['credentials'],
  snapshot: SeaSnapshot,
  archive?: Archive,
): Promise<EmbeddedServer> {
  const { host = '127.0.0.1', port = 0, pingInterval = 25_000, now = Date.now, onError = () => {} } = options;
  const limits = limitsOf(options.limits);
  const sea = openSea(snapshot, limits, {
    now,
    ...(archive && { journal: archive }),
    ...(options.onWarning && { warn: options.onWarning }),
  });
  const lobby = new Lobby(limits);
  const server = createServer({
    headersTimeout: limits.headersTimeout,
    requestTimeout: Math.max(limits.requestTimeout, limits.headersTimeout),
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval: 1_000,
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    lobby.enter(socket);
  });
  server.on('request', httpApi({ sea, lobby, limits, onError }));
  server.on('clientError', answerMalformed);
  await listen(server, host, port);
  server.on('error', onError);

  // Only now, as it starts a timer: a server that could not listen leaves nothing behind.
  const wsApi = new WsApi({ sea, lobby, limits, pingInterval, now, onError });
  server.on('upgrade', (request, socket: Socket, head) => wsApi.upgrade(request, socket, head));

  const end = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    const subscribersGone = wsApi.close();
    for (const socket of sockets) socket.destroy();
    await Promise.all([closed, subscribersGone]);
    // Last, as each subscriber that leaves is written down.
    if (archive !== undefined) await within(STORE_CLOSE_TIMEOUT, archive.close());
  };

  const boundPort = portOf(server);
  let closing: Promise<void> | undefined;
  return {
    url: `http://${reachableHost(host)}:${boundPort}`,
    host,
    port: boundPort,
    credentials,
    stats: () => ({ connections: wsApi.connections, ...sea.stats }),
    streams: () => sea.firstJail.definitions,
    close: () => {
      closing ??= end();
      return closing;
    },
  };
}

function openSea(snapshot: SeaSnapshot, limits: Readonly<ServerLimits>, parts: SeaParts): Sea {
  try {
    return new Sea(snapshot, limits, parts);
  } catch (error) {
    if (error instanceof Refusal) throw new SettingError(say('listen.jail', { reason: error.message }));
    throw error;
  }
}

/** Waits so long, and no longer. */
async function within(ms: number, done: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([done, late]);
  clearTimeout(timer);
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SettingError(say('listen.port', { port: String(port) }));
  }
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      reject(new ListenError(listenFault(error, host, port), { cause: error }));
    };
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function listenFault(error: NodeJS.ErrnoException, host: string, port: number): Sentence {
  switch (error.code) {
    case 'EADDRINUSE':
      return say('listen.taken', { port, host });
    case 'EADDRNOTAVAIL':
      return say('listen.elsewhere', { host });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say('listen.unknown', { host });
    case 'EACCES':
      return say('listen.forbidden', { port });
    default:
      return say('listen.failed', { port, host, reason: messageOf(error) });
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('The server listens on no port.');
  return address.port;
}

/** What clients on this machine call an address that stands for all of them. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}

/** Bytes that are no HTTP, headers that are too large, requests that take too long. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      refuseSocket(socket, '431 Request Header Fields Too Large', { message: 'The headers are too large.' });
      return;
    case 'HPE_INVALID_URL':
      refuseSocket(socket, '400 Bad Request', {
        message: 'Letters beyond ASCII in a path must be percent-encoded.',
      });
      return;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      refuseSocket(socket, '408 Request Timeout', { message: 'The request took too long to come.' });
      return;
    default:
      refuseSocket(socket, '400 Bad Request', { message: 'This is not an HTTP request.' });
  }
}
