/**
 * Whether a connection lives, asked at every ping. Whoever reads, however slowly, lives: its pong waits behind all that
 * it has not read yet.
 */

import type { Socket } from 'node:net';

/** What is asked of a socket. The handle is Node's own: it alone knows how much of one large write has left. */
export type Flow = Pick<Socket, 'bytesWritten' | 'writableLength'> & {
  readonly _handle?: { readonly writeQueueSize?: number } | null;
};

/** Pings without a sign of life. One that owes us nothing but a pong has until the next. */
const PATIENCE = 1;
const PATIENCE_WITH_QUEUE = 2;

export class Pulse {
  readonly #flow: Flow;
  #answered = true;
  #silent = 0;
  /** At the last ping. */
  #waited = false;
  #left = 0;
  #queued = 0;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /** The last ping was. */
  answered(): void {
    this.#answered = true;
  }

  /** To be called at every ping interval, before the ping. @returns false once it is dead. */
  beat(): boolean {
    const { bytesWritten = 0, writableLength, _handle } = this.#flow;
    const left = bytesWritten - writableLength;
    const queued = _handle?.writeQueueSize ?? 0;
    // Without a queue, what has left since is our own ping, which the kernel takes for the dead too.
    const moved = this.#waited && (left !== this.#left || queued !== this.#queued);
    this.#silent = this.#answered || moved ? 0 : this.#silent + 1;
    const patience = this.#waited ? PATIENCE_WITH_QUEUE : PATIENCE;
    this.#answered = false;
    this.#left = left;
    this.#queued = queued;
    this.#waited = writableLength > 0;
    return this.#silent < patience;
  }
}
