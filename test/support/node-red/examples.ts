/** The flows of Import > Examples, and a Node-RED that they are deployed to as the editor would. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../network/ports';
import { ROOT } from '../root';
import { Comms } from './comms';
import { type NodeRed, type NodeRedOptions, startNodeRed } from './node-red';

const FOLDER = join(ROOT, 'examples');

/** What the example of a dashboard needs; its page is at `/flows/dashboard`. */
export const DASHBOARD: NodeRedOptions = {
  besides: '@flowfuse/node-red-dashboard',
  settings: { httpNodeRoot: '/flows' },
};

export interface SavedNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly nodes?: readonly string[];
  readonly [property: string]: unknown;
}

/** By file. */
export const examples: ReadonlyMap<string, readonly SavedNode[]> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file): [string, SavedNode[]] => [file, JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))]),
);

/** @param number as its file name begins: `03`. */
export function example(number: string): readonly SavedNode[] {
  for (const [file, nodes] of examples) if (file.startsWith(number)) return nodes;
  throw new Error(`There is no example ${number}.`);
}

export function idOf(nodes: readonly SavedNode[], name: string): string {
  const found = nodes.find((node) => node.name === name);
  assert(found, `a node called ${name}`);
  return found.id;
}

/** The same flow on ports that are free on this machine, wherever it names one of these. */
export async function onFreePorts(
  nodes: readonly SavedNode[],
  ...ports: readonly number[]
): Promise<SavedNode[]> {
  let text = JSON.stringify(nodes);
  for (const port of ports) {
    assert.match(text, new RegExp(`\\b${port}\\b`));
    text = text.replaceAll(new RegExp(`\\b${port}\\b`, 'g'), String(await freePort()));
  }
  return JSON.parse(text);
}

export class ExampleHost {
  private constructor(
    readonly nodeRed: NodeRed,
    readonly comms: Comms,
  ) {}

  static async start(options?: NodeRedOptions): Promise<ExampleHost> {
    const nodeRed = await startNodeRed(options);
    return new ExampleHost(nodeRed, await Comms.open(nodeRed.url));
  }

  async close(): Promise<void> {
    await this.comms.close();
    await this.nodeRed.close();
  }

  /**
   * Resolves once the flows have been started: until then a node of those before may show what is waited for, and one to
   * be pressed is not there yet.
   */
  async deploy(nodes: readonly SavedNode[]): Promise<void> {
    this.comms.clear();
    const deployed = await this.#post('flows', { flows: nodes });
    const { rev } = (await deployed.json()) as { rev: string };
    await this.comms.started(rev);
  }

  /** Deploys an example, runs what is to be seen of it, and expects Node-RED to have nothing to complain of. */
  async run(
    nodes: readonly SavedNode[],
    see: () => Promise<void>,
    { except }: { except?: RegExp } = {},
  ): Promise<void> {
    const printed = this.nodeRed.log().length;
    await this.deploy(nodes);
    await see();
    const complaints = this.nodeRed
      .log()
      .slice(printed)
      .split('\n')
      .filter((line) => /\[(warn|error|fatal)\]|missing types/.test(line) && !except?.test(line));
    assert.deepEqual(complaints, []);
  }

  /** The button of an inject node. */
  async press(nodes: readonly SavedNode[], name: string): Promise<void> {
    await this.#post(`inject/${idOf(nodes, name)}`, {});
  }

  async #post(path: string, body: unknown): Promise<Response> {
    const response = await fetch(new URL(path, this.nodeRed.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'node-red-api-version': 'v2' },
      body: JSON.stringify(body),
    });
    assert(response.ok, `${path}: ${response.status}`);
    return response;
  }
}
