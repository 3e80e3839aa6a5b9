/**
 * The network of a run: sockets in memory, as Node's own HTTP client and `ws` take them from an agent, and all that can
 * happen to them. Every byte goes through the client's real code.
 */
import { Agent, type AgentOptions, type ClientRequest } from 'node:http';
import { Duplex } from 'node:stream';
import type { TortureClock } from '../clock';
import type { Listen, Net, Outlet, Owner, Peer, Weather } from './net';
import { settled, turnsSoFar } from './turns';

export class Network implements Net {
  weather: Weather = 'fine';
  /** Milliseconds from one end to the other. */
  latency = 0;
  readonly reaction = 4;
  readonly settled = settled;
  readonly clock: TortureClock;
  readonly listen: Listen;
  readonly #sockets = new Set<MemorySocket>();

  constructor(clock: TortureClock, listen: Listen) {
    this.clock = clock;
    this.listen = listen;
  }

  url(host: string): string {
    return `http://${host}`;
  }

  agentOf(owner: Owner): Agent {
    return new MemoryAgent(this, owner);
  }

  close(): void {
    for (const socket of [...this.#sockets]) socket.abandon();
  }

  connect(owner: Owner, host: string): MemorySocket {
    const socket = new MemorySocket(this, owner);
    if (owner.dead) return socket;
    this.#sockets.add(socket);
    if (this.weather === 'refused') {
      this.later(() => socket.destroy(fault('ECONNREFUSED', `connect ECONNREFUSED ${host}`)));
    } else if (this.weather === 'fine') {
      this.later(() => {
        if (!socket.destroyed) socket.connected(this.listen(host, socket.outlet));
      });
    }
    return socket;
  }

  /** Breaks all connections. */
  cut(): void {
    for (const socket of [...this.#sockets]) socket.broken();
  }

  /** What `owner` has open: its process has died, and the other side hears of it. */
  kill(owner: Owner): void {
    for (const socket of [...this.#sockets]) if (socket.owner === owner) socket.abandon();
  }

  openOf(owner: Owner): number {
    let open = 0;
    for (const socket of this.#sockets) if (socket.owner === owner) open += 1;
    return open;
  }

  forget(socket: MemorySocket): void {
    this.#sockets.delete(socket);
  }

  later(run: () => void): void {
    if (this.latency === 0) setImmediate(run);
    else this.clock.setTimeout(run, this.latency);
  }
}

/** One direction: what is put in comes out in that order, also where the latency falls meanwhile. */
class Pipe {
  readonly #network: Network;
  readonly #waiting: (() => void)[] = [];

  constructor(network: Network) {
    this.#network = network;
  }

  put(deliver: () => void): void {
    this.#waiting.push(deliver);
    this.#network.later(() => this.#waiting.shift()?.());
  }
}

export class MemorySocket extends Duplex {
  bytesRead = 0;
  readonly owner: object;
  readonly #network: Network;
  readonly #up: Pipe;
  readonly #down: Pipe;
  #peer: Peer | undefined;
  #abandoned = false;
  /** Something of it was swallowed: whatever follows would not fit. */
  #lossy = false;
  #waiting: (() => void)[] | undefined = [];

  constructor(network: Network, owner: object) {
    super({ allowHalfOpen: false });
    this.owner = owner;
    this.#network = network;
    this.#up = new Pipe(network);
    this.#down = new Pipe(network);
  }

  readonly outlet: Outlet = (() => {
    const socket = this;
    return {
      get owner() {
        return socket.owner;
      },
      get alive() {
        return !socket.destroyed;
      },
      give: (chunk, arrived) =>
        this.#fall(() => {
          const bytes = Buffer.from(chunk);
          this.bytesRead += bytes.length;
          this.push(bytes);
          arrived?.();
        }),
      end: () => this.#fall(() => this.push(null)),
      reset: () => this.#fall(() => this.broken()),
    };
  })();

  connected(peer: Peer): void {
    this.#peer = peer;
    this.emit('connect');
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const go of waiting) go();
  }

  broken(): void {
    this.destroy(fault('ECONNRESET', 'read ECONNRESET'));
  }

  /** Nothing happens here any more, as in a process that has died. */
  abandon(): void {
    this.#abandoned = true;
    this.#network.forget(this);
    this.#peer?.gone();
    // `ws` would hold on to it with a timer of its own, and this process lives on.
    this.destroy();
  }

  // What an agent and `ws` ask of a socket, besides.
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const sentAt = turnsSoFar();
    this.#whenConnected(() => {
      this.#up.put(() => this.#arrives() && this.#peer?.take(chunk, sentAt));
      done();
    });
  }

  override _final(done: () => void): void {
    this.#whenConnected(() => {
      this.#up.put(() => this.#arrives() && this.#peer?.gone());
      done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#network.forget(this);
    if (!this.#abandoned) this.#up.put(() => this.#arrives() && this.#peer?.gone());
    done(error);
  }

  #whenConnected(go: () => void): void {
    if (this.#waiting === undefined) go();
    else this.#waiting.push(go);
  }

  #fall(deliver: () => void): void {
    this.#down.put(() => {
      if (!this.destroyed && !this.#abandoned && this.#arrives()) deliver();
    });
  }

  #arrives(): boolean {
    if (this.#network.weather === 'dead') this.#lossy = true;
    return !this.#lossy;
  }
}

/** The client's agent: keeps sockets alive for requests; a WebSocket gets one of its own, as over a real network. */
export class MemoryAgent extends Agent {
  readonly #network: Network;
  readonly #owner: Owner;
  readonly #single: MemoryAgent | undefined;

  constructor(
    network: Network,
    owner: Owner,
    options: AgentOptions = { keepAlive: true, maxFreeSockets: 16 },
  ) {
    super(options);
    this.#network = network;
    this.#owner = owner;
    this.#single = options.keepAlive ? new MemoryAgent(network, owner, {}) : undefined;
  }

  override createConnection(options: { host?: string | null }): MemorySocket {
    return this.#network.connect(this.#owner, options.host ?? '');
  }

  addRequest(request: ClientRequest, ...rest: readonly unknown[]): void {
    const upgrades = request.hasHeader('upgrade');
    const agent: Agent = upgrades && this.#single !== undefined ? this.#single : this;
    // Not in the types: every request calls it.
    Reflect.apply(Reflect.get(Agent.prototype, 'addRequest'), agent, [request, ...rest]);
  }
}

function fault(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
