/**
 * Flows of our nodes in the runtime of a real Node-RED, in this process (node-red-node-test-helper). Every flow is
 * stopped after its test.
 */

import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Node, NodeAPI, NodeMessage, NodeStatus } from 'node-red';
import { translate } from '../browser/catalogue';
import { ROOT } from '../root';
import { nodeRedRequire } from './node-red-dir';

/** Each file is `export =` a function of RED, which an import could not tell from a module's namespace. */
const load = createRequire(__filename);
const NODES = ['server', 'in', 'out', 'describe', 'define', 'versions', 'admin'].map(
  (name): ((RED: NodeAPI) => void) =>
    load(join(ROOT, 'nodes', `stream-sea-${name}`, `stream-sea-${name}.ts`)),
);

/** The core's own config nodes that ours refer to. */
const CORE_NODES = ['05-tls', '06-httpproxy'].map((name): ((RED: NodeAPI) => void) =>
  nodeRedRequire(`@node-red/nodes/core/network/${name}.js`),
);

interface TestHelper {
  init(runtime: string): void;
  settings(settings: object): object;
  load(
    nodes: readonly ((RED: NodeAPI) => void)[],
    flow: readonly object[],
    credentials: object,
  ): Promise<void>;
  unload(): Promise<void>;
  getNode(id: string): Node | null;
  startServer(done: (error?: Error) => void): void;
  stopServer(done: () => void): void;
  url(): string;
  log(): { readonly args: readonly unknown[] };
}

const helper: TestHelper = nodeRedRequire('node-red-node-test-helper');

export interface Received extends NodeMessage {
  topic?: string;
  error?: { message: string; code?: string; cause?: unknown; source: { id: string; type: string } };
  status?: NodeStatus;
}

export interface Flow {
  node(id: string): Node;
  /** Puts a message into a node, as a wire would. */
  send(id: string, message: object): void;
  /** All that a helper node has received so far. */
  received(id: string): readonly Received[];
  /** Resolves once the helper node has received that many. */
  receives(id: string, count: number): Promise<readonly Received[]>;
  /** What the node shows now. */
  shown(id: string): NodeStatus | undefined;
  /** Resolves once the node's status has a text that matches; what it is then. */
  shows(id: string, text: RegExp): Promise<NodeStatus>;
  /** All that Node-RED has logged since it began, of all levels. */
  logged(): readonly unknown[];
  close(): Promise<void>;
}

helper.init(nodeRedRequire.resolve('node-red'));

let running: Flow | undefined;

/** To be called in a `describe`: stops what a test has started. */
export function stopFlows(): void {
  afterEach(async () => {
    await running?.close();
  });
}

export interface FlowOptions {
  /** Node-RED's user directory; without one, nodes keep nothing on disk. */
  userDir?: string;
  /** What Node-RED listens with; nodes that want its port find none without. */
  server?: Server;
  /** Settings of Node-RED. */
  settings?: object;
}

/** @param flow as in a flow file; nodes of type `helper` collect what reaches them. */
export async function startFlow(
  flow: readonly object[],
  credentials: object = {},
  { userDir, server, settings }: FlowOptions = {},
): Promise<Flow> {
  const messages = new Map<string, Received[]>();
  const statuses = new Map<string, NodeStatus>();
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const check of [...waiting]) check();
  };

  const until = <T>(read: () => T | undefined) =>
    new Promise<T>((resolve) => {
      const check = () => {
        const value = read();
        if (value === undefined) return;
        waiting.delete(check);
        resolve(value);
      };
      waiting.add(check);
      check();
    });

  const events: NodeJS.EventEmitter = nodeRedRequire('@node-red/util').events;
  const onStatus = ({ id, status }: { id: string; status: NodeStatus }) => {
    statuses.set(id, status);
    changed();
  };
  events.on('node-status', onStatus);

  const collected = new WeakSet<Node>();
  const collect = () => {
    for (const node of flow) {
      if (!('type' in node) || node.type !== 'helper' || !('id' in node)) continue;
      const id = String(node.id);
      const received = messages.get(id) ?? [];
      messages.set(id, received);
      const collector = helper.getNode(id);
      if (collector === null || collected.has(collector)) continue;
      collected.add(collector);
      collector.on('input', (message) => {
        received.push(message as Received);
        changed();
      });
    }
  };
  // A deploy makes new ones.
  events.on('flows:started', collect);

  helper.settings({ userDir, ...settings });
  await helper.load(
    [...CORE_NODES, ...NODES.map((register) => translated(register, server))],
    flow.map(placed),
    credentials,
  );
  collect();

  const node = (id: string): Node => {
    const found = helper.getNode(id);
    if (found === null) throw new Error(`The flow has no node ${id}.`);
    return found;
  };
  const started: Flow = {
    node,
    send: (id, message) => node(id).receive(message as NodeMessage),
    received: (id) => messages.get(id) ?? [],
    receives: (id, count) =>
      until(() => {
        const received = messages.get(id) ?? [];
        return received.length >= count ? received : undefined;
      }),
    shown: (id) => statuses.get(id),
    shows: (id, text) =>
      until(() => {
        const status = statuses.get(id);
        return status !== undefined && text.test(status.text ?? '') ? status : undefined;
      }),
    logged: () => helper.log().args,
    async close() {
      running = undefined;
      events.off('node-status', onStatus);
      events.off('flows:started', collect);
      await helper.unload();
    },
  };
  running = started;
  return started;
}

/** Node-RED holds a node without a place on the canvas to be a config node. */
function placed(node: object): object {
  return 'z' in node && !('x' in node) ? { x: 100, y: 100, ...node } : node;
}

/** The helper's RED gives keys for texts; people see the catalogue's. */
function translated(register: (RED: NodeAPI) => void, server: Server | undefined): (RED: NodeAPI) => void {
  return (RED) => register(Object.assign(Object.create(RED), { _: translate, server }));
}
