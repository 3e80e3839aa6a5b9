/**
 * A TCP proxy that is a bad network. A test says what befalls each chunk of bytes, in which direction, on which
 * connection; or brings the fault upon all connections at once, at any moment. Knows nothing of what it carries.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** `up`: from client to server. */
export type Direction = 'up' | 'down';

export type Fault =
  /** Both ends get a reset; what was on the way is lost. */
  | { readonly type: 'cut' }
  /** The receiver gets an orderly end instead of the bytes. */
  | { readonly type: 'end' }
  /** Held back, with all that follows, until {@link FaultProxy.resume}. */
  | { readonly type: 'stall' }
  /** Half-open: gone, with all that follows, while the connection looks alive. */
  | { readonly type: 'swallow' }
  /** Passed on after a while, order kept. */
  | { readonly type: 'delay'; readonly ms: number }
  /** Passed on at this pace. */
  | { readonly type: 'throttle'; readonly bytesPerMs: number }
  /** One byte, all its bits flipped: the first, the last, or the one at this share of the length. */
  | { readonly type: 'corrupt'; readonly at: 'first' | 'last' | number };

/** What a new connection meets. `refuse`: nobody listens. `hang`: taken, and never led anywhere. */
export type Door = 'open' | 'refuse' | 'cut' | 'end' | 'hang';

export interface Passage {
  /** Counts the connections, from 0. */
  readonly connection: number;
  readonly direction: Direction;
  /** Counts the chunks of this connection and direction, from 0. */
  readonly index: number;
  readonly chunk: Buffer;
  /** The first bytes that the client sent on this connection. */
  readonly opening: Buffer;
}

const running: FaultProxy[] = [];

/** Listens on a free port of 127.0.0.1 and leads to `targetPort`. The caller closes it. */
export async function openFaultProxy(targetPort: number): Promise<FaultProxy> {
  const proxy = new FaultProxy(targetPort);
  await proxy.listen();
  return proxy;
}

/** {@link openFaultProxy} that closes after the test. */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const proxy = await openFaultProxy(targetPort);
  running.push(proxy);
  return proxy;
}

// The soak uses this file too, outside of mocha.
if (typeof afterEach === 'function') {
  afterEach(async () => {
    await Promise.all(running.splice(0).map((proxy) => proxy.close()));
  });
}

export class FaultProxy {
  /** Asked for each chunk: what befalls it; nothing, as a rule. */
  onChunk: (passage: Passage) => Fault | undefined = () => undefined;
  /** How many faults have struck. */
  struck = 0;
  /** How many connections were ever taken. */
  taken = 0;
  targetPort: number;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #held = new Set<Link>();
  #door: Door = 'open';
  #port = 0;

  constructor(targetPort: number) {
    this.targetPort = targetPort;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#take(socket));
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Connections that their clients hold open. */
  get connections(): number {
    return this.#held.size;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** What new connections meet from now on. */
  async setDoor(door: Door): Promise<void> {
    const was = this.#door;
    this.#door = door;
    if (door === 'refuse' && was !== 'refuse') {
      // Ready once nothing new can come; its callback would wait for the open connections to end.
      this.#server.close();
    } else if (door !== 'refuse' && was === 'refuse') {
      await this.listen();
    }
  }

  /** Brings a fault upon all that is open, in one direction or both. */
  strike(fault: Fault, direction?: Direction): void {
    for (const link of [...this.#links]) {
      this.struck += 1;
      for (const each of ['up', 'down'] as const) {
        if (direction === undefined || direction === each) link.strike(fault, each);
      }
    }
  }

  /** The network is back: new connections are let in, and what was stalled or slow passes on. */
  async resume(): Promise<void> {
    this.onChunk = () => undefined;
    await this.setDoor('open');
    for (const link of this.#links) link.resume();
  }

  async close(): Promise<void> {
    this.#door = 'cut';
    for (const link of [...this.#links]) link.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(client: Socket): void {
    const connection = this.taken;
    this.taken += 1;
    client.on('error', () => {});
    if (this.#door === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const target =
      this.#door === 'open'
        ? connect({ port: this.targetPort, host: '127.0.0.1', allowHalfOpen: true })
        : undefined;
    const link = new Link(client, target, (passage) => {
      const fault = this.onChunk({ ...passage, connection });
      if (fault !== undefined) this.struck += 1;
      return fault;
    });
    this.#links.add(link);
    this.#held.add(link);
    client.once('end', () => this.#held.delete(link));
    client.once('close', () => {
      this.#held.delete(link);
      this.#links.delete(link);
    });
    if (this.#door === 'end') client.end();
  }
}

/** One client's connection, and the one it leads to. */
class Link {
  readonly #client: Socket;
  readonly #target: Socket | undefined;
  readonly #lanes = new Map<Direction, Lane>();
  #opening: Buffer = Buffer.alloc(0);

  constructor(
    client: Socket,
    target: Socket | undefined,
    ask: (passage: Omit<Passage, 'connection'>) => Fault | undefined,
  ) {
    this.#client = client;
    this.#target = target;
    if (target === undefined) {
      // Reads on, as it would otherwise never hear that the client has gone.
      client.on('end', () => client.destroy()).resume();
      return;
    }
    for (const socket of [client, target]) {
      socket.setNoDelay();
      socket.on('error', () => {});
      // A reset passes on as one; after an orderly end there is nothing left to reset.
      socket.on('close', (failed) => (failed ? this.cut() : this.destroy()));
    }
    for (const [direction, from, to] of [
      ['up', client, target],
      ['down', target, client],
    ] as const) {
      const lane = new Lane(to, () => this.cut());
      let index = 0;
      this.#lanes.set(direction, lane);
      from.on('data', (chunk: Buffer) => {
        if (direction === 'up' && this.#opening.length === 0) this.#opening = chunk;
        const fault = ask({ direction, index, chunk, opening: this.#opening });
        index += 1;
        if (fault !== undefined) lane.strike(fault);
        lane.pass(chunk);
        // Else a fast sender would fill this process's memory while a stall or a throttle lasts.
        if (lane.waiting > MAX_WAITING) {
          from.pause();
          lane.onceEmpty(() => from.resume());
        }
      });
      from.on('end', () => lane.end());
    }
  }

  strike(fault: Fault, direction: Direction): void {
    this.#lanes.get(direction)?.strike(fault);
  }

  resume(): void {
    for (const lane of this.#lanes.values()) lane.resume();
  }

  cut(): void {
    for (const socket of [this.#client, this.#target]) {
      if (socket === undefined || socket.destroyed) continue;
      // Not connected yet: there is nobody to tell.
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  destroy(): void {
    this.#client.destroy();
    this.#target?.destroy();
    for (const lane of this.#lanes.values()) lane.stop();
  }
}

const MAX_WAITING = 1_048_576;

/** One direction of one connection: what waits to be passed on, and what befalls it. */
class Lane {
  readonly #to: Socket;
  readonly #cut: () => void;
  #mode: 'pass' | 'stall' | 'swallow' | 'slow' = 'pass';
  /** Chunks, in order; `undefined` is the end. */
  readonly #queue: (Buffer | undefined)[] = [];
  #bytesPerMs = Number.POSITIVE_INFINITY;
  #delay = 0;
  #corrupt: 'first' | 'last' | number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #onceEmpty: (() => void) | undefined;

  constructor(to: Socket, cut: () => void) {
    this.#to = to;
    this.#cut = cut;
  }

  /** Bytes. */
  get waiting(): number {
    return this.#queue.reduce((sum, chunk) => sum + (chunk?.length ?? 0), this.#to.writableLength);
  }

  onceEmpty(run: () => void): void {
    this.#onceEmpty = run;
    if (this.#mode === 'pass') this.#to.once('drain', () => this.#emptied());
  }

  strike(fault: Fault): void {
    switch (fault.type) {
      case 'cut':
        this.#mode = 'swallow';
        this.#cut();
        break;
      case 'end':
        this.#mode = 'swallow';
        this.#to.end();
        break;
      case 'stall':
        this.#mode = 'stall';
        clearTimeout(this.#timer);
        break;
      case 'swallow':
        this.#mode = 'swallow';
        break;
      case 'delay':
        this.#mode = 'slow';
        this.#delay = fault.ms;
        break;
      case 'throttle':
        this.#mode = 'slow';
        this.#bytesPerMs = fault.bytesPerMs;
        break;
      case 'corrupt':
        this.#corrupt = fault.at;
        break;
    }
  }

  pass(chunk: Buffer): void {
    const bytes = this.#corrupted(chunk);
    if (this.#mode === 'swallow') return;
    if (this.#mode === 'pass') {
      this.#write(bytes);
      return;
    }
    this.#queue.push(bytes);
    if (this.#mode === 'slow') this.#trickle();
  }

  end(): void {
    if (this.#mode === 'pass') this.#to.end();
    else if (this.#mode !== 'swallow') {
      this.#queue.push(undefined);
      if (this.#mode === 'slow') this.#trickle();
    }
  }

  /** What was swallowed stays so: a connection that has lost bytes cannot be mended. */
  resume(): void {
    if (this.#mode === 'swallow') return;
    this.stop();
    this.#mode = 'pass';
    for (const chunk of this.#queue.splice(0)) this.#write(chunk);
    this.#emptied();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #trickle(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        const chunk = this.#queue.shift();
        if (chunk !== undefined && chunk.length > this.#bytesPerMs) {
          this.#queue.unshift(chunk.subarray(this.#bytesPerMs));
          this.#write(chunk.subarray(0, this.#bytesPerMs));
        } else this.#write(chunk);
        if (this.#queue.length > 0) this.#trickle();
        else this.#emptied();
      },
      Math.max(1, this.#delay),
    );
  }

  #emptied(): void {
    this.#onceEmpty?.();
    this.#onceEmpty = undefined;
  }

  #write(chunk: Buffer | undefined): void {
    if (this.#to.destroyed || this.#to.writableEnded) return;
    if (chunk === undefined) this.#to.end();
    else this.#to.write(chunk);
  }

  #corrupted(chunk: Buffer): Buffer {
    const at = this.#corrupt;
    if (at === undefined) return chunk;
    this.#corrupt = undefined;
    const bytes = Buffer.from(chunk);
    const last = bytes.length - 1;
    const index = at === 'first' ? 0 : at === 'last' ? last : Math.floor(at * last);
    bytes[index] = (bytes[index] ?? 0) ^ 0xff;
    return bytes;
  }
}
