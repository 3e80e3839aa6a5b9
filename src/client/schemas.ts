/** The streams' schemas, fetched once and kept as compiled checks. */
import { PayloadError, type Problem } from '../errors';
import { type CheckMode, compileCheck, type PayloadCheck } from '../protocol/payload';
import type { Definition } from '../protocol/schema';
import { quoted, say } from '../sentences';

// A compiled check takes some 20 KB, and a flow may name a new stream with every message.
const KEPT_SCHEMAS = 1_000;

interface Schema {
  readonly definition: Definition;
  readonly checks: Partial<Record<CheckMode, PayloadCheck>>;
}

export class Schemas {
  readonly #fetch: (stream: string) => Promise<Definition | null>;
  readonly #kept = new Map<string, Schema>();
  readonly #fetching = new Map<string, Promise<Definition | null>>();

  /** `fetch` resolves with `null` for a stream that does not exist. */
  constructor(fetch: (stream: string) => Promise<Definition | null>) {
    this.#fetch = fetch;
  }

  /** The check, when the stream's schema is at hand. */
  check(stream: string, mode: CheckMode): PayloadCheck | undefined {
    const schema = this.#kept.get(stream);
    if (schema === undefined) return undefined;
    const check = schema.checks[mode] ?? compileCheck(schema.definition, mode);
    schema.checks[mode] = check;
    return check;
  }

  /**
   * The check, fetched when it is not at hand; callers that ask meanwhile share one request.
   *
   * @throws PayloadError when the stream has no schema; whatever the fetch throws.
   */
  async load(stream: string, mode: CheckMode): Promise<PayloadCheck> {
    const known = this.check(stream, mode);
    if (known !== undefined) return known;
    const definition = await this.#definition(stream);
    if (definition === null) {
      throw new PayloadError(say('schema.none', { stream: quoted(stream) }));
    }
    return this.check(stream, mode) ?? compileCheck(definition, mode);
  }

  /** Takes in a definition that was just read or written. */
  keep(stream: string, definition: Definition): void {
    this.#kept.delete(stream);
    this.#kept.set(stream, { definition, checks: {} });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_SCHEMAS && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** The schema may have changed: the next check fetches it again. */
  forget(stream: string): void {
    this.#kept.delete(stream);
    this.#fetching.delete(stream);
  }

  /** A version heard in passing: another than the kept one means that the schema has changed. */
  heard(stream: string, version: unknown): void {
    const kept = this.#kept.get(stream);
    if (kept !== undefined && String(kept.definition.version) !== String(version)) this.forget(stream);
  }

  async #definition(stream: string): Promise<Definition | null> {
    const underWay = this.#fetching.get(stream);
    if (underWay !== undefined) return underWay;
    const fetching = this.#fetch(stream);
    this.#fetching.set(stream, fetching);
    // False once it has been forgotten meanwhile: what comes may be as old as what was forgotten.
    const current = (): boolean => this.#fetching.get(stream) === fetching;
    try {
      const definition = await fetching;
      if (definition !== null && current()) this.keep(stream, definition);
      return definition;
    } finally {
      if (current()) this.#fetching.delete(stream);
    }
  }
}

/** The error for a message that does not follow its stream's schema. */
export function schemaMismatch(stream: string, problems: readonly Problem[]): PayloadError {
  const lines = problems.map(({ path, message, sentence }) =>
    say('value.at', { place: path || say('place.it'), problem: sentence ?? message }),
  );
  return new PayloadError(say('payload.mismatch', { stream: quoted(stream), problems: lines }), problems);
}
