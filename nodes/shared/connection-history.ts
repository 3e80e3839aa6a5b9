/** Since when a server's connection is as it is, and the last thing that went wrong with it. */

import type { Client, ConnectionState } from '../../src/index';
import { type Said, saidOf } from './wire/sentence';

export interface Happened extends Said {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** States that follow each other again and again while a server is away: one condition, to whoever watches. */
const TRYING: readonly ConnectionState['name'][] = ['connecting', 'authenticating', 'waiting'];

export class ConnectionHistory {
  #condition: string;
  #since = Date.now();
  #lastProblem: Happened | undefined;

  /** Listens for as long as the client lives. */
  constructor(client: Client) {
    this.#condition = conditionOf(client.state);
    client.on('state', (state) => {
      const condition = conditionOf(state);
      if (condition === this.#condition) return;
      this.#condition = condition;
      this.#since = Date.now();
    });
    client.on('problem', (problem) => {
      this.#lastProblem = { at: Date.now(), ...saidOf(problem) };
    });
  }

  get since(): number {
    return this.#since;
  }

  get lastProblem(): Happened | undefined {
    return this.#lastProblem;
  }
}

function conditionOf({ name }: ConnectionState): string {
  return TRYING.includes(name) ? 'trying' : name;
}
