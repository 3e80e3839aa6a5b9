/**
 * Sockets that have not yet proven who they are, over HTTP or WebSocket: few of them, with few bytes, and none for
 * long. A newcomer beyond the limit drives out the oldest, so that a crowd of silent sockets cannot keep clients out:
 * those prove themselves within milliseconds of coming.
 */

import type { Socket } from 'node:net';
import type { ServerLimits } from '../limits';
import type { Refusal } from '../refusal';
import { Crowd } from './crowd';

type Evict = (reason: string) => void;

interface Guest {
  readonly deadline: NodeJS.Timeout;
  readonly until: number;
  evict: Evict;
  readonly onClose: () => void;
  onData?: (chunk: Buffer) => void;
}

export class Lobby {
  readonly #limits: Readonly<ServerLimits>;
  /** The oldest first. */
  readonly #guests = new Map<Socket, Guest>();
  readonly #crowd: Crowd;

  constructor(limits: Readonly<ServerLimits>) {
    this.#limits = limits;
    this.#crowd = new Crowd(limits);
  }

  get size(): number {
    return this.#guests.size;
  }

  /** Whoever proves itself now would not be let in. */
  get isFull(): boolean {
    return this.#crowd.isFull;
  }

  has(socket: Socket): boolean {
    return this.#guests.has(socket);
  }

  /** May be called again, also for one that has proven itself. */
  enter(socket: Socket): void {
    if (this.#guests.has(socket) || this.#crowd.hasProven(socket)) return;
    if (!this.#crowd.mayCome(socket)) {
      socket.destroy();
      return;
    }
    const { maxUnauthenticated, authenticateTimeout } = this.#limits;
    const [oldest] = this.#guests.keys();
    if (oldest !== undefined && this.#guests.size >= maxUnauthenticated) {
      this.#evict(oldest, 'Too many connections are waiting to authenticate.');
    }
    this.#wait(socket, performance.now() + authenticateTimeout);
  }

  /** Another one stands for it from now on: its deadline stays as it was. */
  exchange(bare: Socket, socket: Socket): void {
    const guest = this.#guests.get(bare);
    if (guest === undefined) return;
    this.#guests.delete(bare);
    clearTimeout(guest.deadline);
    this.#wait(socket, guest.until);
  }

  /**
   * How to say goodbye, for a socket that has become a WebSocket and is being read: its deadline stays as it was. HTTP
   * keeps little of a request without credentials; of a frame all is kept until it is complete.
   */
  evictBy(socket: Socket, evict: Evict): void {
    const guest = this.#guests.get(socket);
    if (guest === undefined) return;
    guest.evict = evict;
    let bytes = 0;
    guest.onData = (chunk) => {
      bytes += chunk.length;
      if (bytes > this.#limits.maxUnauthenticatedBytes) {
        this.#evict(socket, 'Too much came before an authentication.');
      }
    };
    socket.on('data', guest.onData);
  }

  /** It has proven who it is. @returns why it may not stay; nothing when it may. */
  admit(socket: Socket, jailId: string): Refusal | undefined {
    const refusal = this.#crowd.admit(socket, jailId);
    if (refusal === undefined) this.leave(socket);
    return refusal;
  }

  /** It is nobody to wait for any more. */
  leave(socket: Socket): void {
    const guest = this.#guests.get(socket);
    if (guest === undefined) return;
    clearTimeout(guest.deadline);
    socket.off('close', guest.onClose);
    if (guest.onData !== undefined) socket.off('data', guest.onData);
    this.#guests.delete(socket);
  }

  /** @param until by {@link performance}'s clock. */
  #wait(socket: Socket, until: number): void {
    const deadline = setTimeout(
      () => {
        const seconds = this.#limits.authenticateTimeout / 1000;
        this.#evict(socket, `No authentication came within ${seconds} s.`);
      },
      Math.max(0, until - performance.now()),
    );
    const onClose = (): void => this.leave(socket);
    this.#guests.set(socket, { deadline, until, evict: () => socket.destroy(), onClose });
    socket.once('close', onClose);
  }

  #evict(socket: Socket, reason: string): void {
    const guest = this.#guests.get(socket);
    this.leave(socket);
    guest?.evict(reason);
  }
}
