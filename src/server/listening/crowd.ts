/** Sockets that are here: so many that have proven who they are, in all and of one jail, and so many from one address. */

import type { Socket } from 'node:net';
import type { ServerLimits } from '../limits';
import { Refusal } from '../refusal';

/** Seconds after which a place may be free again. */
const RETRY_AFTER = 5;

export class Crowd {
  readonly #limits: Readonly<ServerLimits>;
  readonly #addresses = new Tally();
  /** Sockets that count by their addresses. */
  readonly #come = new WeakSet<Socket>();
  readonly #jails = new Tally();
  /** Sockets that have proven who they are. One that carries requests of several jails, as a proxy's, is of the first. */
  readonly #proven = new WeakSet<Socket>();
  #size = 0;

  constructor(limits: Readonly<ServerLimits>) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    return this.#size >= this.#limits.maxConnections;
  }

  hasProven(socket: Socket): boolean {
    return this.#proven.has(socket);
  }

  /** Counts it by its address, once. @returns false for one too many from there. */
  mayCome(socket: Socket): boolean {
    if (this.#come.has(socket)) return true;
    const address = socket.remoteAddress ?? '';
    if (this.#addresses.of(address) >= this.#limits.maxAddressConnections) return false;
    this.#come.add(socket);
    this.#addresses.add(address, 1);
    socket.once('close', () => this.#addresses.add(address, -1));
    return true;
  }

  /** @returns why it may not stay; nothing when it may, or is here already. */
  admit(socket: Socket, jailId: string): Refusal | undefined {
    if (this.#proven.has(socket) || socket.destroyed) return undefined;
    const { maxConnections, maxJailConnections } = this.#limits;
    if (this.isFull) return full(`The server has ${maxConnections} connections, and takes no more.`);
    if (this.#jails.of(jailId) >= maxJailConnections) {
      return full(`The jail has ${maxJailConnections} connections, and may have no more.`);
    }
    this.#proven.add(socket);
    this.#size += 1;
    this.#jails.add(jailId, 1);
    socket.once('close', () => {
      this.#size -= 1;
      this.#jails.add(jailId, -1);
    });
    return undefined;
  }
}

/** Numbers by name; those that are 0 take no room. */
class Tally {
  readonly #counts = new Map<string, number>();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  add(name: string, amount: number): void {
    const count = this.of(name) + amount;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
  }
}

function full(message: string): Refusal {
  return new Refusal(503, message, [], RETRY_AFTER);
}
