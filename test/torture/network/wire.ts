/** The server's end of one socket, by hand: requests read, WebSocket frames read and written, nothing decided. */
import { createHash } from 'node:crypto';
import type { Outlet, Peer } from './net';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
  /** The turn in which the client began to write it. */
  readonly sentAt: number;
}

/** What to do with what comes. */
export interface Script {
  request(wire: Wire, request: Request): void;
  upgrade(wire: Wire, request: Request): void;
  frame(wire: Wire, text: string, sentAt: number): void;
  gone(wire: Wire): void;
}

const EMPTY: Buffer = Buffer.alloc(0);
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const [TEXT, CLOSE, PING] = [0x1, 0x8, 0x9];

export class Wire implements Peer {
  readonly outlet: Outlet;
  readonly owner: object;
  readonly #script: Script;
  #bytes: Buffer = EMPTY;
  #sentAt: number | undefined;
  #key = '';
  #webSocket = false;
  #over = false;
  #busy = false;
  #served = false;

  constructor(outlet: Outlet, script: Script, owner: object) {
    this.outlet = outlet;
    this.owner = owner;
    this.#script = script;
  }

  get over(): boolean {
    return this.#over;
  }

  /** A request is out. */
  get busy(): boolean {
    return this.#busy;
  }

  /** It has answered before. */
  get served(): boolean {
    return this.#served;
  }

  get isWebSocket(): boolean {
    return this.#webSocket;
  }

  take(chunk: Buffer, sentAt: number): void {
    if (this.#over) {
      // As TCP does: what comes after the end is answered with a reset.
      this.outlet.reset();
      return;
    }
    this.#sentAt ??= sentAt;
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    while (!this.#over && (this.#webSocket ? this.#readFrame() : this.#readRequest())) {
      this.#sentAt = this.#bytes.length === 0 ? undefined : sentAt;
    }
  }

  gone(): void {
    if (this.#over) return;
    this.#over = true;
    this.#script.gone(this);
  }

  /** Answers the request that is out. */
  answer(status: number, body: string, headers: Record<string, string> = {}, arrived?: () => void): void {
    this.#busy = false;
    this.#served = true;
    this.outlet.give(
      head(status, { 'Content-Length': String(Buffer.byteLength(body)), ...headers }) + body,
      arrived,
    );
  }

  /** Status and a part of the body, and no more. */
  half(status: number, arrived?: () => void): void {
    this.outlet.give(`${head(status, { 'Content-Length': '1000' })}{"ok":`, arrived);
  }

  accept(): void {
    this.#webSocket = true;
    const accept = createHash('sha1')
      .update(this.#key + GUID)
      .digest('base64');
    this.outlet.give(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  }

  send(frame: unknown, arrived?: () => void): void {
    if (!this.#over) this.outlet.give(encode(TEXT, Buffer.from(JSON.stringify(frame))), arrived);
  }

  ping(): void {
    if (!this.#over) this.outlet.give(encode(PING, EMPTY));
  }

  /** Ends it from this side, without a closing handshake. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.outlet.end();
    this.#script.gone(this);
  }

  reset(): void {
    if (this.#over) return;
    this.#over = true;
    this.outlet.reset();
    this.#script.gone(this);
  }

  #readRequest(): boolean {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end === -1) return false;
    const [start = '', ...lines] = this.#bytes.toString('latin1', 0, end).split('\r\n');
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    const last = end + 4 + Number(headers.get('content-length') ?? 0);
    if (this.#bytes.length < last) return false;
    const body = this.#bytes.toString('utf8', end + 4, last);
    this.#bytes = this.#bytes.subarray(last);
    const [method = '', path = ''] = start.split(' ');
    const request = {
      method,
      path,
      authorization: headers.get('authorization'),
      body,
      sentAt: this.#sentAt ?? 0,
    };
    this.#busy = true;
    if (headers.has('upgrade')) {
      this.#key = headers.get('sec-websocket-key') ?? '';
      this.#script.upgrade(this, request);
    } else this.#script.request(this, request);
    return true;
  }

  /** Masked, whole, and short: a client of ours sends no others. */
  #readFrame(): boolean {
    const bytes = this.#bytes;
    if (bytes.length < 6) return false;
    const opcode = (bytes[0] ?? 0) & 0x0f;
    const short = (bytes[1] ?? 0) & 0x7f;
    const start = short === 126 ? 4 : 2;
    if (bytes.length < start + 4) return false;
    const length = short === 126 ? bytes.readUInt16BE(2) : short;
    const last = start + 4 + length;
    if (bytes.length < last) return false;
    const mask = bytes.subarray(start, start + 4);
    const content = Buffer.from(bytes.subarray(start + 4, last));
    for (let at = 0; at < length; at += 1) content[at] = (content[at] ?? 0) ^ (mask[at % 4] ?? 0);
    this.#bytes = bytes.subarray(last);
    if (opcode === TEXT) this.#script.frame(this, content.toString(), this.#sentAt ?? 0);
    else if (opcode === CLOSE) {
      this.outlet.give(encode(CLOSE, content));
      this.end();
    }
    return true;
  }
}

function head(status: number, headers: Record<string, string>): string {
  const lines = Object.entries({ 'Content-Type': 'application/json', ...headers });
  return `HTTP/1.1 ${status} X\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

function encode(opcode: number, content: Buffer): Buffer {
  const length = content.length;
  const start =
    length < 126
      ? Buffer.from([0x80 | opcode, length])
      : Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff]);
  return Buffer.concat([start, content]);
}
