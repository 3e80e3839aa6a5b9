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
const END_OF_OBJECT = 0x7d;
const SHORT = 126;
const MEDIUM = 65_536;

/**
 * Bytes behind which a ping is written. The kernel takes several megabytes for a client before it takes no more, and then
 * more only when much of that was read: without pongs in between, a steady reader would look as dead as one that is.
 */
const PING_EVERY = 262_144;

export class Outlet implements MemberOutlet {
  readonly #parts: OutletParts;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #waiters = new Set<Waiter>();
  /** Of the frames that have gathered: how they begin, how they go on, and the bytes of both. */
  #heads: string[] = [];
  #bodies: string[] = [];
  #sizes: number[] = [];
  #runs: Run[] = [];
  #lastRun: Run | undefined;
  #bytes = 0;
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
    return this.isOpen && this.#bytes + this.#socket.writableLength < this.#parts.highWater;
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
    if (this.#heads.length === 0 || !this.isOpen) return;
    const buffer = this.#encode();
    const runs = this.#runs;
    this.#heads = [];
    this.#bodies = [];
    this.#sizes = [];
    this.#runs = [];
    this.#lastRun = undefined;
    this.#bytes = 0;
    if (!this.#hasWritten) {
      // The first write of a turn is made at once; what other requests of the same turn bring leaves together.
      this.#hasWritten = true;
      setImmediate(this.#flushNextTurn);
    }
    this.#socket.write(buffer, (error) => {
      // For a write that a destroy has cut short, Node reports no error.
      if (error || this.#socket.destroyed) return;
      for (const { sender, count } of runs) sender.left(count);
      if (this.#waiters.size > 0) this.#tell();
    });
  }

  #push(head: string, headBytes: number, body: string): void {
    const size = headBytes + Buffer.byteLength(body) + 1;
    this.#heads.push(head);
    this.#bodies.push(body);
    this.#sizes.push(size);
    this.#bytes += size;
    if (this.#bytes >= this.#parts.highWater) this.flush();
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

  /** Frames as RFC 6455 has them from a server: one after the other, none masked. One by one, ws needs two writes each. */
  #encode(): Buffer {
    const sizes = this.#sizes;
    let total = 0;
    for (const size of sizes) total += size + (size < SHORT ? 2 : size < MEDIUM ? 4 : 10);
    this.#sincePing += total;
    const pings = this.#sincePing >= PING_EVERY;
    const buffer = Buffer.allocUnsafe(pings ? total + 2 + PING_SIZE : total);
    let at = 0;
    for (const [index, size] of sizes.entries()) {
      at = writeHeader(buffer, at, size);
      at += buffer.write(this.#heads[index] ?? '', at);
      at += buffer.write(this.#bodies[index] ?? '', at);
      buffer[at] = END_OF_OBJECT;
      at += 1;
    }
    if (pings) {
      buffer[at] = PING;
      buffer[at + 1] = PING_SIZE;
      this.#sincePing = 0;
      this.#parts.onPing(this.#socket.bytesWritten + total).copy(buffer, at + 2);
    }
    return buffer;
  }
}

function writeHeader(buffer: Buffer, at: number, size: number): number {
  buffer[at] = TEXT;
  if (size < SHORT) {
    buffer[at + 1] = size;
    return at + 2;
  }
  if (size < MEDIUM) {
    buffer[at + 1] = 126;
    return buffer.writeUInt16BE(size, at + 2);
  }
  buffer[at + 1] = 127;
  buffer.writeUInt32BE(Math.floor(size / 2 ** 32), at + 2);
  return buffer.writeUInt32BE(size >>> 0, at + 6);
}
