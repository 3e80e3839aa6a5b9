/**
 * One stream's line out: strictly first in, first out, one request in flight.
 *
 * A message that finds the line free leaves at once and alone; those that gather while a request is out leave
 * together. Nothing ever lingers for company: a fixed wait of 5 ms made a lone sender 32 times slower.
 */
import { messageOf, PayloadError, ReplyError, StreamSeaError } from '../errors';
import type { CheckMode, PayloadCheck } from '../protocol/payload';
import { say } from '../sentences';
import { type Backoff, backoffDelay } from './backoff';
import type { Cancel, Clock } from './clock';
import { Fifo } from './fifo';
import { schemaMismatch } from './schemas';

/** A message on its way out. */
export interface Entry {
  readonly text: string;
  /** False: leaves alone. */
  readonly batch: boolean;
  /** Still to be checked before it is sent. */
  check: CheckMode | undefined;
  /** `storing`: the outbox has not said yet that it is kept. `dropped`: it could not be kept. */
  place: 'storing' | 'stored' | 'dropped';
}

export interface BatchLimits {
  /** Messages in one request, at the most. */
  readonly messages: number;
  /** Bytes of JSON text in one request, at the most; a single larger message leaves alone. */
  readonly bytes: number;
}

/** What a line needs of its publisher. */
export interface LineContext<Item extends Entry> {
  readonly clock: Clock;
  readonly random: () => number;
  readonly backoff: Backoff;
  readonly batch: BatchLimits;
  /** False: what could be retried fails instead. */
  readonly retry: boolean;
  paused(): boolean;
  /** Resolves when the server has accepted them all. */
  send(stream: string, texts: readonly string[]): Promise<void>;
  loadCheck(stream: string, mode: CheckMode): Promise<PayloadCheck>;
  /** The one end of each entry. */
  settled(stream: string, entry: Item, error: StreamSeaError | undefined): void;
  /** Nothing is left on the line. */
  empty(stream: string): void;
}

// A server's clock may be wrong by years, and a `Retry-After` date with it.
const LONGEST_RETRY_AFTER = 3_600_000;

export class Line<Item extends Entry> {
  readonly #stream: string;
  readonly #context: LineContext<Item>;
  readonly #gathered = new Fifo<Item>();
  /** What was sent or is about to be, oldest first: one batch, or the pieces of one that was refused. */
  #batches: (readonly Item[])[] = [];
  #sending = false;
  #resting = false;
  #pumpsSoon = false;
  #failures = 0;
  #stopped: StreamSeaError | undefined;
  #wait: { readonly cancel: Cancel; readonly asked: boolean } | undefined;

  constructor(stream: string, context: LineContext<Item>) {
    this.#stream = stream;
    this.#context = context;
  }

  push(entry: Item): void {
    this.#gathered.push(entry);
  }

  /** Puts entries from before this process at the head. */
  prepend(entries: readonly Item[]): void {
    this.#gathered.prepend(entries);
  }

  /** Sends what is there, if the line is free. */
  pump(): void {
    if (this.#sending || this.#resting || this.#wait !== undefined || this.#context.paused()) return;
    if (this.#batches.length === 0) {
      const batch = this.#gather();
      if (batch.length > 0) this.#batches = [batch];
    }
    const [batch] = this.#batches;
    if (batch !== undefined) void this.#attempt(batch);
    else if (this.#gathered.length === 0) this.#context.empty(this.#stream);
  }

  /** The same, behind those that one flush has kept together: at once, the first of them would leave alone. */
  pumpSoon(): void {
    if (this.#pumpsSoon) return;
    this.#pumpsSoon = true;
    queueMicrotask(() => {
      this.#pumpsSoon = false;
      this.pump();
    });
  }

  /** Things look better: cuts a wait short, unless the server asked for it. */
  wake(): void {
    if (this.#wait !== undefined && !this.#wait.asked) this.#endWait();
    this.pump();
  }

  /** Ends all waits and gives up what is not in flight; what is still settles, and is not tried again. */
  stop(reason: StreamSeaError): void {
    this.#stopped = reason;
    this.#endWait();
    const waiting = this.#batches.splice(this.#sending ? 1 : 0).flat();
    for (const entry of [...waiting, ...this.#gathered.drain()]) {
      if (entry.place !== 'dropped') this.#context.settled(this.#stream, entry, reason);
      // Its outbox may yet answer; it has had its end.
      entry.place = 'dropped';
    }
  }

  #gather(): Item[] {
    const { messages, bytes } = this.#context.batch;
    const batch: Item[] = [];
    let characters = 0;
    // Bytes, counted only where they could matter: a character has three at the most, and counting takes 0.1 us a text.
    let size: number | undefined;
    for (let entry = this.#gathered.peek(); entry !== undefined; entry = this.#gathered.peek()) {
      if (entry.place === 'storing') break;
      if (entry.place === 'stored') {
        characters += entry.text.length;
        if (size !== undefined || characters * 3 > bytes) size = (size ?? bytesOf(batch)) + bytesOf([entry]);
        if (batch.length > 0 && (!entry.batch || (size ?? 0) > bytes)) break;
        batch.push(entry);
      }
      this.#gathered.shift();
      if (batch.length >= messages || batch[0]?.batch === false) break;
    }
    return batch;
  }

  /** Never throws: whatever goes wrong becomes the end of some entries, or a wait. */
  async #attempt(batch: readonly Item[]): Promise<void> {
    this.#sending = true;
    try {
      const fit = batch.every((entry) => entry.check === undefined) ? batch : await this.#checked(batch);
      this.#batches[0] = fit;
      if (fit.length > 0) {
        await this.#context.send(
          this.#stream,
          fit.map((entry) => entry.text),
        );
      }
      this.#finish();
    } catch (thrown) {
      this.#failed(asError(thrown));
    }
    this.#sending = false;
    if (batch.length > 1 && this.#batches.length === 0) this.#rest();
    else this.pump();
  }

  /**
   * Whoever hears that a batch has arrived mostly sends on at once, through a flow that hands messages over by
   * `setImmediate`. Without a rest the first of those left alone, and the others waited for its answer: every second
   * request of a steady load held one message. So the line stays shut for their turn of the event loop.
   */
  #rest(): void {
    this.#resting = true;
    setImmediate(() =>
      setImmediate(() => {
        this.#resting = false;
        this.pump();
      }),
    );
  }

  /** The entries that follow the schema; the others are settled. */
  async #checked(batch: readonly Item[]): Promise<Item[]> {
    const checks = new Map<CheckMode, PayloadCheck | StreamSeaError>();
    for (const { check: mode } of batch) {
      if (mode !== undefined && !checks.has(mode)) checks.set(mode, await this.#loadCheck(mode));
    }
    return batch.filter((entry) => {
      const check = entry.check === undefined ? undefined : checks.get(entry.check);
      const error = check instanceof StreamSeaError ? check : this.#mismatch(entry, check);
      if (error !== undefined) this.#context.settled(this.#stream, entry, error);
      else entry.check = undefined;
      return error === undefined;
    });
  }

  /** The check, or why there is none; throws when there may be one later. */
  async #loadCheck(mode: CheckMode): Promise<PayloadCheck | StreamSeaError> {
    try {
      return await this.#context.loadCheck(this.#stream, mode);
    } catch (thrown) {
      const error = asError(thrown);
      if (error.retryable && this.#context.retry) throw error;
      return error;
    }
  }

  #mismatch(entry: Item, check: PayloadCheck | undefined): StreamSeaError | undefined {
    const problems = check?.(JSON.parse(entry.text)) ?? [];
    return problems.length === 0 ? undefined : schemaMismatch(this.#stream, problems);
  }

  #failed(error: StreamSeaError): void {
    const [batch = []] = this.#batches;
    const splits = batch.length > 1 && blamesOne(error);
    const retries = error.retryable && this.#context.retry;
    if (this.#stopped !== undefined && (splits || retries)) {
      this.#finish(this.#stopped);
    } else if (splits) {
      const middle = Math.ceil(batch.length / 2);
      this.#batches.splice(0, 1, batch.slice(0, middle), batch.slice(middle));
    } else if (retries) {
      this.#failures += 1;
      this.#waitFor(error);
    } else {
      this.#finish(error);
    }
  }

  #finish(error?: StreamSeaError): void {
    this.#failures = 0;
    const batch = this.#batches.shift() ?? [];
    for (const entry of batch) this.#context.settled(this.#stream, entry, error);
  }

  #waitFor(error: StreamSeaError): void {
    const { clock, backoff, random } = this.#context;
    const asked = error instanceof ReplyError ? error.retryAfter : undefined;
    const delay = backoffDelay(this.#failures, backoff, random());
    const cancel = clock.setTimeout(
      () => {
        this.#wait = undefined;
        this.pump();
      },
      Math.max(delay, Math.min(asked ?? 0, LONGEST_RETRY_AFTER)),
    );
    this.#wait = { cancel, asked: asked !== undefined };
  }

  #endWait(): void {
    this.#wait?.cancel();
    this.#wait = undefined;
  }
}

/** A refusal of the whole that may be the fault of one: halving finds it. */
function blamesOne(error: StreamSeaError): boolean {
  return error instanceof ReplyError && (error.status === 400 || error.status === 413);
}

function asError(thrown: unknown): StreamSeaError {
  if (thrown instanceof StreamSeaError) return thrown;
  // Not of our family is a mistake in this program: trying it again would make it for ever.
  return new PayloadError(say('payload.failed', { reason: messageOf(thrown) }));
}

function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
}
