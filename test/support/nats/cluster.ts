/**
 * What deploy/compose.yaml describes, without containers: three NATS servers from deploy/nats.conf, and gateways from
 * the environment that they have there, on ports of this machine. Gone after the suite that started it.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningProgram, run } from '../sea/program';
import { composeServices, deployText } from './deploy';
import { findNatsServer } from './nats';

const SECRETS = { NATS_PASSWORD: '3e5', STREAM_SEA_CLIENT_SECRET: 'a-secret-of-letters' };

/** Longest time that three servers take to agree on a leader, on a busy machine. */
const START_LIMIT = 30_000;

/** Of a gateway, one after the other. */
const STARTS = 10;

interface Ports {
  readonly client: number;
  readonly cluster: number;
  readonly http: number;
}

export class Cluster {
  /** By the first client. */
  readonly credentials = { clientId: 'first', clientSecret: SECRETS.STREAM_SEA_CLIENT_SECRET };
  readonly names: readonly string[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'stream-sea-cluster-'));
  readonly #services = composeServices(SECRETS);
  readonly #ports: ReadonlyMap<string, Ports>;
  readonly #running = new Map<string, ChildProcess>();

  private constructor(ports: ReadonlyMap<string, Ports>) {
    this.#ports = ports;
    this.names = [...ports.keys()];
  }

  /** Resolves when the three have agreed on a leader. */
  static async start(): Promise<Cluster> {
    const names = ['nats-1', 'nats-2', 'nats-3'];
    const numbers = await freePorts(3 * names.length);
    const ports = names.map((name, at): [string, Ports] => {
      const [client = 0, cluster = 0, http = 0] = numbers.slice(3 * at);
      return [name, { client, cluster, http }];
    });
    const cluster = new Cluster(new Map(ports));
    for (const name of names) cluster.startNats(name);
    await cluster.#agreed();
    return cluster;
  }

  /** The one that the others follow when there is something to be agreed on. */
  async leader(): Promise<string> {
    for (const { http } of this.#ports.values()) {
      const state = await metaCluster(http);
      if (state?.leader) return state.leader;
    }
    throw new Error('there is no leader');
  }

  /** Again, in the folder that it had. */
  startNats(name: string): void {
    const ports = this.#ports.get(name);
    const environment = this.#services[name]?.environment;
    if (ports === undefined || environment === undefined) throw new Error(`there is no ${name}`);
    const config = join(this.#folder, `${name}.conf`);
    const store = join(this.#folder, name);
    mkdirSync(store, { recursive: true });
    writeFileSync(
      config,
      deployText('nats.conf')
        .replace('store_dir: /data', `store_dir: ${JSON.stringify(store)}`)
        .replace('port: 4222', `listen: "127.0.0.1:${ports.client}"`)
        .replace('http_port: 8222', `http: "127.0.0.1:${ports.http}"`)
        .replace('port: 6222', `listen: "127.0.0.1:${ports.cluster}"`),
    );
    const env = Object.fromEntries(
      Object.entries(environment).map(([variable, value]) => [variable, this.#here(value)]),
    );
    const log = join(this.#folder, `${name}.log`);
    const child = spawn(findNatsServer(), ['--config', config, '--log', log], { env, stdio: 'ignore' });
    this.#running.set(name, child);
  }

  /** By SIGKILL, unless told otherwise. */
  async stopNats(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#running.get(name);
    this.#running.delete(name);
    if (child === undefined) return;
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  /**
   * Resolves when it is ready. One that ends before, as NATS is not as far yet, is started again, as compose does.
   *
   * @param port that clients know it by; 0: any free one.
   */
  async startGateway(port = 0): Promise<RunningProgram> {
    for (let left = STARTS; ; left -= 1) {
      const gateway = this.#startGateway(port);
      try {
        await gateway.ready;
        return gateway;
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  }

  #startGateway(port: number): RunningProgram {
    const { STREAM_SEA_NATS = '', ...environment } = this.#services['gateway-1']?.environment ?? {};
    return run([], {
      env: { ...environment, STREAM_SEA_NATS: this.#here(STREAM_SEA_NATS), STREAM_SEA_PORT: String(port) },
    });
  }

  /** Stops the servers, copies what they have, loses the originals, and starts them with the copies. */
  async restoreFromBackup(): Promise<void> {
    await Promise.all(this.names.map((name) => this.stopNats(name, 'SIGTERM')));
    for (const name of this.names) {
      const [store, backup] = [join(this.#folder, name), join(this.#folder, `${name}.backup`)];
      cpSync(store, backup, { recursive: true });
      rmSync(store, { recursive: true });
      cpSync(backup, store, { recursive: true });
    }
    for (const name of this.names) this.startNats(name);
    await this.#agreed();
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.stopNats(name)));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Addresses within compose's network, on this machine. */
  #here(text: string): string {
    let here = text;
    for (const [name, { client, cluster }] of this.#ports) {
      here = here
        .replaceAll(`${name}:4222`, `127.0.0.1:${client}`)
        .replaceAll(`${name}:6222`, `127.0.0.1:${cluster}`);
    }
    return here;
  }

  async #agreed(): Promise<void> {
    for (let waited = 0; waited < START_LIMIT; waited += 50) {
      await delay(50);
      const states = await Promise.all([...this.#ports.values()].map(({ http }) => metaCluster(http)));
      if (states.every((state) => state?.leader && state.cluster_size === states.length)) return;
    }
    const logs = this.names.map((name) =>
      readFileSync(join(this.#folder, `${name}.log`), 'utf8').slice(-2_000),
    );
    throw new Error(`no leader: ${logs.join('\n')}`);
  }
}

async function metaCluster(port: number): Promise<{ leader?: string; cluster_size?: number } | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/jsz`);
    return (await response.json()).meta_cluster;
  } catch {
    return undefined;
  }
}

/** Below those that the system hands out by itself, which another program may be given as soon as they are free. */
async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
