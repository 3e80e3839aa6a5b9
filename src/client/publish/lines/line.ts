/**
 * One stream's line out: strictly first in, first out, one request in flight.
 *
 * A message that finds the line free leaves at once and alone; those that gather while a request is out leave
 * together. Nothing ever lingers for company: of a lone sender, each message would wait in vain.
 */
import { ClosedError, type StreamSeaError } from '../../../errors';
import { Fifo } from '../../common/fifo';
import { type BatchLimits, type Entry, isSending, merged, waits } from '../entry';
import type { Permit } from '../health';
import type { Trouble } from '../sending';
import { barOf } from './bar';
import { type Checks, refusedOf } from './batch-check';
import { gather } from './gather';
import { Retry, type RetryOptions } from './retry';
import { asError, leavesDoubt, verdictOn } from './verdict';

/** What a line needs of its publisher. */
export interface LineContext extends Pick<RetryOptions, 'clock' | 'random' | 'backoff'> {
  readonly batch: BatchLimits;
  /**
   * Leave for a request, if there may be one; if not, the line is woken when there may.
   *
   * @param waited its messages have waited: over a failure, a pause, a restart.
   */
  leave(waited: boolean): Permit | undefined;
  /** Resolves when the server has accepted them all; rejects with what bars it, asked before each time that they are sent. */
  send(stream: string, texts: readonly string[], permit: Permit): Promise<void>;
  readonly schemas: Checks;
  /** Why it is not to be tried again, when it has waited for too long. */
  expired(entry: Entry): StreamSeaError | undefined;
  /** The one end of each entry. */
  settled(entry: Entry, error: StreamSeaError | undefined): void;
  /** Instead of an end, on a line that was stopped: it could be tried again, but not here. */
  left(entry: Entry, error: StreamSeaError): void;
  /** The line's trouble is another, or over. */
  troubled(line: Line): void;
  /** Nothing is left on the line. */
  empty(line: Line): void;
}

export class Line {
  readonly stream: string;
  readonly #context: LineContext;
  readonly #gathered = new Fifo<Entry>();
  /** What was sent or is about to be, oldest first: one batch, or the pieces of one that was refused. */
  #batches: (readonly Entry[])[] = [];
  #sending = false;
  #resting = false;
  #stopped = false;
  #pumpsSoon = false;
  #waited = false;
  #latestLeft = 0;
  readonly #retry: Retry;

  constructor(stream: string, context: LineContext) {
    this.stream = stream;
    this.#context = context;
    const { clock, random, backoff } = context;
    const changed = (): void => context.troubled(this);
    this.#retry = new Retry({ clock, random, backoff, due: () => this.pump(), changed });
  }

  get trouble(): Trouble | undefined {
    return this.#retry.trouble;
  }

  /** When the latest was accepted of those that an earlier client left here, in milliseconds since 1970. */
  get latestLeft(): number {
    return this.#latestLeft;
  }

  push(entry: Entry): void {
    this.#gathered.push(entry);
  }

  /** Puts an earlier client's entries before all that were accepted here, and among its others by their age. */
  prepend(entries: readonly Entry[]): void {
    const waiting = [...this.#batches.splice(this.#sending ? 1 : 0).flat(), ...this.#gathered.drain()];
    const own = waiting.findIndex(({ at }) => at === undefined);
    const earlier = own === -1 ? waiting.splice(0) : waiting.splice(0, own);
    for (const entry of merged(entries, earlier)) {
      if (Number.isFinite(entry.at)) this.#latestLeft = Math.max(this.#latestLeft, entry.at ?? 0);
      this.#gathered.push(entry);
    }
    for (const entry of waiting) this.#gathered.push(entry);
  }

  /** Those that wait, oldest first. */
  *waiting(): Generator<Entry> {
    for (const batch of this.#sending ? this.#batches.slice(1) : this.#batches) yield* batch.filter(waits);
    for (const entry of this.#gathered) if (waits(entry)) yield entry;
  }

  /** Those that a request holds, too. */
  *all(): Generator<Entry> {
    for (const batch of this.#batches) yield* batch;
    yield* this.#gathered;
  }

  /** Sends what is there, if the line is free. */
  pump(): void {
    if (this.#sending || this.#resting || this.#stopped || this.#retry.waits) return;
    this.#skipEnded();
    if (this.#batches.length === 0) {
      const first = this.#gathered.peek();
      if (first === undefined) this.#context.empty(this);
      if (first?.stage !== 'ready') return;
    }
    // Gathered only with leave to go: what comes until then is to leave with it.
    // What an earlier client has left has waited, whatever got through since: it may have been read behind a request.
    const [next = this.#gathered.peek()] = this.#batches[0] ?? [];
    const permit = this.#context.leave(this.#waited || next?.at !== undefined);
    if (permit === undefined) return;
    if (this.#batches.length === 0) this.#batches.push(gather(this.#gathered, this.#context.batch));
    const [batch = []] = this.#batches;
    void this.#attempt(batch, permit);
  }

  /** The same, behind those that one flush has kept together: at once, the first of them would leave alone. */
  pumpSoon(): void {
    if (this.#pumpsSoon) return;
    this.#pumpsSoon = true;
    queueMicrotask(this.#pumpNow);
  }

  readonly #pumpNow = (): void => {
    this.#pumpsSoon = false;
    this.pump();
  };

  /** Things look better: cuts a wait short, unless the server asked for it. */
  wake(): void {
    this.#retry.hurry();
    this.resume();
  }

  /** What concerns all is over. Its own wait is not: each answer to one would make the others ask at once. */
  resume(): void {
    if (!this.#sending && (this.#batches.length > 0 || this.#gathered.length > 0)) this.#waited = true;
    this.pump();
  }

  /** Forgets those at its head that somebody else has ended, and the wait when there is nothing left to wait for. */
  trim(): void {
    this.#skipEnded();
    if (this.#sending || !this.waiting().next().done) return;
    this.#retry.end();
    this.#recover();
    this.pump();
  }

  /** For good: gives back what is not in flight. What is still settles, or is `left`. */
  stop(): readonly Entry[] {
    this.#stopped = true;
    this.#retry.stop();
    return [...this.#batches.splice(this.#sending ? 1 : 0).flat(), ...this.#gathered.drain()].filter(waits);
  }

  /** Somebody may have ended some while they waited. */
  #skipEnded(): void {
    while (this.#gathered.peek()?.stage === 'ended') this.#gathered.shift();
    if (this.#sending) return;
    for (let [batch] = this.#batches; batch !== undefined; [batch] = this.#batches) {
      const left = batch.filter(waits);
      this.#batches.shift();
      if (left.length === 0) continue;
      this.#batches.unshift(left);
      break;
    }
  }

  /** Never throws: whatever goes wrong becomes the end of some entries, or a wait. */
  async #attempt(batch: readonly Entry[], permit: Permit): Promise<void> {
    this.#sending = true;
    for (const entry of batch) entry.stage = 'sending';
    try {
      // A batch is of those that are to be checked, or of those that are not.
      const { fit, met } = batch[0]?.check === undefined ? { fit: batch } : await this.#checked(batch);
      this.#batches[0] = fit;
      if (fit.length > 0) {
        await this.#send(fit, permit);
        this.#finish();
      } else {
        if (met === undefined) permit.unused();
        else permit.failed(met);
        this.#batches.shift();
        this.#goOn(met);
      }
    } catch (thrown) {
      const error = asError(thrown);
      permit.failed(error);
      this.#failed(error);
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

  async #send(entries: readonly Entry[], permit: Permit): Promise<void> {
    const barred = barOf(entries, permit, this.#context.expired);
    const texts = entries.map((entry) => entry.text);
    await this.#context.send(this.stream, texts, { ...permit, barred });
    permit.answered();
  }

  /** Those that follow the schema; the others are settled. `met`: what kept it from asking, where that may pass. */
  async #checked(batch: readonly Entry[]): Promise<{ fit: readonly Entry[]; met?: StreamSeaError }> {
    const refused = await refusedOf(this.stream, batch, this.#context.schemas);
    const fit = batch.filter((entry) => {
      // Given up meanwhile.
      if (entry.stage === 'ended') return false;
      const end = refused.get(entry) ?? this.#context.expired(entry);
      if (end !== undefined) this.#context.settled(entry, end);
      return end === undefined;
    });
    const met = [...refused.values()].find((error) => verdictOn(error, 1) === 'again');
    return met === undefined ? { fit } : { fit, met };
  }

  #failed(error: StreamSeaError): void {
    const batch = (this.#batches[0] ?? []).filter(isSending);
    const verdict = verdictOn(error, batch.length);
    if (verdict === 'final') {
      this.#finish(error);
      return;
    }
    const patient: Entry[] = [];
    for (const entry of batch) {
      if (!isSending(entry)) continue;
      const end = this.#endInstead(entry, verdict === 'again' ? error : undefined);
      if (end !== undefined) this.#context.settled(entry, end);
      else {
        entry.stage = 'ready';
        if (leavesDoubt(error)) entry.doubtful = true;
        patient.push(entry);
      }
    }
    this.#batches.shift();
    if (this.#stopped) {
      for (const entry of patient) this.#context.left(entry, error);
    } else if (verdict === 'halve') {
      const middle = Math.ceil(batch.length / 2);
      this.#batches.unshift(batch.slice(0, middle), batch.slice(middle));
    } else if (patient.length > 0) {
      this.#batches.unshift(patient);
      if (verdict !== 'without') this.#goOn(error);
    } else this.#goOn(verdict === 'again' ? error : undefined);
  }

  /** @param met what others had their end for; of what is to be tried behind them, nobody knows that it fares better. */
  #goOn(met: StreamSeaError | undefined): void {
    const next = this.#next();
    if (met === undefined || next === undefined) this.#recover();
    else if (next.patient) {
      this.#waited = true;
      this.#retry.waitFor(met);
    } else this.#retry.failed(met);
  }

  /** The oldest that waits. */
  #next(): Entry | undefined {
    for (const entry of this.all()) if (waits(entry)) return entry;
    return undefined;
  }

  /** Why a message is not tried again. @param error what it had its one attempt for, if it had it. */
  #endInstead(entry: Entry, error: StreamSeaError | undefined): StreamSeaError | undefined {
    // Our own closing ended the request: whether the server has the message, nobody knows.
    if (error instanceof ClosedError) return undefined;
    return entry.patient || error === undefined ? this.#context.expired(entry) : error;
  }

  #finish(error?: StreamSeaError): void {
    this.#recover();
    // In its place until all are told: whoever hears of an end may look at what waits behind it, or end that.
    for (const entry of this.#batches[0] ?? []) if (isSending(entry)) this.#context.settled(entry, error);
    this.#batches.shift();
  }

  #recover(): void {
    this.#waited = false;
    this.#retry.forget();
  }
}
