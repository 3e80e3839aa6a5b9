/** The lines out, one for each stream that has messages. */
import type { Entry } from '../entry';
import type { Trouble } from '../sending';
import { Line, type LineContext } from './line';

/** Lines kept though nothing is on them, for the next message. */
const KEPT_LINES = 100;

export type LinesOptions = Omit<LineContext, 'troubled' | 'empty'> & {
  /** The trouble of a line has changed. */
  troubled(): void;
};

export class Lines {
  readonly #context: LineContext;
  readonly #lines = new Map<string, Line>();
  /** Asked for last: mostly one stream's messages come one after the other, and each asks more than once. */
  #last: Line | undefined;
  /** Those that do not get through, for what only they know of. */
  readonly #troubled = new Set<Line>();

  constructor(options: LinesOptions) {
    this.#context = {
      ...options,
      troubled: (line) => {
        if (line.trouble === undefined) this.#troubled.delete(line);
        else this.#troubled.add(line);
        options.troubled();
      },
      empty: (line) => {
        if (this.#lines.size <= KEPT_LINES || this.#lines.get(line.stream) !== line) return;
        this.#lines.delete(line.stream);
        if (this.#last === line) this.#last = undefined;
      },
    };
  }

  /** That of the first to try again; none where all flow. */
  get trouble(): Trouble | undefined {
    let first: Trouble | undefined;
    for (const { trouble } of this.#troubled) {
      if (trouble !== undefined && (first === undefined || trouble.until < first.until)) first = trouble;
    }
    return first;
  }

  /** The line of a stream, made when there is none. */
  of(stream: string): Line {
    if (this.#last?.stream === stream) return this.#last;
    let line = this.#lines.get(stream);
    if (line === undefined) {
      line = new Line(stream, this.#context);
      this.#lines.set(stream, line);
    }
    this.#last = line;
    return line;
  }

  /** Puts older entries, of any streams, before all that wait. */
  prepend(entries: readonly Entry[]): void {
    const streams = new Map<string, Entry[]>();
    for (const entry of entries) {
      const older = streams.get(entry.stream) ?? [];
      older.push(entry);
      streams.set(entry.stream, older);
    }
    for (const [stream, older] of streams) {
      this.of(stream).prepend(older);
      this.of(stream).pump();
    }
  }

  /** All that wait, stream by stream. */
  *waiting(): Generator<Entry> {
    for (const line of this.#lines.values()) yield* line.waiting();
  }

  /** The one that has waited longest. Streams are few beside messages, so each is asked. */
  oldest(): Entry | undefined {
    let oldest: Entry | undefined;
    for (const line of this.#lines.values()) {
      const { value: first } = line.waiting().next();
      if (first !== undefined && (oldest === undefined || first.since < oldest.since)) oldest = first;
    }
    return oldest;
  }

  /** When the first was accepted of those that were accepted later than that, by `Clock.elapsed`. */
  firstSince(after: number): number | undefined {
    let first: number | undefined;
    for (const line of this.#lines.values()) {
      // All of a line: what a request holds, which comes first, may be younger than what an earlier client has left behind it.
      for (const { since, stage } of line.all()) {
        if (stage !== 'ended' && since > after) first = Math.min(first ?? since, since);
      }
    }
    return first;
  }

  pump(): void {
    for (const line of [...this.#lines.values()]) line.pump();
  }

  /** Cuts their waits short. */
  wake(): void {
    for (const line of [...this.#lines.values()]) line.wake();
  }

  /** What concerns them all is over. */
  resume(): void {
    for (const line of [...this.#lines.values()]) line.resume();
  }

  /** For good; gives back what is not in flight. */
  stop(): readonly Entry[] {
    return [...this.#lines.values()].flatMap((line) => line.stop());
  }
}
