/**
 * Sockets that have not yet proven who they are, over HTTP or WebSocket: few of them, and none for long. A
 * newcomer beyond the limit drives out the oldest, so that a crowd of silent sockets cannot keep clients out:
 * those prove themselves within milliseconds of coming.
 */

import type { Socket } from 'node:net';
import type { ServerLimits } from './limits';

type Evict = (reason: string) => void;

interface Guest {
  readonly deadline: NodeJS.Timeout;
  evict: Evict;
}

export class Lobby {
  readonly #limits: Readonly<ServerLimits>;
  /** The oldest first. */
  readonly #guests = new Map<Socket, Guest>();

  constructor(limits: Readonly<ServerLimits>) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#guests.size;
  }

  enter(socket: Socket): void {
    const { maxUnauthenticated, authenticateTimeout } = this.#limits;
    const [oldest] = this.#guests.keys();
    if (oldest !== undefined && this.#guests.size >= maxUnauthenticated) {
      this.#evict(oldest, 'Too many connections are waiting to authenticate.');
    }
    const deadline = setTimeout(() => {
      this.#evict(socket, `No authentication came within ${authenticateTimeout / 1000} s.`);
    }, authenticateTimeout);
    this.#guests.set(socket, { deadline, evict: () => socket.destroy() });
    socket.once('close', () => this.leave(socket));
  }

  /** How to say goodbye, for a socket that has become a WebSocket: its deadline stays as it was. */
  evictBy(socket: Socket, evict: Evict): void {
    const guest = this.#guests.get(socket);
    if (guest !== undefined) guest.evict = evict;
  }

  /** It has proven who it is, or it is gone. */
  leave(socket: Socket): void {
    clearTimeout(this.#guests.get(socket)?.deadline);
    this.#guests.delete(socket);
  }

  #evict(socket: Socket, reason: string): void {
    const guest = this.#guests.get(socket);
    this.leave(socket);
    guest?.evict(reason);
  }
}
