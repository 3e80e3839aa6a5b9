/**
 * A client, the bad network before it and the server behind that, with a clock whose hands the test moves: what the
 * client does about a fault then takes no time, and what it waits for is known to the millisecond.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../../src/client/client';
import type { Cancel } from '../../src/client/common/clock';
import type { ClientOptions } from '../../src/client/options';
import type { StreamSeaError } from '../../src/errors';
import type { ServerOptions } from '../../src/server/options';
import type { EmbeddedServer } from '../../src/server/server';
import { FakeClock } from '../support/clock';
import { type FaultProxy, startFaultProxy } from '../support/network/fault-proxy';
import { certificate } from '../support/network/tls';
import { startTlsFront } from '../support/network/tls-front';
import { type Credentials, ok, Wire } from '../support/network/wire';
import { startServer } from '../support/sea/sea';

export const CREDENTIALS: Credentials = { clientId: 'gauge', clientSecret: 'gauge-secret' };

/** What the client publishes to. */
export const OUT = 'readings';
/** What the client is subscribed to. */
export const IN = 'orders';

const SCHEMA = { version: 1, fields: [{ name: 'n', type: 'integer' }] };

/** No wait of the client for another try is longer; every deadline of it is. */
export const LONGEST_BACKOFF = 2_000;

/** A bug, not a slow machine: real time, for things that the loopback does in less than a millisecond. */
const PATIENCE = 5_000;

export interface RigOptions {
  readonly tls?: boolean;
  readonly server?: ServerOptions;
  readonly client?: Partial<ClientOptions>;
}

/** Of everything that waits for the other side: connect, authenticate, subscribe, request. */
export const DEADLINE = 15_000;

/** Tells deadlines, which stand for something on its way, from waits for another try. */
class RigClock extends FakeClock {
  /** Deadlines that run. */
  deadlines = 0;

  override setTimeout(run: () => void, ms: number): Cancel {
    if (ms !== DEADLINE) return super.setTimeout(run, ms);
    this.deadlines += 1;
    let running = true;
    const over = (): void => {
      if (running) this.deadlines -= 1;
      running = false;
    };
    const cancel = super.setTimeout(() => {
      over();
      run();
    }, ms);
    return () => {
      over();
      cancel();
    };
  }
}

interface Numbered {
  readonly n: number;
}

export class Rig {
  readonly server: EmbeddedServer;
  readonly proxy: FaultProxy;
  readonly clock: RigClock;
  readonly client: Client;
  /** What reached the client's subscription, and why it did not. */
  readonly received: number[] = [];
  readonly errors: StreamSeaError[] = [];
  readonly problems: StreamSeaError[] = [];
  /** By number: `published`, or why not; each message once. */
  readonly settled = new Map<number, 'published' | StreamSeaError>();
  /** Messages that were settled a second time. */
  readonly settledAgain: number[] = [];
  readonly #observer: Wire;
  /** All that the server has got of the client's messages, in its order. */
  readonly #reached: number[] = [];
  #asked = 0;

  private constructor(
    parts: { server: EmbeddedServer; proxy: FaultProxy; observer: Wire },
    options: RigOptions,
  ) {
    this.server = parts.server;
    this.proxy = parts.proxy;
    this.#observer = parts.observer;
    this.clock = new RigClock();
    this.client = new Client({
      url: options.tls ? this.proxy.url.replace('http:', 'https:') : this.proxy.url,
      credentials: { type: 'basic', ...CREDENTIALS },
      clock: this.clock,
      random: () => 0.999,
      backoff: { first: 1_000, max: LONGEST_BACKOFF },
      ...(options.tls && { tls: { ca: certificate } }),
      ...options.client,
    });
    this.client.on('problem', (problem) => this.problems.push(problem));
  }

  static async start(options: RigOptions = {}): Promise<Rig> {
    const server = await startServer(options.server);
    for (const stream of [OUT, IN]) {
      await ok(server.url, 'POST', `/streams/${stream}/define`, SCHEMA, { as: CREDENTIALS });
    }
    const observer = await Wire.login(server.url, CREDENTIALS);
    await observer.subscribe(OUT, randomUUID());
    const target = options.tls ? Number(new URL(await startTlsFront(server.port)).port) : server.port;
    return new Rig({ server, proxy: await startFaultProxy(target), observer }, options);
  }

  subscribe(): void {
    this.client.subscribe(
      IN,
      { type: 'every' },
      {
        message: (message) => this.received.push((message as Numbered).n),
        error: (error) => this.errors.push(error),
        ready: () => {
          this.#asked += 1;
        },
      },
    );
  }

  /** How often the server has accepted the subscription. */
  get subscribed(): number {
    return this.#asked;
  }

  publish(n: number): void {
    const settle = (end: 'published' | StreamSeaError): void => {
      if (this.settled.has(n)) this.settledAgain.push(n);
      this.settled.set(n, end);
    };
    this.client.publish(OUT, { n }).then(() => settle('published'), settle);
  }

  /** Somebody else publishes to what the client is subscribed to. */
  async deliver(n: number): Promise<void> {
    await ok(this.server.url, 'POST', `/streams/${IN}/publish`, { payload: { n } }, { as: CREDENTIALS });
  }

  /** What the server has got from the client so far, in its order, doubles included. */
  async reached(): Promise<readonly number[]> {
    this.#reached.push(...(await this.#observer.drain()).map((message: Numbered) => message.n));
    return this.#reached;
  }

  /** Whether the client waits for another try, with nothing on its way. */
  get resting(): boolean {
    return this.clock.deadlines === 0 && (this.clock.next ?? Number.POSITIVE_INFINITY) < LONGEST_BACKOFF;
  }

  /**
   * Resolves once the client waits for another try: of its connection, or only of a request. A fault that nothing
   * tells of is told by deadlines.
   */
  async notices(what: 'connection' | 'request', silently: boolean): Promise<void> {
    // Of two things that hang, one may always be on its way: what has waited leaves after the socket.
    const noticed = (): boolean =>
      what === 'request' || !silently
        ? this.resting && (what === 'request' || this.client.state.name === 'waiting')
        : this.client.state.name === 'waiting';
    if (silently) while (!noticed()) await this.clock.advance(this.clock.next ?? 0);
    await this.until(noticed, 'the client to notice');
  }

  /** Lets the wait for another try pass. */
  async tries(): Promise<void> {
    await this.clock.advance(this.clock.next ?? 0);
  }

  /**
   * Lets waits for another try pass until `goal`, and deadlines if something hangs; resolves with how many milliseconds
   * that took.
   */
  async recovers(goal: () => boolean, hangs: boolean): Promise<number> {
    const start = this.clock.now();
    const end = Date.now() + PATIENCE;
    for (let turn = 1; !goal(); turn += 1) {
      if (this.resting || (hangs && turn % 20 === 0)) await this.tries();
      else await delay(1);
      if (Date.now() > end)
        throw new Error(`no recovery; the client is ${JSON.stringify(this.client.state)}`);
    }
    return this.clock.now() - start;
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    const end = Date.now() + PATIENCE;
    while (!condition()) {
      if (Date.now() > end)
        throw new Error(`waited in vain for ${what}; ${JSON.stringify(this.client.state)}`);
      await delay(1);
    }
  }

  /**
   * Closes the client; resolves with how many milliseconds passed on its clock, after it has left nothing: no timer,
   * no socket.
   */
  async close(): Promise<number> {
    const start = this.clock.now();
    let closed = false;
    const closing = this.client.close().finally(() => {
      closed = true;
    });
    // Real sockets take their time; only when they do not come to an end does the clock go on.
    for (let turn = 0; !closed; turn += 1) {
      await delay(turn < 20 ? 0 : 1);
      if (turn % 20 === 19 && !closed && this.clock.next !== undefined) await this.clock.advance(100);
    }
    await closing;
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} timers are left`);
    await this.until(() => this.proxy.connections === 0, 'the sockets to be gone');
    return this.clock.now() - start;
  }
}
