/**
 * NATS servers of a test's own, which it may kill and start again: one, or a cluster of three, on 127.0.0.1, each in
 * a folder of its own. They are gone after the suite that made them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Longest time that a server takes to open its port, or a cluster to choose a leader, on a busy machine. */
const START_LIMIT = 30_000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface NatsOptions {
  /** More lines for its configuration. */
  readonly config?: string;
  /** Bytes that it stores at the most. */
  readonly maxStore?: number;
}

export class NatsServer {
  readonly #folder: string;
  readonly #ports: { client: number; cluster: number };
  readonly #base: string;
  #config: string;
  readonly #env: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;

  constructor(
    folder: string,
    ports: { client: number; cluster: number },
    base: string,
    config: string,
    env = {},
  ) {
    this.#env = env;
    this.#folder = folder;
    this.#ports = ports;
    this.#base = base;
    this.#config = config;
  }

  /** Other lines in the place of those that were added to its configuration, from its next start on. */
  configure(config: string): void {
    this.#config = config;
  }

  get url(): string {
    return `127.0.0.1:${this.#ports.client}`;
  }

  /** Where it keeps the streams, each in a folder of its name. */
  get streams(): string {
    return join(this.#folder, 'store', 'jetstream', '$G', 'streams');
  }

  /** What it has said since it was started. */
  get log(): string {
    const log = join(this.#folder, 'log');
    return existsSync(log) ? readFileSync(log, 'utf8') : '';
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /**
   * @param lines of its configuration, for this time.
   * @returns false when another program has taken its port.
   */
  async start(lines = `${this.#base}\n${this.#config}`): Promise<boolean> {
    const config = join(this.#folder, 'nats.conf');
    const log = join(this.#folder, 'log');
    writeFileSync(
      config,
      `listen: "127.0.0.1:${this.#ports.client}"
${lines}
`,
    );
    rmSync(log, { force: true });
    // What it says when it breaks down goes to its standard error alone.
    const broken = openSync(join(this.#folder, 'stderr'), 'a');
    const child = spawn(findNatsServer(), ['-c', config, '-l', log], {
      stdio: ['ignore', 'ignore', broken],
      env: { ...process.env, ...this.#env },
    });
    closeSync(broken);
    this.#process = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    for (let waited = 0; waited < START_LIMIT; waited += 5) {
      await delay(5);
      const said = this.log;
      if (said.includes('Server is ready')) return true;
      if (child.exitCode !== null) {
        this.#process = undefined;
        if (said.includes('address already in use')) return false;
        throw new Error(`nats-server ended: ${said}`);
      }
    }
    throw new Error('nats-server did not become ready');
  }

  /** Without a chance to write anything more. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Frozen: its sockets stay open, and it answers nothing. */
  freeze(): void {
    const child = this.#process;
    child?.kill('SIGSTOP');
    // On a busy machine it goes on for a moment; where there is no such file, one has to trust the signal.
    const state = `/proc/${child?.pid}/stat`;
    while (existsSync(state) && !/\) T /.test(readFileSync(state, 'utf8'))) {}
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    this.#process = undefined;
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`nats-server has ended: ${readFileSync(join(this.#folder, 'stderr'), 'utf8')}`);
    }
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}

/** One server by itself. */
export async function startNats(options: NatsOptions = {}): Promise<NatsServer> {
  const [server] = await start(1, () => options.config ?? '', options.maxStore);
  if (server === undefined) throw new Error('no server');
  return server;
}

/** Three servers that hold each message threefold, if asked. */
export async function startNatsCluster(): Promise<NatsServer[]> {
  return start(3, (at, ports) => {
    const routes = ports.map(({ cluster }) => `"nats-route://127.0.0.1:${cluster}"`).join(', ');
    const listen = `listen: "127.0.0.1:${ports[at]?.cluster}"`;
    return `server_name: n${at + 1}\ncluster { name: c, ${listen}, routes: [${routes}] }`;
  });
}

/** Those of a configuration of one's own, but for the port for clients; `STORE` in it is a folder. */
export async function startNatsWith(
  count: number,
  ownOf: (at: number, ports: readonly Ports[]) => { config: string; env: Record<string, string> },
): Promise<NatsServer[]> {
  return startAll(count, (folder, at, ports) => {
    const { config, env } = ownOf(at, ports);
    const lines = config.replace('STORE', JSON.stringify(join(folder, 'store')));
    return new NatsServer(folder, portsAt(ports, at), '', lines, env);
  });
}

export type Ports = { client: number; cluster: number };

async function start(
  count: number,
  configOf: (at: number, ports: readonly Ports[]) => string,
  maxStore?: number,
): Promise<NatsServer[]> {
  return startAll(count, (folder, at, ports) => {
    const store = JSON.stringify(join(folder, 'store'));
    const most = maxStore === undefined ? '' : `, max_file_store: ${maxStore}`;
    const base = `jetstream { store_dir: ${store}${most} }`;
    return new NatsServer(folder, portsAt(ports, at), base, configOf(at, ports));
  });
}

function portsAt(ports: readonly Ports[], at: number): Ports {
  return ports[at] ?? { client: 0, cluster: 0 };
}

/** Ports are asked of the system and given up again, so that another program may have one: then all is done anew. */
async function startAll(
  count: number,
  make: (folder: string, at: number, ports: readonly Ports[]) => NatsServer,
): Promise<NatsServer[]> {
  for (;;) {
    const ports = await freePorts(count);
    const servers = ports.map((_, at) => {
      const folder = mkdtempSync(join(tmpdir(), 'stream-sea-nats-'));
      mkdirSync(join(folder, 'store'));
      return make(folder, at, ports);
    });
    const started = await Promise.all(servers.map((server) => server.start()));
    if (started.every(Boolean)) return servers;
    await Promise.all(servers.map((server) => server.dispose()));
  }
}

async function freePorts(count: number): Promise<Ports[]> {
  const listeners = await Promise.all(Array.from({ length: 2 * count }, listen));
  const numbers = listeners.map((listener) => {
    const address = listener.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
  return Array.from({ length: count }, (_, at) => ({
    client: numbers[2 * at] ?? 0,
    cluster: numbers[2 * at + 1] ?? 0,
  }));
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

export function findNatsServer(): string {
  const asked = process.env.NATS_SERVER;
  if (asked) return asked;
  const folders = ['/usr/sbin', '/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const found = folders.map((folder) => join(folder, 'nats-server')).find((place) => existsSync(place));
  if (found === undefined) {
    throw new Error('No nats-server found: install it, or set NATS_SERVER to the path of one.');
  }
  return found;
}
