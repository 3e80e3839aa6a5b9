/** The way out: accepts messages, puts each on its stream's line, and settles it exactly once. */
import { ClosedError, PayloadError, PurgedError, ReplyError, type StreamSeaError } from '../../errors';
import { say } from '../../sentences';
import { aborted, type GivenUp } from '../common/call';
import type { Schemas } from '../http/schemas';
import type { Outbox } from '../outbox/outbox';
import { Admission, type AdmissionOptions } from './admission';
import { Backlog, type QueueView } from './backlog';
import { abandoning, type Ending, leaving } from './ending';
import { type Entry, ended, endedSoon, type Publication, type PublishOptions } from './entry';
import { type Health, refusalOf } from './health';
import type { Line, LineContext } from './lines/line';
import { Lines } from './lines/lines';
import { Ends, Listed, partialFailure } from './partial-failure';
import { Storage } from './storage';
import type { Left, Unfinished } from './unfinished';

export interface PublisherOptions
  extends Pick<AdmissionOptions, 'clock' | 'retry' | 'refusal'>,
    Pick<LineContext, 'random' | 'backoff' | 'batch' | 'send'> {
  /** Messages accepted and not settled, all streams together, at the most. */
  readonly queueLimit: number;
  readonly whenFull: 'refuse' | 'dropOldest';
  /** Milliseconds that a message may wait; 0: for ever. */
  readonly maxAge: number;
  readonly outbox: Outbox;
  readonly schemas: Schemas;
  readonly health: Health;
  /** Whether what has waited may leave; if not, `wake` is called when it may. */
  mayFollow(): boolean;
  /** Something was left by an earlier client. */
  replays(): void;
  /** The number of messages waiting has changed, or what they wait for. */
  changed(): void;
  /** Told to nobody else: the end of a message of an earlier process; that whoever heard of an end threw. */
  problem(error: StreamSeaError): void;
}

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #lines: Lines;
  readonly #backlog: Backlog;
  readonly #storage: Storage;
  readonly #admission: Admission;
  #queued = 0;
  #paused = false;
  readonly #drained: (() => void)[] = [];
  /** Set once nothing is accepted any more. */
  #ending: Ending | undefined;
  /** Those of which the outbox had not said that they are kept, when all stopped. */
  readonly #unsure = new Set<Entry>();

  constructor(options: PublisherOptions) {
    this.#options = options;
    const { clock, random, backoff, batch, send, schemas, health, mayFollow, changed } = options;
    const settled: LineContext['settled'] = (entry, error) => this.#settle(entry, error);
    this.#lines = new Lines({
      ...{ clock, random, backoff, batch, send, schemas, settled },
      leave: (waited) => {
        if (this.#paused || this.#storage.opening || !health.admits) return undefined;
        if (waited && !mayFollow()) return undefined;
        return health.admit();
      },
      expired: (entry) => this.#backlog.expired(entry),
      left: (entry, error) => this.#leave(entry, error, true),
      troubled: changed,
    });
    const { maxAge, queueLimit, whenFull, outbox, problem, retry, refusal } = options;
    this.#backlog = new Backlog({
      ...{ clock, maxAge, queueLimit, whenFull, lines: this.#lines, settle: settled },
      queued: () => this.#queued,
      drop: (entry, error) => endedSoon(this.#remove(entry), error, problem),
    });
    this.#admission = new Admission({
      ...{ clock, retry, schemas, refusal },
      makeRoom: () => this.#backlog.makeRoom(),
      givenUp: (entry, why) => this.#giveUp(entry, why),
    });
    this.#storage = new Storage({
      ...{ clock, random, outbox, problem },
      replay: (entries) => this.#prepend(entries),
      answered: (entry, error) => this.#stored(entry, error),
      opened: () => {
        this.#lines.pump();
        changed();
      },
    });
  }

  /** Messages accepted and not yet settled. */
  get queued(): number {
    return this.#queued;
  }

  /** What keeps messages from getting through, that of the first line to try again; none where all flow. */
  get trouble(): Lines['trouble'] {
    return this.#storage.trouble ?? this.#lines.trouble;
  }

  /** Tells of the message's end once, later than it returns. */
  offer(stream: string, message: unknown, options: PublishOptions, publication: Publication): void {
    let line: Line;
    try {
      line = this.#accept(stream, message, options, publication);
    } catch (thrown) {
      endedSoon(publication, thrown as StreamSeaError, this.#options.problem);
      return;
    }
    line.pump();
  }

  /** Resolves when the server has the message; rejects when it never will. */
  publish(stream: string, message: unknown, options: PublishOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      this.offer(stream, message, options, {
        ended: (error) => (error === undefined ? resolve() : reject(error)),
      });
    });
  }

  /** Each message on the line, one behind the other. Rejects with one error that says which were not published. */
  async publishAll(
    stream: string,
    messages: readonly unknown[],
    options: PublishOptions = {},
  ): Promise<void> {
    // As long as it was: what is read of a message may change the list, and each of it has its end.
    const { length } = messages;
    const ends = new Ends(length);
    let refusal: StreamSeaError | undefined;
    for (let index = 0; index < length; index += 1) {
      const listed = new Listed(ends, index);
      try {
        if (refusal !== undefined) throw refusal;
        this.#accept(stream, messages[index], options, listed);
      } catch (thrown) {
        const error = thrown as StreamSeaError;
        listed.ended(error);
        // No fault of the message's, so of all that follow, too: there may be a million, and an error takes its time.
        if (!(error instanceof PayloadError)) refusal = error;
      }
    }
    // Pumped only now, so that the first does not leave without the others.
    this.#lines.of(stream).pump();
    const failed = await ends.all;
    if (failed.count > 0) throw partialFailure(stream, length, failed);
  }

  /** Nothing leaves until `resume`; what is in flight still settles. */
  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#options.changed();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.wake();
    this.#options.changed();
  }

  /** The server can be reached again: retries need not wait any longer. */
  wake(): void {
    this.#lines.wake();
  }

  /** What all lines know of the server, or of the socket, has changed: whoever waits for more than that waits on. */
  newsForAll(): void {
    const { health, retry } = this.#options;
    if (health.admits) this.#lines.resume();
    // What has one attempt does not wait for others.
    else if (!retry) this.#backlog.endAll(refusalOf(health.state), (entry) => !entry.patient);
    this.#options.changed();
  }

  /** What waits, of which the `first` are shown. */
  queue(first: number): QueueView {
    return this.#backlog.view(first);
  }

  /** Ends all that waits, on disk too. Returns how many that were. */
  purge(): number {
    const why = new PurgedError(say('queue.purged'));
    this.#storage.purge(why);
    return this.#backlog.endAll(why);
  }

  /** Takes over what a client that has retired left, older than all that this one has accepted. */
  adopt(legacy: Unfinished): void {
    this.#prepend(this.#storage.adopt(legacy));
  }

  /** Nothing is accepted from now on, and what waits is given up; what is in flight still settles. */
  stop(): void {
    const { problem } = this.#options;
    this.#stop(abandoning((publication, error) => ended(publication, error, problem)));
  }

  /** As {@link stop}, but nothing that waits has its end: now and until {@link giveUp} it goes to `left`. */
  retire(left: Left): void {
    this.#stop(leaving(left, (entry) => this.#backlog.unsent(entry)));
  }

  /** Resolves when nothing waits to be settled, nor is to be read of what an earlier client left. */
  async drained(): Promise<void> {
    await this.#storage.read;
    if (this.#queued > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** No more answers will come, of the server or the disk. */
  giveUp(): void {
    const unsure = new ClosedError(say('closed.unsure'));
    for (const entry of this.#unsure) this.#leave(entry, unsure);
    this.#unsure.clear();
    for (const [key, offered] of this.#storage.takeOffered()) this.#ending?.kept(key, offered);
  }

  #stop(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#backlog.close();
    this.#storage.stop();
    for (const entry of this.#lines.stop()) {
      // Said to be kept only once it is.
      if (entry.stage === 'storing') this.#unsure.add(entry);
      else this.#leave(entry);
    }
  }

  /** It is not sent here any more. */
  #leave(entry: Entry, error?: StreamSeaError, returned = false): void {
    if (entry.stage === 'ended') return;
    entry.stage = 'ended';
    if (entry.key === 0) this.#ending?.left(entry, error, returned);
    else this.#ending?.kept(entry.key, entry, entry.earlierProcess);
    this.#count(-1);
  }

  #prepend(entries: readonly Entry[]): void {
    if (entries.length > 0) this.#options.replays();
    this.#count(entries.length);
    this.#lines.prepend(this.#backlog.stillGood(entries));
  }

  /** Onto its line, which is to be pumped. @throws StreamSeaError for what is refused at once. */
  #accept(stream: string, message: unknown, options: PublishOptions, waiting: Publication): Line {
    if (options.signal?.aborted) throw aborted(options.signal, false);
    if (this.#ending !== undefined) throw new ClosedError(say('closed.client'));
    const entry = this.#admission.admit(stream, message, options, waiting);
    // When it was is asked of the clock once more, which not every message can be made to pay.
    if (this.#options.outbox.durable) this.#storage.store(entry, this.#backlog.orderOf(entry));
    const line = this.#lines.of(stream);
    line.push(entry);
    this.#backlog.added(entry);
    this.#count(1);
    return line;
  }

  /** Whoever offered it does not wait any more. One that a request holds goes with it, but not again. */
  #giveUp(entry: Entry, why: GivenUp): void {
    if (entry.stage === 'ended') return;
    const isTaken = entry.stage === 'sending';
    // One that is still to be checked has not left with those that took it, nor does it.
    const error = why((isTaken && entry.check === undefined) || entry.doubtful === true);
    if (isTaken) this.#settle(entry, error);
    else this.#backlog.end(entry, error);
  }

  #stored(entry: Entry, error: StreamSeaError | undefined): void {
    const unsure = this.#unsure.size > 0 && this.#unsure.delete(entry);
    if (error !== undefined) this.#settle(entry, error);
    else if (unsure) this.#leave(entry);
    this.#lines.of(entry.stream).pumpSoon();
  }

  #settle(entry: Entry, error: StreamSeaError | undefined): void {
    // Whoever was told of another's end may have ended this one: by a purge, or a signal.
    if (entry.stage === 'ended') return;
    // It followed the schema we know, and yet: the schema must have changed.
    if (entry.checked && error instanceof ReplyError && error.status === 400) {
      this.#options.schemas.forget(entry.stream);
    }
    ended(this.#remove(entry), error, this.#options.problem);
  }

  #remove(entry: Entry): Publication {
    this.#storage.settle(entry);
    entry.stage = 'ended';
    this.#count(-1);
    return entry.publication;
  }

  #count(change: number): void {
    this.#queued += change;
    this.#options.changed();
    if (this.#queued === 0) for (const resolve of this.#drained.splice(0)) resolve();
  }
}
