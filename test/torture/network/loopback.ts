/**
 * The network of a run over real sockets of this machine, slower and with the operating system's own timing: that what is
 * found, or not found, over sockets in memory is no matter of these.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { work } from '../disk';
import type { Listen, Net, Outlet, Owner, Peer, Weather } from './net';
import { settled, turnsSoFar } from './turns';

/** Milliseconds, rounds of which nothing may happen until it is believed that nothing will. */
const PAUSE = 1;
const QUIET_ROUNDS = 4;

const NOBODY: Peer = { take() {}, gone() {} };

export class Loopback implements Net {
  readonly latency = 0;
  /** Each wait is a turn. */
  readonly reaction = 60;
  readonly #servers = new Map<string, { readonly server: Server; readonly port: number }>();
  readonly #sockets = new Map<Socket, Peer>();
  readonly #dead = new WeakSet<Socket>();
  #weather: Weather = 'fine';
  /** Bytes, connections and ends seen so far. */
  #events = 0;

  /** What becomes of new connections. */
  listen: Listen = () => NOBODY;

  /** Listens for each host. */
  static async open(hosts: readonly string[]): Promise<Loopback> {
    const loopback = new Loopback();
    for (const host of hosts) {
      const server = createServer({ noDelay: true }, (socket) => loopback.#accept(socket, host));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      if (address === null || typeof address === 'string') throw new RangeError('no port');
      loopback.#servers.set(host, { server, port: address.port });
    }
    return loopback;
  }

  get weather(): Weather {
    return this.#weather;
  }

  set weather(weather: Weather) {
    const [before, after] = [this.#weather === 'refused', weather === 'refused'];
    this.#weather = weather;
    // What was swallowed does not come again: these connections are of no more use.
    if (weather === 'dead') {
      for (const socket of this.#sockets.keys()) {
        socket.removeAllListeners('data').resume();
        this.#dead.add(socket);
      }
    }
    for (const { server, port } of this.#servers.values()) {
      if (after && !before) server.close();
      if (before && !after) server.listen(port, '127.0.0.1');
    }
  }

  url(host: string): string {
    return `http://127.0.0.1:${this.#servers.get(host)?.port}`;
  }

  agentOf(): undefined {}

  cut(): void {
    for (const socket of this.#sockets.keys()) socket.resetAndDestroy();
  }

  kill(): void {
    this.cut();
  }

  /** Whose they are nobody knows; there is one client at a time. */
  openOf(_owner: Owner): number {
    return this.#sockets.size;
  }

  async settled(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_ROUNDS; ) {
      const before = this.#events + work.begun;
      await settled();
      await sleep(PAUSE);
      quiet = this.#events + work.begun === before && work.underWay === 0 ? quiet + 1 : 0;
    }
  }

  close(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
    for (const { server } of this.#servers.values()) server.close();
  }

  #accept(socket: Socket, host: string): void {
    this.#events += 1;
    if (this.#weather !== 'fine') {
      this.#sockets.set(socket, NOBODY);
      this.#end(socket);
      socket.resume();
      return;
    }
    const outlet: Outlet = {
      owner: undefined,
      // Only the client knows.
      alive: false,
      give: (chunk, arrived) => {
        this.#events += 1;
        if (!this.#dead.has(socket)) socket.write(chunk, (error) => !error && arrived?.());
      },
      end: () => socket.end(),
      reset: () => socket.resetAndDestroy(),
    };
    const peer = this.listen(host, outlet);
    this.#sockets.set(socket, peer);
    socket.on('data', (chunk) => {
      this.#events += 1;
      peer.take(chunk, turnsSoFar());
    });
    this.#end(socket);
  }

  #end(socket: Socket): void {
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      this.#events += 1;
      this.#sockets.get(socket)?.gone();
      this.#sockets.delete(socket);
    });
  }
}
