/** A node's hold on its server: taken when the node starts, given back when it closes. */

import type { NodeAPI } from 'node-red';
import { type Client, type Lease, SettingError, type StreamSeaError } from '../../src/index';
import { settingError, translator } from './catalogue';
import { isServerNode, type Sea } from './server-node';
import { Traffic } from './traffic';

/**
 * Never throws at deploy: a node whose server is missing, disabled or filled in wrongly holds the reason instead,
 * shows it as its status, and fails each message with it.
 */
export class ServerLease {
  readonly #client: Client | undefined;
  readonly #lease: Lease | undefined;
  /** What passes through the server node; nothing does when there is no client. */
  readonly traffic: Traffic;
  /** Why there is no client. */
  readonly problem: StreamSeaError | undefined;

  /** @param problem something wrong with the node itself, which then takes no lease. */
  constructor(RED: NodeAPI, serverId: string, problem?: StreamSeaError) {
    const found = problem === undefined ? findServer(RED, serverId) : { problem };
    if ('problem' in found) {
      this.problem = found.problem;
      this.traffic = new Traffic();
    } else {
      this.#client = found.client;
      this.traffic = found.traffic;
      this.#lease = found.client.acquire();
    }
  }

  /** @throws StreamSeaError that says why there is none. */
  get client(): Client {
    if (this.#client === undefined) throw this.problem ?? new SettingError('There is no server.');
    return this.#client;
  }

  release(): void {
    this.#lease?.release();
  }
}

function findServer(RED: NodeAPI, serverId: string): Sea {
  const t = translator(RED);
  if (serverId === '') return { problem: settingError(t, 'error.noServer') };
  const node = RED.nodes.getNode(serverId);
  // Node-RED never constructs a disabled node, so it cannot be told from a missing one.
  if (!isServerNode(node)) return { problem: settingError(t, 'error.serverMissing') };
  return node.sea;
}
