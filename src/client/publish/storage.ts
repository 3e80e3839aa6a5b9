/**
 * Between the lines and the outbox: nothing leaves before it is kept, what an earlier client left comes first, and
 * nothing is said to be kept that is not.
 */
import type { StreamSeaError } from '../../errors';
import { type Backoff, backoffDelay } from '../common/backoff';
import type { Cancel, Clock } from '../common/clock';
import type { OnKept, Outbox, OutboxKey, StoredMessage } from '../outbox/outbox';
import { type Entry, ended, merged, olderEntry, unheard } from './entry';
import { asError } from './lines/verdict';
import type { Trouble } from './sending';
import type { Offered, Unfinished } from './unfinished';

export interface StorageOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly outbox: Outbox;
  /** What an earlier client left, oldest first. */
  replay(entries: readonly Entry[]): void;
  /** An entry is kept, or could not be. */
  answered(entry: Entry, error: StreamSeaError | undefined): void;
  /** What was left is known, or cannot be now: lines may go on. */
  opened(): void;
  problem(error: StreamSeaError): void;
}

/** A store that cannot be opened is tried again: a backup, or our own predecessor, may hold it for a moment. */
const REOPEN: Backoff = { first: 1_000, max: 10_000 };

export class Storage {
  readonly #options: StorageOptions;
  #opening = false;
  #cancelReopen: Cancel = () => {};
  #trouble: Trouble | undefined;
  #tellRead = (): void => {};
  /** Resolves when {@link opening} is over, or will never be of interest. */
  readonly read = new Promise<void>((resolve) => {
    this.#tellRead = resolve;
  });
  /** Who has offered messages that are in the outbox, and not read yet. */
  readonly #offered = new Map<OutboxKey, Offered>();
  /** Thrown away before they were read. */
  #purged: StreamSeaError | undefined;
  /** Nothing is sent any more: what is kept stays. */
  #stopped = false;
  // One for all: a function for each message, with what it holds, is felt.
  readonly #kept: OnKept<Entry> = (entry, outcome) => this.#answer(entry, outcome, false);
  readonly #keptLate: OnKept<Entry> = (entry, outcome) => this.#answer(entry, outcome, true);

  constructor(options: StorageOptions) {
    this.#options = options;
    this.#opening = options.outbox.replays;
    if (this.#opening) void this.#open(1);
    else this.#tellRead();
  }

  /** Why it is not known what an earlier client left, and when that is tried again. */
  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  /** Whether it is not known yet what an earlier client left: nothing leaves before that. */
  get opening(): boolean {
    return this.#opening;
  }

  /**
   * The entry has its place in the line, but does not leave before `answered`.
   *
   * @param taken it was accepted without having been kept: if it cannot be kept now, it stays what it was.
   */
  store(entry: Entry, at: number, taken = false): void {
    const { outbox } = this.#options;
    if (!outbox.durable) return;
    entry.stage = 'storing';
    if (taken) outbox.accept(entry, at, this.#keptLate, true);
    else outbox.accept(entry, at, this.#kept);
  }

  /** The entry need not be kept any longer. */
  settle(entry: Entry): void {
    if (entry.key !== 0) this.#options.outbox.settle(entry.key);
    else if (entry.stage === 'storing') entry.unwanted = true;
  }

  /** What a client that has retired left: entries for what was kept nowhere, which is kept from now on. */
  adopt({ unsent, kept }: Unfinished): readonly Entry[] {
    const { clock, problem } = this.#options;
    const nobody = unheard(problem);
    for (const [key, offered] of kept) this.#offered.set(key, offered);
    return unsent.map((message) => {
      const entry = olderEntry(message, clock, 0, message.publication ?? nobody, message.since);
      if (message.earlierProcess) entry.earlierProcess = true;
      if (message.keptElsewhere) entry.keptElsewhere = true;
      else this.store(entry, message.at, true);
      return entry;
    });
  }

  /** What is yet to be read of an earlier client is not to be sent: each has this end as soon as it is read. */
  purge(why: StreamSeaError): void {
    if (this.#opening || this.#trouble !== undefined) this.#purged = why;
  }

  stop(): void {
    this.#stopped = true;
    this.#tellRead();
    this.#cancelReopen();
  }

  /** Those of the inherited that were not replayed: theirs is in the outbox still. */
  takeOffered(): ReadonlyMap<OutboxKey, Offered> {
    const offered = new Map(this.#offered);
    this.#offered.clear();
    return offered;
  }

  #answer(entry: Entry, outcome: OutboxKey | StreamSeaError, taken: boolean): void {
    const { answered, problem } = this.#options;
    const kept = typeof outcome === 'number';
    if (kept) entry.key = outcome;
    if (entry.unwanted) this.settle(entry);
    if (entry.stage !== 'storing') return;
    entry.stage = 'ready';
    if (taken && !kept) problem(outcome);
    answered(entry, kept || taken ? undefined : outcome);
  }

  async #open(attempt: number): Promise<void> {
    const { clock, random, outbox, problem, opened } = this.#options;
    try {
      this.#replay(await outbox.open((late) => this.#replay(late)));
      this.#purged = undefined;
    } catch (thrown) {
      const why = asError(thrown);
      problem(why);
      if (!this.#stopped) {
        const delay = backoffDelay(attempt, REOPEN, random());
        this.#trouble = { attempt, until: clock.elapsed() + delay, why };
        this.#cancelReopen = clock.setTimeout(() => void this.#open(attempt + 1), delay);
      }
    }
    this.#opening = false;
    this.#tellRead();
    opened();
  }

  #replay(stored: readonly StoredMessage[]): void {
    this.#trouble = undefined;
    this.#cancelReopen();
    // Once all has stopped, they stay where they are: for the next process.
    if (this.#stopped || stored.length === 0) return;
    const { clock, outbox, problem, replay } = this.#options;
    const nobody = unheard(problem);
    if (this.#purged !== undefined) {
      for (const { key } of stored) {
        outbox.settle(key);
        ended(this.#offered.get(key)?.publication ?? nobody, this.#purged, problem);
        this.#offered.delete(key);
      }
      this.#purged = undefined;
      return;
    }
    const entries = (messages: readonly StoredMessage[]): readonly Entry[] =>
      messages.map((each) => {
        const offered = this.#offered.get(each.key);
        const entry = olderEntry(each, clock, each.key, offered?.publication ?? nobody, offered?.since);
        if (offered === undefined) entry.earlierProcess = true;
        return entry;
      });
    // A table has null, or false, where there is nothing: what was neither true nor undefined was lost without a word.
    const late = entries(stored.filter((each) => each.late));
    const inTime = entries(stored.filter((each) => !each.late));
    replay(merged(late, inTime));
    for (const { key } of stored) this.#offered.delete(key);
  }
}
