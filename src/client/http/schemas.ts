/** The streams' schemas, fetched once and kept as compiled checks. */
import {
  PayloadError,
  ProtocolError,
  ReplyError,
  reasonOf,
  SchemaError,
  type StreamSeaError,
} from '../../errors';
import type { Message } from '../../protocol/message/message';
import type { CheckMode } from '../../protocol/schema/check';
import type { Definition } from '../../protocol/schema/schema';
import { inEnglish, quoted, say } from '../../sentences';
import type { Clock } from '../common/clock';
import { isAnotherAnswer } from './answer';
import { type MessageCheck, SchemaCheck, UNCHECKED } from './message-check';

export interface SchemasOptions {
  readonly clock: Pick<Clock, 'elapsed'>;
  /** Resolves with `null` for a stream that does not exist. */
  fetch(stream: string): Promise<Definition | null>;
  /** Told to nobody else: messages of a stream go unchecked, as its schema cannot be understood. */
  problem(error: StreamSeaError): void;
}

// A compiled check takes some 20 KB, and a flow may name a new stream with every message.
const KEPT_SCHEMAS = 1_000;

/** How long a schema that cannot be understood is taken for one that checks nothing, until it is looked at again. */
const UNCHECKED_FOR = 300_000;

interface Schema {
  readonly definition: Definition;
  readonly checks: Partial<Record<CheckMode, MessageCheck>>;
}

/** A schema nobody here understands. */
interface Riddle {
  /** Until when, by `Clock.elapsed`. */
  readonly until: number;
}

export class Schemas {
  readonly #options: SchemasOptions;
  readonly #kept = new Map<string, Schema | Riddle>();
  readonly #fetching = new Map<string, Promise<Definition | null>>();
  /** Those who read or write a definition for themselves, by stream, as long as nothing was kept or forgotten meanwhile. */
  readonly #reads = new Map<string, Set<symbol>>();
  /** What was said of riddles, by stream, so that it is said once. */
  readonly #lastSaid = new Map<string, string>();

  constructor(options: SchemasOptions) {
    this.#options = options;
  }

  /** The check, when the stream's schema is at hand. */
  check(stream: string, mode: CheckMode): MessageCheck | undefined {
    const schema = this.#kept.get(stream);
    if (schema === undefined) return undefined;
    if ('until' in schema) return this.#options.clock.elapsed() < schema.until ? UNCHECKED : undefined;
    schema.checks[mode] ??= new SchemaCheck(schema.definition, mode);
    return schema.checks[mode];
  }

  /** The message as it is to be sent, when that is known: not if a newer schema has to be asked before it is refused. */
  fit(stream: string, mode: CheckMode, message: Message): Message | undefined {
    try {
      return this.check(stream, mode)?.fit(message);
    } catch {
      return undefined;
    }
  }

  /**
   * The check, fetched when it is not at hand; callers that ask meanwhile share one request.
   *
   * @throws PayloadError when the stream has no schema; whatever the fetch throws, unless what came cannot be
   * understood: then nothing is checked.
   */
  async load(stream: string, mode: CheckMode): Promise<MessageCheck> {
    return this.check(stream, mode) ?? this.#fetched(stream, mode);
  }

  /**
   * The same, fetched anew in any case: no message may be refused by a schema that was fetched before it was offered.
   * What was kept stays until the new one is there.
   */
  async reload(stream: string, mode: CheckMode): Promise<MessageCheck> {
    // What is under way may have been read before the message came (G3); all who wait for its end share the next.
    await this.#fetching.get(stream)?.catch(() => {});
    return this.#fetched(stream, mode);
  }

  /** What somebody reads for himself is taken in, unless something was kept or forgotten meanwhile: it may be older. */
  async read(stream: string, read: () => Promise<Definition | null>): Promise<Definition | null> {
    const mine = Symbol(stream);
    const reads = this.#reads.get(stream) ?? new Set();
    this.#reads.set(stream, reads.add(mine));
    // Not another set's: what was overtaken has none any more.
    const current = (): boolean => this.#reads.get(stream) === reads;
    try {
      const definition = await read();
      // Which of the two is older nobody knows: if they differ, it is asked for again.
      if (!current()) this.heard(stream, definition?.version);
      else if (definition === null) this.forget(stream);
      else this.keep(stream, definition);
      return definition;
    } finally {
      reads.delete(mine);
      if (reads.size === 0 && current()) this.#reads.delete(stream);
    }
  }

  /**
   * The same of what somebody writes: the answers to two that were under way at once may come in another order than that
   * in which the server has written them, and the older one stayed. Where none comes, it may have been written.
   */
  async write(stream: string, definition: Definition, write: () => Promise<unknown>): Promise<void> {
    try {
      await this.read(stream, () => write().then(() => definition));
      // Overtaken, it is not kept, nor is what is asked for just then to be, which the server may have answered before it.
      if (!this.#kept.has(stream)) this.forget(stream);
    } catch (thrown) {
      const isRefused = thrown instanceof ReplyError && !thrown.retryable;
      if (!isRefused) this.forget(stream);
      throw thrown;
    }
  }

  /** Takes in a definition that was just read. */
  keep(stream: string, definition: Definition): void {
    this.#reads.delete(stream);
    // What is still being asked for may be older.
    this.#fetching.delete(stream);
    this.#keep(stream, { definition, checks: {} });
    this.#lastSaid.delete(stream);
  }

  /** The schema may have changed: the next check fetches it again. */
  forget(stream: string): void {
    this.#reads.delete(stream);
    this.#kept.delete(stream);
    this.#fetching.delete(stream);
  }

  /** A version heard in passing: another than the kept one means that the schema has changed. */
  heard(stream: string, version: unknown): void {
    const kept = this.#kept.get(stream);
    if (kept === undefined) return;
    if ('until' in kept || String(kept.definition.version) !== String(version)) this.forget(stream);
  }

  async #fetched(stream: string, mode: CheckMode): Promise<MessageCheck> {
    let isKept = false;
    try {
      const definition = await this.#definition(stream);
      if (definition === null) throw new PayloadError(say('schema.none', { stream: quoted(stream) }));
      const kept = this.#kept.get(stream);
      // What came to be kept meanwhile may have been asked for before the message was there (G3).
      isKept = kept !== undefined && 'definition' in kept && kept.definition === definition;
      return (isKept ? this.check(stream, mode) : undefined) ?? new SchemaCheck(definition, mode);
    } catch (thrown) {
      if (!isRiddle(thrown)) throw thrown;
      if (isKept) this.#puzzled(stream, thrown);
      return UNCHECKED;
    }
  }

  async #definition(stream: string): Promise<Definition | null> {
    const underWay = this.#fetching.get(stream);
    if (underWay !== undefined) return underWay;
    const fetching = this.#options.fetch(stream);
    this.#fetching.set(stream, fetching);
    // False once it has been forgotten meanwhile: what comes may be as old as what was forgotten.
    const current = (): boolean => this.#fetching.get(stream) === fetching;
    try {
      const definition = await fetching;
      if (current()) {
        if (definition === null) this.#kept.delete(stream);
        else this.keep(stream, definition);
      }
      return definition;
    } catch (thrown) {
      // Else it would stand for minutes in the place of what was written meanwhile.
      if (current() && isRiddle(thrown)) this.#puzzled(stream, thrown);
      throw thrown;
    } finally {
      if (current()) this.#fetching.delete(stream);
    }
  }

  #puzzled(stream: string, reason: SchemaError | ProtocolError): void {
    this.#keep(stream, { until: this.#options.clock.elapsed() + UNCHECKED_FOR });
    const sentence = say('schema.unchecked', { stream: quoted(stream), reason: reasonOf(reason) });
    const text = inEnglish(sentence);
    if (this.#lastSaid.get(stream) === text) return;
    remember(this.#lastSaid, stream, text);
    this.#options.problem(new SchemaError(sentence));
  }

  #keep(stream: string, schema: Schema | Riddle): void {
    remember(this.#kept, stream, schema);
  }
}

/** What came is a definition, but none that anybody here understands. */
function isRiddle(thrown: unknown): thrown is SchemaError | ProtocolError {
  return (thrown instanceof SchemaError || thrown instanceof ProtocolError) && !isAnotherAnswer(thrown);
}

function remember<Value>(kept: Map<string, Value>, stream: string, value: Value): void {
  kept.delete(stream);
  kept.set(stream, value);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_SCHEMAS && oldest !== undefined) kept.delete(oldest);
}
