/** The server nodes that run. One in a subflow runs once for each instance, and the editor knows the template's only. */

import type { ServerNode } from '../shared/server-node';
import { subflowPathOf } from '../shared/subflow-path';

export class Servers {
  readonly #nodes = new Set<ServerNode>();

  /** From now on, until it closes. */
  add(node: ServerNode): void {
    this.#nodes.add(node);
    node.on('close', () => {
      this.#nodes.delete(node);
    });
  }

  running(): ServerNode[] {
    return [...this.#nodes];
  }

  /** All that run for a node of the editor, or the one that runs under this id. */
  all(id: string): ServerNode[] {
    return [...this.#nodes].filter((node) => node.id === id || subflowPathOf(node)?.node === id);
  }

  /** One of them: rather one that is filled in rightly. */
  find(id: string): ServerNode | undefined {
    const nodes = this.all(id);
    return nodes.find(({ sea }) => 'client' in sea) ?? nodes[0];
  }
}
