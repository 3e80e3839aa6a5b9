/**
 * A connection's way out. Frames that come together leave in one write; who has sent them is told, in runs, when they
 * have left this process; and who has more waits until there is room.
 */

import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { MemberOutlet, Sender, Waiter } from '../groups/member';
import { PING_SIZE } from './pulse';

/** Frames of one sender behind each other. */
interface Run {
  readonly sender: Sender;
  count: number;
}

export interface OutletParts {
  readonly ws: WebSocket;
  /** The same connection, one storey down. */
  readonly socket: Socket;
  /** Bytes that may wait here; who is asked for more than that waits in the log. */
  readonly highWater: number;
  /** Says goodbye, with the reason. */
  readonly end: (reason: string) => void;
  /** A ping is about to be written, behind so many bytes. @returns what it is to hold: PING_SIZE bytes. */
  readonly onPing: (behind: number) => Buffer;
}

const TEXT = 0x81;
const PING = 0x89;
const SHORT = 126;
const MEDIUM = 65_536;

/**
 * Bytes behind which a ping is written. The kernel takes several megabytes for a client before it takes no more, and then
 * more only when much of that was read: without pongs in between, a steady reader would look as dead as one that is.
 */
const PING_EVERY = 262_144;

/**
 * Bytes that are written at once, about. What the kernel does not take of one write is copied, for as long as it takes; what
 * waits behind that is text that the log has, too.
 */
const WRITE_SIZE = 8_192;

export class Outlet implements MemberOutlet {
  readonly #parts: OutletParts;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #waiters = new Set<Waiter>();
  /**
   * The frames that have gathered, a letter for each byte. Of text Node copies what the kernel does not take, and no more. A
   * buffer would be part of one that all the process shares, 64 KB since Node.js 24, which stays whole as long as any part is
   * not sent: those who read nothing held far more than their bytes by it, most of all one who is sent little at a time. Nor does
   * text take the two calls for each frame by which a buffer is filled.
   */
  #gathered = '';
  #runs: Run[] = [];
  #lastRun: Run | undefined;
  #sincePing = 0;
  /** A write is about to be made. */
  #isDue = false;
  /** A write was made in this turn of the event loop. */
  #hasWritten = false;

  constructor(parts: OutletParts) {
    this.#parts = parts;
    this.#ws = parts.ws;
    this.#socket = parts.socket;
  }

  /** False from the moment that the connection begins to close: what it is sent then would be lost. */
  get isOpen(): boolean {
    return this.#ws.readyState === WebSocket.OPEN;
  }

  get hasRoom(): boolean {
    return this.isOpen && this.#gathered.length + this.#socket.writableLength < this.#parts.highWater;
  }

  /** @param frame JSON text of an object. */
  send(frame: string): void {
    this.#push('', 0, frame.slice(0, -1));
  }

  /**
   * A frame of three parts: head, body, and the bracket that closes it.
   *
   * @param headBytes of the head, which is the same for all deliveries of a sender.
   */
  deliver(sender: Sender, head: string, headBytes: number, body: string): void {
    // Before the push, which may write at once.
    if (this.#lastRun?.sender === sender) this.#lastRun.count += 1;
    else {
      this.#lastRun = { sender, count: 1 };
      this.#runs.push(this.#lastRun);
    }
    this.#push(head, headBytes, body);
  }

  /** The waiter is told once, when there is room again; those who have waited longest first. */
  awaitRoom(waiter: Waiter): void {
    this.#waiters.add(waiter);
  }

  forget(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  end(reason: string): void {
    this.#parts.end(reason);
  }

  /** Writes what has gathered: before anything that does not come this way, as a close. */
  flush(): void {
    // What was gathered for a connection that closes goes to others: whoever sent it takes it back.
    if (this.#gathered === '' || !this.isOpen) return;
    const octets = this.#gathered + this.#ping();
    const runs = this.#runs;
    this.#gathered = '';
    this.#runs = [];
    this.#lastRun = undefined;
    if (!this.#hasWritten) {
      // The first write of a turn is made at once; what other requests of the same turn bring leaves together.
      this.#hasWritten = true;
      setImmediate(this.#flushNextTurn);
    }
    this.#socket.write(octets, 'latin1', (error) => {
      // For a write that a destroy has cut short, Node reports no error.
      if (error || this.#socket.destroyed) return;
      for (const { sender, count } of runs) sender.left(count);
      if (this.#waiters.size > 0) this.#tell();
    });
  }

  #push(head: string, headBytes: number, body: string): void {
    const size = headBytes + Buffer.byteLength(body) + 1;
    const isAscii = size === head.length + body.length + 1;
    this.#gathered += `${headerOf(size)}${isAscii ? head + body : octetsOf(head + body)}}`;
    if (this.#gathered.length >= Math.min(WRITE_SIZE, this.#parts.highWater)) this.flush();
    else if (!this.#isDue && !this.#hasWritten) {
      this.#isDue = true;
      queueMicrotask(this.#flushDue);
    }
  }

  readonly #flushDue = (): void => {
    this.#isDue = false;
    this.flush();
  };

  readonly #flushNextTurn = (): void => {
    this.#hasWritten = false;
    this.flush();
  };

  #tell(): void {
    for (const waiter of this.#waiters) {
      if (!this.hasRoom) return;
      this.#waiters.delete(waiter);
      waiter.roomy();
    }
  }

  /** Behind what has gathered, if it is time for one. */
  #ping(): string {
    const bytes = this.#gathered.length;
    this.#sincePing += bytes;
    if (this.#sincePing < PING_EVERY) return '';
    this.#sincePing = 0;
    const content = this.#parts.onPing(this.#socket.bytesWritten + bytes);
    return String.fromCharCode(PING, PING_SIZE) + content.toString('latin1');
  }
}

/** Of a frame as RFC 6455 has it from a server, not masked. By ws, each would be two writes. */
function headerOf(size: number): string {
  if (size < SHORT) return String.fromCharCode(TEXT, size);
  const low = [(size >> 8) & 0xff, size & 0xff];
  if (size < MEDIUM) return String.fromCharCode(TEXT, 126, ...low);
  return String.fromCharCode(TEXT, 127, 0, 0, 0, 0, size >>> 24, (size >> 16) & 0xff, ...low);
}

function octetsOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}
