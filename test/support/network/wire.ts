/** The wire by hand: HTTP requests and WebSocket frames as they are, without this package's client. */

import { once } from 'node:events';
import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { closeAfterwards } from '../closing';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  /** The parsed body; tests compare it whole, or read a property of it. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not
  readonly body: any;
}

export function basic({ clientId, clientSecret }: Credentials): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
}

export interface RequestOptions {
  readonly as?: Credentials;
  readonly headers?: OutgoingHttpHeaders;
  readonly gzip?: boolean;
}

/** One request; `path` goes out as it is, below /api/v1. A body that is no string or Buffer goes out as JSON. */
export async function send(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  { as, headers = {}, gzip = false }: RequestOptions = {},
): Promise<Reply> {
  const text =
    body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const bytes = text !== undefined && gzip ? gzipSync(text) : text;
  const request = httpRequest(url, {
    method,
    path: `/api/v1${path}`,
    agent: false,
    headers: {
      ...(as && { authorization: basic(as) }),
      ...(bytes !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(bytes),
      }),
      ...(gzip && { 'content-encoding': 'gzip' }),
      ...headers,
    },
  });
  request.end(bytes);
  const [response] = await once(request, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return {
    status: response.statusCode,
    headers: response.headers,
    body: JSON.parse(Buffer.concat(chunks).toString()),
  };
}

/** {@link send} that must be answered 200. */
export async function ok(...args: Parameters<typeof send>): Promise<Reply['body']> {
  const reply = await send(...args);
  if (reply.status !== 200)
    throw new Error(`${args[1]} ${args[2]}: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body;
}

/** A WebSocket whose frames are read in the order they come. */
export class Wire {
  readonly ws: WebSocket;
  /** Resolves with code and reason of the close. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #frames: Reply['body'][] = [];
  #waiting: (() => void) | undefined;
  #lastId = 0;

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('error', () => {});
    ws.on('message', (data) => {
      this.#frames.push(JSON.parse(data.toString()));
      this.#waiting?.();
    });
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#waiting?.();
      });
    });
    closeAfterwards(() => ws.terminate());
  }

  static async open(url: string, options: { autoPong?: boolean } = {}): Promise<Wire> {
    const wire = new Wire(new WebSocket(`${url.replace('http', 'ws')}/api/v1/streams`, options));
    await once(wire.ws, 'open');
    return wire;
  }

  /** Opened and authenticated. */
  static async login(url: string, credentials: Credentials): Promise<Wire> {
    const wire = await Wire.open(url);
    const reply = await wire.authenticate({ type: 'basic', ...credentials });
    if (!reply.success) throw new Error(`not authenticated: ${JSON.stringify(reply)}`);
    return wire;
  }

  /** Everything that came and was not read yet. */
  get pending(): readonly Reply['body'][] {
    return this.#frames;
  }

  /** Sends a value as JSON, or a text as it is. */
  send(frame: unknown): void {
    this.ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The next frame. Fails when the connection closes instead. */
  async next(): Promise<Reply['body']> {
    while (this.#frames.length === 0) {
      if (this.ws.readyState === WebSocket.CLOSED) throw new Error('closed before a frame came');
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    return this.#frames.shift();
  }

  async authenticate(payload: object): Promise<Reply['body']> {
    this.send({ id: ++this.#lastId, action: 'authenticate', payload });
    return this.next();
  }

  async subscribe(stream: string, groupId?: string): Promise<Reply['body']> {
    this.send({ id: ++this.#lastId, action: 'subscribe', payload: stream, ...(groupId && { groupId }) });
    return this.next();
  }

  /** Payloads that have come once the server has answered a ping sent now: all that it delivered before. */
  async drain(): Promise<Reply['body'][]> {
    this.ws.ping();
    await once(this.ws, 'pong');
    return this.#frames.splice(0).map((frame) => frame.payload);
  }
}

/** A bare TCP connection to the server, destroyed after the test. */
export async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  closeAfterwards(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/**
 * All bytes until the other side ends. A reset is an end too: a server that closes on a client who still writes cannot
 * help it, and what came before is here all the same. (`once` would throw at the error instead.)
 */
export async function readToEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString();
}
