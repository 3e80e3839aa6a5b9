/** Deploys into the runtime of a test's flow while messages come in, with a witness on the wire and one in the flow. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { NodeMessage } from 'node-red';
import { Client } from '../../src/client/client';
import type { EmbeddedServer } from '../../src/server/server';
import { node } from '../nodes/flows';
import { type FaultProxy, startFaultProxy } from '../support/network/fault-proxy';
import { ok } from '../support/network/wire';
import { nodeRedRequire } from '../support/node-red/node-red-dir';
import { startServer } from '../support/sea/sea';
import { until } from '../support/until';

export const GAUGE = { clientId: 'gauge', clientSecret: 'gauge-secret' };

const SCHEMA = { version: 1, fields: [{ name: 'n', type: 'integer' }] };

interface SendEvent {
  readonly msg: NodeMessage;
  readonly source: { readonly id: string; readonly node: { readonly type: string } };
}

interface Hooks {
  add(hook: string, callback: (events: readonly SendEvent[]) => void): void;
  remove(hook: string): void;
}

const { events, hooks }: { events: NodeJS.EventEmitter; hooks: Hooks } = nodeRedRequire('@node-red/util');
const runtime: { setFlows(flow: readonly object[], credentials: null, type: string): Promise<unknown> } =
  nodeRedRequire('@node-red/runtime/lib/nodes');

export const DELIVERIES = ['every', 'shared', 'group'];

/** Takes what comes and does nothing with it. */
export const END = { id: 'end', z: 'tab', type: 'helper', x: 1, y: 1, wires: [] };

/** A node that receives, and tells nobody but {@link Outside}. */
export const into = (id: string, properties: object = {}): object =>
  node(id, 'in', { stream: 'orders', group: 'g', wires: [['end']], x: 100, y: 100, ...properties });

/** As the editor has them, which deploys nothing without a place. */
export const placed = (nodes: readonly object[]): object[] =>
  nodes.map((each) => ({ x: 1, y: 1, wires: [], ...each }));

export function edited(flow: readonly object[], id: string, properties: object): object[] {
  return flow.map((each) => ('id' in each && each.id === id ? { ...each, ...properties } : each));
}

export function without(flow: readonly object[], id: string): object[] {
  return flow.filter((each) => !('id' in each && each.id === id));
}

export type DeployType = 'full' | 'flows' | 'nodes';

/** As the editor deploys; resolves once the flows run again. */
export async function deploy(flow: readonly object[], type: DeployType): Promise<void> {
  const started = once(events, 'flows:started');
  await runtime.setFlows(flow, null, type);
  await started;
}

/** A server outside, behind a proxy that reads along. */
export class Outside {
  readonly server: EmbeddedServer;
  readonly proxy: FaultProxy;
  /** Numbers that nodes have sent into the flow, by node and by stream. */
  readonly #got = new Map<string, number[]>();
  readonly #gotOf = new Map<string, number[]>();
  readonly #hook = randomUUID();
  readonly #publisher: Client;
  /** What came down each connection. */
  readonly #wire: string[] = [];
  #publishing: Promise<void> = Promise.resolve();
  #running = false;
  #published = 0;

  private constructor(server: EmbeddedServer, proxy: FaultProxy) {
    this.server = server;
    this.proxy = proxy;
    this.#publisher = new Client({ url: server.url, credentials: { type: 'basic', ...GAUGE } });
    proxy.onChunk = ({ connection, direction, chunk }) => {
      if (direction === 'down')
        this.#wire[connection] = (this.#wire[connection] ?? '') + chunk.toString('latin1');
      return undefined;
    };
    hooks.add(`onSend.${this.#hook}`, (sent) => {
      for (const { msg, source } of sent) {
        if (source.node.type !== 'stream-sea-in') continue;
        const { topic, payload } = msg as { topic: string; payload: { n: number } };
        append(this.#got, source.id, payload.n);
        append(this.#gotOf, topic, payload.n);
      }
    });
  }

  /** Closed by {@link close}. */
  static async start(streams: readonly string[]): Promise<Outside> {
    const server = await startServer();
    for (const stream of streams) {
      await ok(server.url, 'POST', `/streams/${stream}/define`, SCHEMA, { as: GAUGE });
    }
    return new Outside(server, await startFaultProxy(server.port));
  }

  /** The server node of a flow that reaches this server. */
  get node(): object {
    return {
      id: 'sea',
      type: 'stream-sea-server',
      where: 'remote',
      host: '127.0.0.1',
      port: `${this.proxy.port}`,
    };
  }

  get credentials(): object {
    return { sea: GAUGE };
  }

  get published(): number {
    return this.#published;
  }

  /** Publishes 0, 1, 2 and so on to each of the streams, until `stop`. */
  publishTo(...streams: readonly string[]): void {
    this.#running = true;
    this.#publishing = (async () => {
      while (this.#running) {
        const n = this.#published;
        this.#published += 1;
        await Promise.all(streams.map((stream) => this.#publisher.publish(stream, { n })));
      }
    })();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#publishing;
  }

  /** Lets so many more be published. */
  async publishes(count: number): Promise<void> {
    const enough = this.#published + count;
    await until(() => this.#published >= enough, 'the publisher');
  }

  /** Numbers of a stream that the server has sent, in their order, on any connection. */
  sent(stream: string): number[] {
    const delivery = new RegExp(`"streamName":"${stream}","payload":\\{"n":(\\d+)\\}`, 'g');
    return this.#wire.flatMap((text = '') => [...text.matchAll(delivery)].map(([, n]) => Number(n)));
  }

  /** Numbers that a node has sent into the flow. */
  got(node: string): number[] {
    return this.#got.get(node) ?? [];
  }

  /** Of a stream, whichever nodes they came from. */
  gotOf(stream: string): number[] {
    return this.#gotOf.get(stream) ?? [];
  }

  async close(): Promise<void> {
    await this.stop();
    hooks.remove(`*.${this.#hook}`);
    await this.#publisher.close();
  }
}

function append(lists: Map<string, number[]>, key: string, n: number): void {
  const list = lists.get(key) ?? [];
  list.push(n);
  lists.set(key, list);
}
