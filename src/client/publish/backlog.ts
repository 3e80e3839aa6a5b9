/**
 * All that waits on the lines, whatever its stream: what is shown of it, what goes when there is no room for more, and
 * what has waited too long.
 */
import { ExpiredError, QueueFullError, type StreamSeaError } from '../../errors';
import { say } from '../../sentences';
import { type Cancel, type Clock, dateOf } from '../common/clock';
import { type Entry, waits } from './entry';
import type { Lines } from './lines/lines';
import type { Unsent } from './unfinished';

/** What waits to be sent: all that was accepted, but for what a request holds at this moment. */
export interface QueueView {
  readonly count: number;
  /** When the oldest was accepted, in milliseconds since 1970. */
  readonly oldestAt?: number;
  /** The oldest ones. */
  readonly first: readonly QueuedMessage[];
}

/** A message that waits to be sent. */
export interface QueuedMessage {
  readonly stream: string;
  /** When it was accepted, in milliseconds since 1970. */
  readonly at: number;
  /** JSON text, as it will be sent. */
  readonly text: string;
}

export interface BacklogOptions {
  readonly clock: Clock;
  /** Milliseconds that a message may wait; 0: for ever. */
  readonly maxAge: number;
  /** Messages accepted and not settled, at the most. */
  readonly queueLimit: number;
  readonly whenFull: 'refuse' | 'dropOldest';
  readonly lines: Lines;
  /** Messages accepted and not settled. */
  queued(): number;
  /** The one end of an entry. */
  settle(entry: Entry, error: StreamSeaError): void;
  /** The same, told later: what it goes for is not on its line yet. */
  drop(entry: Entry, error: StreamSeaError): void;
}

/**
 * All that wait are looked at for those that have become too old, and not again before this part of what one may wait is
 * over. Each had a look of its own: with 24,000 that waited, and 4,000 a second, that was a quarter of a processor.
 */
const PAUSE = 0.01;

/** Milliseconds. */
const LONGEST_PAUSE = 1_000;

export class Backlog {
  readonly #options: BacklogOptions;
  /** Set while one is waited for to become too old: when, by `Clock.elapsed`. */
  #expiry: { readonly at: number; readonly cancel: Cancel } | undefined;
  #dropped: QueueFullError | undefined;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  view(first: number): QueueView {
    const entries = [...this.#options.lines.waiting()].sort((a, b) => a.since - b.since);
    const [oldest] = entries;
    return {
      count: entries.length,
      ...(oldest !== undefined && { oldestAt: this.timeOf(oldest) }),
      first: entries.slice(0, first).map((entry) => {
        return { stream: entry.stream, at: this.timeOf(entry), text: entry.text };
      }),
    };
  }

  /** When an entry was accepted, in milliseconds since 1970. */
  timeOf({ since, at }: Entry): number {
    if (at !== undefined && Number.isFinite(at)) return at;
    return dateOf(this.#options.clock, since);
  }

  /**
   * The same, but set back meanwhile, the clock would put it before what was there before it. Nor may it be of the same
   * millisecond: of two lists, nobody could tell then which is the older one.
   */
  orderOf(entry: Entry): number {
    return Math.max(this.timeOf(entry), entry.at ?? this.#options.lines.of(entry.stream).latestLeft + 1);
  }

  /** An entry, as another client may have it. */
  unsent(entry: Entry): Unsent {
    const { stream, text, instants, batch, check, since, publication, keptElsewhere, earlierProcess } = entry;
    return {
      ...{ stream, text, batch, since, at: this.orderOf(entry), publication },
      ...(check !== undefined && { check, instants }),
      ...(keptElsewhere && { keptElsewhere }),
      ...(earlierProcess && { earlierProcess }),
    };
  }

  /** For one more. @throws QueueFullError when nothing may go for it. */
  makeRoom(): void {
    const { queued, queueLimit: limit, whenFull, lines } = this.#options;
    while (queued() >= limit) {
      const oldest = whenFull === 'dropOldest' ? lines.oldest() : undefined;
      if (oldest === undefined) throw new QueueFullError(say('queue.full', { limit }));
      // One for all of them: who offers a million at once has nearly as many dropped.
      this.#dropped ??= new QueueFullError(say('queue.dropped', { limit }));
      this.#options.drop(oldest, this.#dropped);
      lines.of(oldest.stream).trim();
    }
  }

  end(entry: Entry, why: StreamSeaError): void {
    this.#options.settle(entry, why);
    this.#options.lines.of(entry.stream).trim();
  }

  /** Ends those that `whom` is true of. Returns how many. */
  endAll(why: StreamSeaError, whom = (_entry: Entry): boolean => true): number {
    let count = 0;
    for (const entry of [...this.#options.lines.waiting()]) {
      // Whoever hears of one end may end others, or send on: then those that waited are on their way.
      if (!waits(entry) || !whom(entry)) continue;
      count += 1;
      this.end(entry, why);
    }
    return count;
  }

  /** Why an entry is not to be sent any more, when it has waited for too long. */
  expired({ since }: Entry): ExpiredError | undefined {
    const { clock, maxAge } = this.#options;
    const isOld = maxAge > 0 && clock.elapsed() - since >= maxAge;
    return isOld ? new ExpiredError(say('queue.expired', { seconds: maxAge / 1000 })) : undefined;
  }

  /** Those of a predecessor's that may still be sent; the others have their end. */
  stillGood(entries: readonly Entry[]): readonly Entry[] {
    return entries.filter((entry) => {
      const tooOld = this.expired(entry);
      if (tooOld === undefined) this.added(entry);
      else this.#options.settle(entry, tooOld);
      return tooOld === undefined;
    });
  }

  /** Something has been added. */
  added({ since }: Entry): void {
    const { maxAge } = this.#options;
    const at = since + maxAge;
    if (maxAge > 0 && (this.#expiry === undefined || at < this.#expiry.at)) this.#expireAt(at);
  }

  /** Leaves no wait behind. */
  close(): void {
    this.#expiry?.cancel();
    this.#expiry = undefined;
  }

  #expireAt(at: number): void {
    const { clock } = this.#options;
    this.#expiry?.cancel();
    this.#expiry = { at, cancel: clock.setTimeout(() => this.#expire(), at - clock.elapsed()) };
  }

  #expire(): void {
    const { clock, maxAge, lines } = this.#options;
    this.#expiry = undefined;
    for (const entry of [...lines.waiting()]) {
      const why = waits(entry) ? this.expired(entry) : undefined;
      if (why !== undefined) this.end(entry, why);
    }
    // Of those that requests hold, too: they may come back to wait.
    const next = lines.firstSince(clock.elapsed() - maxAge);
    const pause = Math.min(maxAge * PAUSE, LONGEST_PAUSE);
    if (next !== undefined) this.#expireAt(Math.max(next + maxAge, clock.elapsed() + pause));
  }
}
