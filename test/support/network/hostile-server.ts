/**
 * A server that means harm: a test writes each byte it answers with. It upgrades WebSockets by hand, as the `ws`
 * library would refuse to send most of what is sent here.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { closeAfterwards } from '../closing';

/** Listens on a free port of 127.0.0.1; closes after the test. */
export async function startHostileServer(): Promise<HostileServer> {
  const server = new HostileServer();
  closeAfterwards(() => server.close());
  await server.listen();
  return server;
}

/** What is done to a client. The socket reads on and is destroyed after the test. */
export type Script = (socket: Socket, head: string) => void | Promise<void>;

export class HostileServer {
  /** Done to whoever wants a WebSocket, after the upgrade; {@link welcome} by default. */
  onSocket: (victim: Victim) => void | Promise<void> = welcome;
  /** Done instead of the upgrade. */
  onUpgrade: Script | undefined;
  /** Done to whoever sends any other request, once all of it has come; answers 200 by default. */
  onRequest: Script = (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
  };
  /** Heads of all requests, upgrades too. */
  readonly heads: string[] = [];
  readonly #server = createServer({ allowHalfOpen: true }, (socket) => this.#take(socket));
  readonly #sockets = new Set<Socket>();
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Connections that are open. */
  get sockets(): number {
    return this.#sockets.size;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    // A client that has gone is gone, whatever is still to be written.
    socket.on('end', () => socket.destroy());
    let bytes = '';
    const onData = (chunk: Buffer): void => {
      bytes += chunk.toString('latin1');
      const end = bytes.indexOf('\r\n\r\n');
      if (end === -1) return;
      const head = bytes.slice(0, end + 4);
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      if (bytes.length < head.length + length) return;
      bytes = bytes.slice(head.length + length);
      this.heads.push(head);
      if (!/^upgrade: websocket/im.test(head)) {
        void this.onRequest(socket, head);
      } else if (this.onUpgrade !== undefined) {
        void this.onUpgrade(socket, head);
      } else {
        socket.off('data', onData);
        socket.write(upgradeReply(head));
        void this.onSocket(new Victim(socket));
      }
    };
    socket.on('data', onData);
  }
}

/** The client at the other end of a WebSocket. */
export class Victim {
  readonly socket: Socket;
  readonly #texts: string[] = [];
  #buffered = Buffer.alloc(0);
  #waiting: (() => void) | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#buffered = Buffer.concat([this.#buffered, chunk]);
      this.#read();
    });
    socket.on('close', () => this.#waiting?.());
  }

  /** The id of the client's next frame; never resolves once the client has gone. */
  async id(): Promise<number> {
    while (this.#texts.length === 0) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    return (JSON.parse(this.#texts.shift() ?? '') as { id: number }).id;
  }

  /** A text frame, of an object or of text as it is. */
  say(message: object | string): void {
    this.write(frame(typeof message === 'string' ? message : JSON.stringify(message)));
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  async authenticate(): Promise<void> {
    this.say({ id: await this.id(), action: 'authenticate', success: true, payload: { jailId: 'works' } });
  }

  /** Accepts the next subscribe; its id. */
  async accept(): Promise<number> {
    const id = await this.id();
    this.say({ id, action: 'subscription', success: true, streamName: 's', payload: id });
    return id;
  }

  /** Takes client frames apart: always masked, never in pieces, and never long here. */
  #read(): void {
    for (;;) {
      const [first, second] = this.#buffered;
      if (first === undefined || second === undefined) return;
      const short = second & 0x7f;
      const start = short === 126 ? 4 : 2;
      const length = short === 126 ? this.#buffered.readUInt16BE(2) : short;
      if (this.#buffered.length < start + 4 + length) return;
      const mask = this.#buffered.subarray(start, start + 4);
      const payload = Buffer.from(this.#buffered.subarray(start + 4, start + 4 + length));
      for (const [index, byte] of payload.entries()) payload[index] = byte ^ (mask[index % 4] ?? 0);
      this.#buffered = this.#buffered.subarray(start + 4 + length);
      if ((first & 0x0f) === 8) this.socket.end(frame('', { opcode: 8 }));
      if ((first & 0x0f) === 1) this.#texts.push(payload.toString());
      this.#waiting?.();
    }
  }
}

/** Behaves: lets the client in, accepts its first subscription and delivers 1. */
export async function welcome(victim: Victim): Promise<void> {
  await victim.authenticate();
  const id = await victim.accept();
  victim.say({ id, action: 'subscription', streamName: 's', payload: 1 });
}

export interface FrameOptions {
  /** 1 text, 2 binary, 0 continuation, 8 close, 9 ping, 10 pong. */
  readonly opcode?: number;
  /** False: more of the message is to come. */
  readonly last?: boolean;
  /** RSV1 to RSV3, as 0x40, 0x20, 0x10. */
  readonly reserved?: number;
  /** As the header says; the payload's own by default. */
  readonly length?: number;
  /** A server must not. */
  readonly masked?: boolean;
}

/** The bytes of a frame, right or wrong. */
export function frame(payload: string | Buffer, options: FrameOptions = {}): Buffer {
  const bytes = Buffer.from(payload as string);
  const { opcode = 1, last = true, reserved = 0, length = bytes.length, masked = false } = options;
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  header[0] = (last ? 0x80 : 0) | reserved | opcode;
  const mask = masked ? 0x80 : 0;
  if (length < 126) header[1] = mask | length;
  else if (length < 65_536) {
    header[1] = mask | 126;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = mask | 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, masked ? Buffer.alloc(4) : Buffer.alloc(0), bytes]);
}

export function upgradeReply(head: string, extra = ''): string {
  const key = /^sec-websocket-key: (\S+)/im.exec(head)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${accept}\r\n${extra}\r\n`
  );
}

/** Writes on and on, at the pace of the reader, for as long as there is one. */
export function flood(socket: Socket, bytes: Buffer | string): void {
  const go = (): void => {
    while (!socket.destroyed && socket.write(bytes));
    if (!socket.destroyed) socket.once('drain', go);
  };
  go();
}
