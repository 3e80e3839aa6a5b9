/** A server: a whole stream-sea in this process, on an engine. Listens, and closes for good. */

import type { RequestListener } from 'node:http';
import { ENGINE_CLOSE_TIMEOUT, LONGEST_TIMEOUT, within } from '../engine/deadline';
import type { Engine } from '../engine/engine';
import { openEngine } from '../engine/open';
import { SettingError } from '../errors';
import type { Definition } from '../protocol/schema/schema';
import { record } from '../protocol/values';
import { say } from '../sentences';
import { checkSecret, drawSecret, hashSecret } from './auth/auth';
import { LoginAttempts } from './auth/login-attempts';
import { FIRST_JAIL } from './directory/first-client';
import type { FirstJail } from './directory/jail';
import { Cors } from './http/cors';
import { httpApi } from './http/http-api';
import { Pipelines } from './http/pipelines';
import { limitsOf, type ServerLimits } from './limits';
import { Door } from './listening/door';
import { type Certificate, Listener, type ListenerParts } from './listening/listener';
import { Lobby } from './listening/lobby';
import type { Mount } from './listening/mount';
import type { ServerStats } from './monitoring/metrics';
import { withProbes } from './monitoring/probes';
import { checkClientId, checkJailId } from './names';
import { checkOptions, type ServerOptions } from './options';
import { Refusal } from './refusal';
import { Sea } from './sea';
import { WsApi } from './ws/ws-api';

/** A server that runs in this process. */
export interface EmbeddedServer {
  /** `http://127.0.0.1:1234`, for a client on this machine. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Its second way in, if it has one. */
  readonly mount?: Mount;
  /** Of the first client. */
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  /** What it counts. */
  stats(): ServerStats;
  /** The definitions of the first jail's streams. */
  streams(): Promise<readonly Definition[]>;
  /**
   * Whether such a stream has a schema, readable or not.
   *
   * @internal
   */
  hasSchema(stream: string): boolean;
  /** For connections from now on. @throws SettingError; then the old one stays. */
  renewTls(tls: Certificate): void;
  /**
   * It is about to close: no WebSocket and no subscription is taken any more, and health says 503. All others are served
   * as before; resolves when no request is under way, or after a while.
   */
  drain(): Promise<void>;
  /** Ends every connection, whatever the clients do, and frees the port. May be called again. */
  close(): Promise<void>;
  /** `await using server = await startServer()`: as {@link close}. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Milliseconds that requests under way have to end, once it is known that the server is to close ... */
const DRAIN_TIMEOUT = 1_500;
/** ... and those that have come until it did. */
const LAST_TIMEOUT = 250;

/** What `start.ts` gives to programs, which says all about it. */
export async function startServer(options: ServerOptions = {}): Promise<EmbeddedServer> {
  const { onError = () => {}, onWarning = () => {}, store } = record('options', options) as ServerOptions;
  let engine = options.engine;
  try {
    checkOptions(options);
    const limits = limitsOf(options.limits);
    const cors = new Cors(options.cors);
    const credentials = {
      clientId: options.jail?.clientId ?? `client-${drawSecret()}`,
      clientSecret: options.jail?.clientSecret ?? drawSecret(),
    };
    const first = firstJail(options.jail?.jailId ?? FIRST_JAIL, credentials, limits);
    engine ??= await openEngine({ store, limits, warn: onWarning, onError });
    const onSchema = harmless(options.onSchema, onError);
    const sea = await Sea.open(first, { engine, limits, warn: onWarning, onError, onSchema });
    return await serve(options, { sea, engine, limits, cors, credentials });
  } catch (error) {
    if (engine !== undefined) await within(ENGINE_CLOSE_TIMEOUT, engine.close().catch(onError));
    throw error;
  }
}

/** What a listener throws is no reason to end a connection or this process, nor to take a definition for none. */
function harmless<Told>(
  listener: ((told: Told) => void) | undefined,
  onError: (error: unknown) => void,
): (told: Told) => void {
  return (told) => {
    try {
      listener?.(told);
    } catch (error) {
      onError(error);
    }
  };
}

interface ServeParts {
  readonly sea: Sea;
  readonly engine: Engine;
  readonly limits: Readonly<ServerLimits>;
  readonly cors: Cors;
  readonly credentials: EmbeddedServer['credentials'];
}

async function serve(
  options: ServerOptions,
  { sea, engine, limits, cors, credentials }: ServeParts,
): Promise<EmbeddedServer> {
  const { host = '127.0.0.1', port = 0, pingInterval = 25_000, now = Date.now, tls } = options;
  const { onError = () => {}, mount } = options;
  const onEvent = harmless(options.onEvent, onError);
  const logins = new LoginAttempts({ limits, onEvent });
  const lobby = new Lobby(limits);
  const upgrade: ListenerParts['upgrade'] = (request, socket, head) => wsApi.upgrade(request, socket, head);
  const listener = new Listener({
    host,
    port,
    tls,
    limits,
    enter: (socket) => lobby.enter(socket),
    secured: (bare, socket) => lobby.exchange(bare, socket),
    upgrade,
  });
  const pipelines = new Pipelines();
  let isDraining = false;
  const serveRequest = httpApi({ sea, lobby, limits, cors, logins, pipelines, onError });
  const serveOrLeave: RequestListener = (request, response) => {
    // Its sender goes elsewhere with the next one.
    if (isDraining) response.shouldKeepAlive = false;
    serveRequest(request, response);
  };
  const stats = (): ServerStats => ({ connections: wsApi.connections, ...sea.stats });
  const isStale = (): boolean => !sea.directory.isCurrent;
  const probes = { engine, limits, stats, isStale, isDraining: () => isDraining };
  listener.server.on('request', options.probes ? withProbes(probes, serveOrLeave) : serveOrLeave);
  await listener.listen();
  listener.server.on('error', onError);
  let door: Door | undefined;
  try {
    door = mount && new Door({ mount, lobby, request: serveOrLeave, upgrade });
  } catch (error) {
    await listener.stop();
    throw error;
  }

  // Only now, as it starts a timer: a server that could not listen leaves nothing behind.
  const wsApi = new WsApi({
    sea,
    lobby,
    logins,
    limits,
    pingInterval: Math.min(pingInterval, LONGEST_TIMEOUT),
    now,
    onError,
    onEvent,
    isDraining: () => isDraining,
  });

  const end = async (): Promise<void> => {
    const wasDraining = isDraining;
    isDraining = true;
    door?.close();
    const stopped = listener.stop();
    if (wasDraining) await within(LAST_TIMEOUT, pipelines.idle());
    // What the kernel has taken has left; who had it is told in the next turn.
    sea.stop();
    await new Promise((resolve) => setImmediate(resolve));
    const subscribersGone = wsApi.close();
    listener.destroySockets();
    door?.destroySockets();
    await Promise.all([stopped, subscribersGone]);
    // Last, as what each subscriber has left behind is written down.
    await within(ENGINE_CLOSE_TIMEOUT, sea.close().catch(onError));
  };

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= end();
    return closing;
  };
  return {
    url: listener.url,
    host,
    port: listener.port,
    ...(mount && { mount }),
    credentials,
    stats,
    streams: () => sea.reading.definitionsOf(sea.directory.firstJail),
    hasSchema: (stream) => sea.directory.firstJail.streams.has(stream),
    renewTls: (renewed) => listener.renewTls(renewed),
    drain: () => {
      isDraining = true;
      return within(DRAIN_TIMEOUT, pipelines.idle());
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** @throws SettingError */
function firstJail(
  id: string,
  { clientId, clientSecret }: EmbeddedServer['credentials'],
  limits: Readonly<ServerLimits>,
): FirstJail {
  try {
    checkJailId(id, limits);
    checkClientId(clientId, limits);
    checkSecret(clientSecret);
  } catch (error) {
    if (error instanceof Refusal) throw new SettingError(say('listen.jail', { reason: error.message }));
    throw error;
  }
  return { id, client: { id: clientId, secret: hashSecret(clientSecret) } };
}
