/** What the groups of those who want every message are derived from: one seed for all, but for groups that moved here or away. */
import { drawSeed } from './delivery';

export class Seeds {
  #seed = drawSeed();
  /** By stream. */
  readonly #moved = new Map<string, Buffer>();

  of(stream: string): Buffer {
    return this.#moved.get(stream) ?? this.#seed;
  }

  /** The server may still hold the groups of an old connection that was lost, and give their messages to it. */
  renew(): void {
    this.#seed = drawSeed();
    this.#moved.clear();
  }

  /** For another client, which joins the group; whoever subscribes here next is to be in another one. */
  give(stream: string): Buffer {
    const given = this.of(stream);
    this.#moved.set(stream, drawSeed());
    return given;
  }

  take(stream: string, seed: Buffer): void {
    this.#moved.set(stream, seed);
  }
}
