/**
 * A server that does nothing by itself: a test scripts each reply and each frame, well-behaved or not. It speaks
 * through node:http and ws alone, so what it finds out about the client is not the client's own opinion.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { closeAfterwards } from '../closing';
import { certificate, key } from './tls';

export interface RawRequest {
  readonly method: string;
  /** As it came, still encoded. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface RawReply {
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  /** An object goes out as JSON. */
  readonly body?: unknown;
}

/** `hang`: no answer, ever. `reset`: the socket is destroyed. `half`: breaks off in the middle of the body. */
export type Misbehaviour = 'hang' | 'reset' | 'half';

export type Answer = RawReply | Misbehaviour;

/** What the upgrade to a WebSocket meets. */
export type UpgradeAnswer = 'accept' | 'hang' | RawReply;

export interface RawServerOptions {
  readonly tls?: boolean;
}

/** Listens on a free port of 127.0.0.1; closes after the test. */
export async function startRawServer(options: RawServerOptions = {}): Promise<RawServer> {
  const server = new RawServer(options);
  closeAfterwards(() => server.close());
  await server.listen();
  return server;
}

export class RawServer {
  readonly requests: RawRequest[] = [];
  /** Every WebSocket that was ever opened, oldest first. */
  readonly peers: Peer[] = [];
  /** How many upgrades to a WebSocket were asked for. */
  upgrades = 0;
  /** Answers HTTP requests. */
  answer: (request: RawRequest) => Answer | Promise<Answer> = () => ({ body: {} });
  upgrade: UpgradeAnswer = 'accept';
  readonly #server;
  readonly #sockets = new Set<Socket>();
  readonly #webSockets = new WebSocketServer({ noServer: true });
  readonly #scheme: string;
  #taken = 0;
  #port = 0;

  constructor({ tls = false }: RawServerOptions) {
    this.#scheme = tls ? 'https' : 'http';
    this.#server = tls ? createTlsServer({ cert: certificate, key }) : createServer();
    this.#server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
    });
    this.#server.on('request', (request, response) => void this.#respond(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      this.upgrades += 1;
      if (this.upgrade === 'hang') {
        // Reads on, as it would otherwise never hear that the client has gone.
        socket.on('end', () => socket.destroy()).resume();
        return;
      }
      if (this.upgrade === 'accept') {
        this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
          this.peers.push(new Peer(webSocket, socket as Socket, request));
          this.#server.emit('peer');
        });
      } else socket.end(rawResponse(this.upgrade));
    });
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.#port}`;
  }

  /** TCP connections that are open. */
  get sockets(): number {
    return this.#sockets.size;
  }

  async listen(port = 0): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** The next WebSocket that the client opens. */
  async accept(): Promise<Peer> {
    while (this.peers.length <= this.#taken) await once(this.#server, 'peer');
    const peer = this.peers[this.#taken];
    if (peer === undefined) throw new Error('unreachable');
    this.#taken += 1;
    return peer;
  }

  /** Accepts, and lets the client in. */
  async welcome(): Promise<Peer> {
    const peer = await this.accept();
    await peer.authenticate();
    return peer;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    this.requests.push(received);
    const answer = await this.answer(received);
    if (answer === 'hang') return;
    if (answer === 'reset') {
      request.socket.destroy();
    } else if (answer === 'half') {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"name":', () => request.socket.destroy());
    } else {
      const { status = 200, headers = {} } = answer;
      response.writeHead(status, headers).end(textOf(answer.body));
    }
  }
}

export interface Frame {
  readonly id: number;
  readonly action: string;
  readonly payload: unknown;
  readonly groupId?: string;
}

/** The server's end of one WebSocket. */
export class Peer {
  /** The upgrade request. */
  readonly request: IncomingMessage;
  /** Everything that the client has sent, oldest first. */
  readonly received: Frame[] = [];
  /** Resolves with the code when the socket is gone. */
  readonly closed: Promise<number>;
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  #taken = 0;

  constructor(webSocket: WebSocket, socket: Socket, request: IncomingMessage) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.request = request;
    webSocket.on('error', () => {});
    webSocket.on('message', (data) => {
      this.received.push(JSON.parse(data.toString()));
    });
    this.closed = new Promise((resolve) => webSocket.once('close', resolve));
  }

  /** The client's next frame. */
  async frame(): Promise<Frame> {
    while (this.received.length <= this.#taken) await once(this.#webSocket, 'message');
    const frame = this.received[this.#taken];
    if (frame === undefined) throw new Error('unreachable');
    this.#taken += 1;
    return frame;
  }

  async authenticate(): Promise<Frame> {
    const frame = await this.frame();
    this.send({ id: frame.id, action: 'authenticate', success: true, payload: { jailId: 'works' } });
    return frame;
  }

  /** Takes the next subscribe and accepts it. */
  async subscribed(): Promise<Frame> {
    const frame = await this.frame();
    this.accept(frame);
    return frame;
  }

  /** Accepts a subscribe that was taken. */
  accept({ id, payload: streamName }: Frame): void {
    this.send({ id, action: 'subscription', success: true, streamName, payload: id });
  }

  /** Takes the next subscribe and refuses it. */
  async refused(message: string): Promise<Frame> {
    const frame = await this.frame();
    this.send({ id: frame.id, action: 'subscription', success: false, error: { message } });
    return frame;
  }

  deliver({ id, payload: streamName }: Frame, ...messages: unknown[]): void {
    for (const payload of messages) this.send({ id, action: 'subscription', streamName, payload });
  }

  send(frame: unknown): void {
    this.#webSocket.send(JSON.stringify(frame));
  }

  sendText(text: string): void {
    this.#webSocket.send(text);
  }

  sendBinary(bytes: Buffer): void {
    this.#webSocket.send(bytes);
  }

  ping(): void {
    this.#webSocket.ping();
  }

  /** Calls once the client has answered a ping. */
  onPong(listener: () => void): void {
    this.#webSocket.once('pong', listener);
  }

  /** Reads nothing any more: to the client it looks open. */
  freeze(): void {
    this.#socket.pause();
  }

  close(code: number, reason?: string): void {
    this.#webSocket.close(code, reason);
  }

  cut(): void {
    this.#socket.destroy();
  }
}

function textOf(body: unknown): string | Buffer {
  if (body === undefined) return '';
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

function rawResponse({ status = 200, headers = {}, body }: RawReply): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} Whatever`, ...lines, 'Connection: close', '', textOf(body)].join('\r\n');
}
