/**
 * The streams that messages have named, for a status that says which of them has no schema: only the first ones, as with
 * ever other topics it would be another with each message.
 */

const MOST = 100;

export class NamedStreams {
  readonly names = new Set<string>();
  readonly #changed: () => void;
  #last: string | undefined;

  /** @param changed told of each that is new. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  add(stream: string): void {
    // Asked for each message, which mostly names the stream that the one before has named.
    if (stream === this.#last || this.names.size >= MOST) return;
    this.#last = stream;
    if (this.names.has(stream)) return;
    this.names.add(stream);
    this.#changed();
  }
}
