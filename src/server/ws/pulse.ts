/**
 * Whether a connection lives, asked at every ping. Whoever reads, however slowly, lives: its pong waits behind all that
 * it has not read yet, here and in the kernel's buffers, of which nobody can tell how full they are. So there are pings
 * between what it is sent, too, and each pong is a sign of life. It has to bring back what the ping held, which nobody
 * knows who has not read it: pongs that were not asked for would keep one who reads nothing, and its place in its groups.
 */

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';

/** What is asked of a socket. The handle is Node's own: it alone knows how much of one large write has left. */
export type Flow = Pick<Socket, 'bytesWritten' | 'writableLength'> & {
  readonly _handle?: { readonly writeQueueSize?: number } | null;
};

/** Pings at which one to whom nothing moves is given up, when something waits here. */
const PATIENCE = 2;

/** Bytes in a millisecond that a reader is trusted to read of what the kernel has: 10 kB in a second. */
const SLOWEST = 10;

/** Bytes that a ping holds. */
export const PING_SIZE = 8;

interface Ping {
  /** Bytes written before it. */
  readonly behind: number;
  /** A letter for each byte: a thousand who read nothing have six thousand of them. */
  readonly content: string;
}

export class Pulse {
  readonly #flow: Flow;
  readonly #interval: number;
  /** Not answered yet, the oldest first. */
  #pings: Ping[] = [];
  /** Bytes written before the last ping that was. */
  #read = 0;
  #silent = 0;
  /** At the last ping. */
  #waited = false;
  #left = 0;
  #queued = 0;

  /** @param interval milliseconds between pings. */
  constructor(flow: Flow, interval: number) {
    this.#flow = flow;
    this.#interval = interval;
  }

  /**
   * @param behind bytes that are written before the ping.
   * @returns what it is to hold.
   */
  ping(behind = this.#flow.bytesWritten): Buffer {
    const content = randomBytes(PING_SIZE);
    this.#pings.push({ behind, content: content.toString('latin1') });
    return content;
  }

  /** A pong has come. Who has several pings before it may answer the last one alone (RFC 6455, 5.5.3). */
  answered(content: Buffer): void {
    const known = content.toString('latin1');
    const at = this.#pings.findIndex((ping) => ping.content === known);
    const ping = this.#pings[at];
    if (ping === undefined) return;
    this.#pings.splice(0, at + 1);
    this.#read = ping.behind;
    this.#silent = 0;
  }

  /** More is on its way to it than it can be trusted to read within so many milliseconds. */
  isBehind(ms: number): boolean {
    const { bytesWritten, writableLength } = this.#flow;
    return writableLength > 0 || bytesWritten - this.#read > SLOWEST * ms;
  }

  /** Milliseconds in which one that can be trusted to read has read all that is on its way, if it does not pause for long. */
  get timeToRead(): number {
    return PATIENCE * this.#interval + (this.#flow.bytesWritten - this.#read) / SLOWEST;
  }

  /**
   * To be called at every ping interval, before the ping, if one follows.
   *
   * @returns false once it is dead.
   */
  beat(): boolean {
    const { bytesWritten = 0, writableLength, _handle } = this.#flow;
    const left = bytesWritten - writableLength;
    const queued = _handle?.writeQueueSize ?? 0;
    // Without a queue, what has left since is our own ping, which the kernel takes for the dead too.
    const moved = this.#waited && (left !== this.#left || queued !== this.#queued);
    const waits = writableLength > 0;
    const patience = waits || this.#waited ? PATIENCE : this.#patienceWithKernel(bytesWritten);
    const isAlive = moved || this.#silent < patience;
    this.#silent = moved ? 1 : this.#silent + 1;
    this.#left = left;
    this.#queued = queued;
    this.#waited = waits;
    return isAlive;
  }

  /** Pings that may stay without a sign of life. */
  #patienceWithKernel(written: number): number {
    const behind = this.#pings[0]?.behind ?? written;
    return 1 + Math.floor((behind - this.#read) / (SLOWEST * this.#interval));
  }
}
