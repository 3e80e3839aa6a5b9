/** A node's hold on its server: taken when the node starts, given back when it closes, taken anew when a deploy remakes the server. */

import type { Node, NodeAPI } from 'node-red';
import { type Client, ClosedError, type Lease, type Secret, type StreamSeaError } from '../../src/index';
import { settingError, type Translate, translator } from './catalogue';
import type { Deploys } from './deploys';
import { flowFileOf, type Properties } from './properties';
import { isServerNode, type RunningSea, type SeaOrProblem, type ServerNode } from './server-node';
import { tellAll } from './tell-all';

type NodeProperties = Pick<Properties<{ server: string }>, 'RED' | 'node' | 'text' | 'problem'>;

/** Milliseconds, and messages, that wait for a server between its two lives. Node-RED gives nodes 15 s to close. */
const PATIENCE = 20_000;
const MAX_WAITING = 10_000;

/**
 * Never throws at deploy: a node whose server is missing, disabled or filled in wrongly holds the reason instead,
 * shows it as its status, and fails each message with it.
 *
 * Node-RED restarts a node together with its server only where the flow file names the server by its id: not where a
 * variable does, nor where the server was missing.
 */
export class ServerLease {
  /** Whose it is, its texts, and the deploys that it goes by. */
  readonly node: Node;
  readonly t: Translate;
  readonly deploys: Deploys;
  readonly #RED: NodeAPI;
  readonly #serverId: string;
  readonly #listeners: (() => void)[] = [];
  readonly #stop: () => void;
  #sea: RunningSea | undefined;
  #lease: Lease | undefined;
  #server: ServerNode | undefined;
  #unwatch: () => void = () => {};
  #unfollow: () => void = () => {};
  #problem: StreamSeaError | undefined;
  /** To be told of each message of the node's that ends: it got through, or why it did not. */
  ended: (error?: Error) => void = () => {};
  /** To be told of a value that the node's messages have long waited for, and when it has come. */
  awaits: (awaited: string | undefined) => void = () => {};
  /** The server is between two lives, and this is to be done in the next one. */
  #waiting: (() => void)[] | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The node is closed. */
  #over = false;

  /**
   * @param properties the node's, all others of which have been read.
   * @param problem something else that is wrong with the node. It takes no lease then, ever, as with one of the properties.
   */
  constructor(properties: NodeProperties, deploys: Deploys, problem?: StreamSeaError) {
    const { RED, node } = properties;
    this.node = node;
    this.t = translator(RED);
    this.deploys = deploys;
    this.#RED = RED;
    this.#serverId = properties.text('server');
    this.#problem = properties.problem ?? problem;
    if (this.#problem === undefined) {
      this.#look();
      this.#stop = deploys.on({ started: () => this.#look() });
    } else {
      this.#stop = () => {};
    }
    node.on('close', () => this.#release());
  }

  /** Whoever has come in the node's place, once it is closed: messages that were handed over outlive their node. */
  get successor(): Node | undefined {
    if (!this.#over) return undefined;
    const now: Node | null | undefined = this.#RED.nodes.getNode(this.node.id);
    return now === null || now === this.node ? undefined : now;
  }

  /** Of a node that is closed: calls `work` once a deploy has made its successor, or left none; at once where none is to come. */
  onceSucceeded(work: (successor: Node | undefined) => void): void {
    if (!this.deploys.deploying) {
      work(undefined);
      return;
    }
    const end = (): void => {
      stop();
      work(this.successor);
    };
    const stop = this.deploys.on({ started: end, stopping: end });
  }

  /** The server node as it runs now. Nothing while there is a problem, or a deploy remakes it. */
  get sea(): RunningSea | undefined {
    return this.#sea;
  }

  /** Why there is no server. */
  get problem(): StreamSeaError | undefined {
    return this.#problem;
  }

  /** @throws StreamSeaError that says why there is no server. */
  get running(): RunningSea {
    if (this.#sea === undefined) throw this.#problem ?? this.#closed();
    return this.#sea;
  }

  /** @throws StreamSeaError that says why there is none. */
  get client(): Client {
    return this.running.client;
  }

  /** Gives the server node credentials. @throws StreamSeaError, also when there is no server node. */
  signIn(credentials: unknown): void {
    if (this.#server === undefined) throw this.#problem ?? this.#closed();
    this.#server.signIn(credentials);
  }

  /** The server node's client may have another secret. */
  secretDrawn(drawn: Secret): void {
    this.#server?.secretDrawn(drawn);
  }

  /** Calls `listener` at once, and whenever the server or the problem is another, as long as the node lives. */
  follow(listener: () => void): void {
    this.#listeners.push(listener);
    listener();
  }

  /** A deploy remakes the server: what comes now is for {@link whenBack}. */
  get away(): boolean {
    return this.#waiting !== undefined && this.#waiting.length < MAX_WAITING;
  }

  /** Does it once the deploy is over, or has taken too long; in the order of the calls. */
  whenBack(work: () => void): void {
    if (this.#waiting === undefined) work();
    else this.#waiting.push(work);
  }

  #find(): SeaOrProblem {
    const node: Node | null | undefined =
      this.#serverId === '' ? null : this.#RED.nodes.getNode(this.#serverId);
    const server = isServerNode(node) ? node : undefined;
    if (server !== this.#server) {
      this.#unfollow();
      this.#unfollow = server?.follow(() => this.#look()) ?? (() => {});
      this.#server = server;
    }
    if (server !== undefined) return server.sea;
    return { problem: settingError(this.t, this.#absence()) };
  }

  /** Node-RED constructs no disabled node: only the flow file tells it from a missing one, and not inside a subflow or a disabled flow. */
  #absence(): string {
    if (this.#serverId === '') return 'error.noServer';
    const saved = flowFileOf(this.#RED).get(this.#serverId);
    const isDisabled = saved !== undefined && Reflect.get(saved, 'd') === true;
    return isDisabled ? 'error.serverDisabled' : 'error.serverMissing';
  }

  #take(found: SeaOrProblem): void {
    this.#giveBack();
    if ('problem' in found) {
      this.#problem = found.problem;
    } else {
      this.#sea = found;
      this.#problem = undefined;
      this.#lease = found.client.acquire();
      this.#unwatch = found.client.on('state', ({ name }) => {
        if (name === 'closed') this.#lose();
      });
    }
    try {
      this.#changed();
    } finally {
      // Else what waits went on 20 s later, from a timer, where the server had long been back.
      this.#goOn();
    }
  }

  /** The server is being closed, and this node is not: a deploy remakes it, or takes it away. */
  #lose(): void {
    this.#giveBack();
    this.#waiting = [];
    this.#timer = setTimeout(() => this.#goOn(), PATIENCE);
    this.#changed();
  }

  /** Flows have been started, or credentials given: the server may be another by now. */
  #look(): void {
    const found = this.#find();
    const same = 'problem' in found ? found.problem.message === this.#problem?.message : found === this.#sea;
    if (!same) this.#take(found);
  }

  #giveBack(): void {
    this.#unwatch();
    this.#lease?.release();
    this.#sea = undefined;
    this.#lease = undefined;
  }

  #goOn(): void {
    clearTimeout(this.#timer);
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    tellAll(waiting, (work) => work());
  }

  #changed(): void {
    tellAll(this.#listeners, (listener) => listener());
  }

  #release(): void {
    this.#over = true;
    this.#stop();
    this.#unfollow();
    this.#server = undefined;
    this.#giveBack();
    this.#listeners.length = 0;
    // None that was waited for may come any more.
    this.#problem ??= this.#closed();
    this.#goOn();
  }

  #closed(): ClosedError {
    return new ClosedError(this.t('error.nodeClosed'), {
      sentence: { key: 'error.nodeClosed', values: {} },
    });
  }
}
