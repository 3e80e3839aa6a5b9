/** Requests under way, counted: a server that is about to close waits for their answers. */

import type { ServerResponse } from 'node:http';

export class Requests {
  #count = 0;
  readonly #waiting = new Set<() => void>();

  get underWay(): number {
    return this.#count;
  }

  /** To be called as one comes, with what it will be answered by. */
  enter(response: ServerResponse): void {
    this.#count += 1;
    // Answered, or broken off.
    response.on('close', this.#left);
  }

  readonly #left = (): void => {
    this.#count -= 1;
    if (this.#count > 0) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  };

  /** Resolves when none is under way. */
  async idle(): Promise<void> {
    if (this.#count === 0) return;
    await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }
}
