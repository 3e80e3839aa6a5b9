/** Who cannot take any more holds it: while anybody does, nothing more is read from the sockets of a client. */

export interface Braked {
  /** It is held, or not any more. */
  brake(held: boolean): void;
}

export class Brake {
  #holders = 0;
  readonly #braked = new Set<Braked>();

  get held(): boolean {
    return this.#holders > 0;
  }

  /** To be released exactly once. */
  hold(): void {
    this.#holders += 1;
    if (this.#holders === 1) this.#tell();
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#tell();
  }

  add(braked: Braked): void {
    this.#braked.add(braked);
  }

  delete(braked: Braked): void {
    this.#braked.delete(braked);
  }

  #tell(): void {
    for (const each of [...this.#braked]) each.brake(this.held);
  }
}
