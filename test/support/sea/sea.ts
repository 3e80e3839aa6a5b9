/** An embedded server for a test, or a sea without sockets, closed after it; and one stream's worth of definition. */

import assert from 'node:assert/strict';
import type { Engine } from '../../../src/engine/engine';
import { MemoryEngine } from '../../../src/engine/memory/memory-engine';
import { hashSecret } from '../../../src/server/auth/auth';
import type { Client } from '../../../src/server/directory/jail';
import { limitsOf, type ServerLimits } from '../../../src/server/limits';
import type { ServerOptions } from '../../../src/server/options';
import { Sea } from '../../../src/server/sea';
import { type EmbeddedServer, startServer as start } from '../../../src/server/server';
import { closeAfterwards } from '../closing';

/** What the servers of this test told `onError`: a test that provokes no fault leaves it empty. */
const faults: unknown[] = [];

/** Listens on a free port of 127.0.0.1, with the client `gauge` in the jail `works`; closes after the test. */
export async function startServer(options: ServerOptions = {}): Promise<EmbeddedServer> {
  const server = await start({
    jail: { jailId: 'works', clientId: 'gauge', clientSecret: 'gauge-secret' },
    onError: (error) => faults.push(error),
    ...options,
  });
  closeAfterwards(() => closed(server));
  return server;
}

async function closed(server: { close(): Promise<void> }): Promise<void> {
  await server.close();
  const [fault] = faults.splice(0);
  if (fault !== undefined) throw fault;
}

export interface OpenSea {
  readonly sea: Sea;
  readonly engine: Engine;
  /** The first client. */
  readonly gauge: Client;
  /** Sentences that it warned with. */
  readonly warnings: string[];
}

/** With the client `gauge` in the jail `works`; on one engine there may be several. */
export async function openSea(given: Partial<ServerLimits> = {}, on?: Engine): Promise<OpenSea> {
  const limits = limitsOf(given);
  const engine = on ?? new MemoryEngine({ limits });
  const warnings: string[] = [];
  const first = { id: 'works', client: { id: 'gauge', secret: hashSecret('s') } };
  const sea = await Sea.open(first, {
    engine,
    limits,
    warn: (text) => warnings.push(text),
    onError: (error) => faults.push(error),
  });
  closeAfterwards(() => closed(sea));
  const gauge = sea.findClient('gauge');
  assert(gauge);
  return { sea, engine, gauge, warnings };
}

export const BOILER = {
  version: 1,
  fields: [
    { name: 'temperature', type: 'float' },
    { name: 'pressure', type: 'integer' },
    { name: 'mode', type: 'enum', enum: ['on', 'off'] },
  ],
};
