/** What the flow library's validator asks of the internet, answered on 127.0.0.1 from the lock file. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ROOT } from '../root';

const CATALOGUE = 'catalogue.nodered.org/catalogue.json';
const REGISTRY = 'registry.npmjs.org/';

/** A version as the registry tells of it; of all it says, only what is asked for. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly engines?: object;
  readonly dependencies?: object;
}

/** A version as the lock file tells of it. */
export interface Locked extends Omit<Manifest, 'name'> {
  /** It is not installed where the package is. */
  readonly dev?: boolean;
}

/** What the registry knows of one package. */
interface Package {
  readonly name: string;
  readonly 'dist-tags': Record<string, string>;
  readonly versions: Record<string, Manifest>;
}

/** A package that the flow library lists. */
export interface Listed {
  readonly id: string;
  readonly types: readonly string[];
}

export interface TestRegistry {
  /** Behind it comes an address, without its protocol. */
  readonly url: string;
  /** The addresses that were asked for and answered. */
  readonly answered: string[];
  /** Those that were not. */
  readonly refused: string[];
  close(): Promise<void>;
}

/** What is locked here, by its folder. */
export const LOCKED: Readonly<Record<string, Locked>> = JSON.parse(
  readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
).packages;

/** The Node-RED of this checkout is an older one that is still maintained. Of the newest, the registry says this. */
export const NEWEST_NODE_RED: Manifest = { name: 'node-red', version: '5.0.7', engines: { node: '>=22.9' } };

/** Listens on a free port of 127.0.0.1. It knows what is locked here, in the versions that are, and what it is given. */
export async function startRegistry(
  catalogue: readonly Listed[],
  unlocked: readonly Manifest[] = [],
): Promise<TestRegistry> {
  const packages = new Map<string, Package>();
  for (const [path, locked] of Object.entries(LOCKED)) {
    const [, name] = /.*node_modules\/(.*)/.exec(path) ?? [];
    if (name === undefined) continue;
    // The others are older ones, kept below those who still want them.
    const isNewest = path === `node_modules/${name}`;
    const tag = name === 'node-red' ? 'maintenance' : 'latest';
    add(packages, { ...locked, name }, isNewest ? tag : undefined);
  }
  for (const manifest of unlocked) add(packages, manifest);
  add(packages, NEWEST_NODE_RED, 'latest');

  const answer = (address: string): object | undefined => {
    if (address === CATALOGUE) return { modules: catalogue };
    return address.startsWith(REGISTRY) ? packages.get(address.slice(REGISTRY.length)) : undefined;
  };
  const server = createServer((request, response) => {
    const address = decodeURIComponent((request.url ?? '').slice(1));
    const body = answer(address);
    (body ? registry.answered : registry.refused).push(address);
    response
      .writeHead(body ? 200 : 403, { 'content-type': 'application/json' })
      .end(JSON.stringify(body ?? { error: `The test has no answer to ${address}, and lets nothing out.` }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const registry: TestRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    answered: [],
    refused: [],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return registry;
}

function add(packages: Map<string, Package>, manifest: Manifest, tag?: string): void {
  const { name, version } = manifest;
  const known = packages.get(name) ?? { name, 'dist-tags': {}, versions: {} };
  packages.set(name, known);
  known.versions[version] = manifest;
  if (tag !== undefined) known['dist-tags'][tag] = version;
}
