/** The lines out, one for each stream that has messages. */
import type { Entry } from './entry';
import { Line, type LineContext, type Wait } from './line';

/** Lines kept though nothing is on them, for the next message. */
const KEPT_LINES = 100;

export type LinesOptions = Omit<LineContext, 'waiting' | 'empty'> & {
  /** A line has begun to wait, or ceased to. */
  waiting(): void;
};

export class Lines {
  readonly #context: LineContext;
  readonly #lines = new Map<string, Line>();
  /** Those that wait for what only they know of. */
  readonly #waiting = new Set<Line>();

  constructor(options: LinesOptions) {
    this.#context = {
      ...options,
      waiting: (line) => {
        if (line.wait === undefined) this.#waiting.delete(line);
        else this.#waiting.add(line);
        options.waiting();
      },
      empty: (stream) => {
        if (this.#lines.size > KEPT_LINES) this.#lines.delete(stream);
      },
    };
  }

  /** What the first of them to try again waits for; nothing where all flow. */
  get wait(): Wait | undefined {
    let first: Wait | undefined;
    for (const { wait } of this.#waiting) {
      if (wait !== undefined && (first === undefined || wait.until < first.until)) first = wait;
    }
    return first;
  }

  /** A request of one of them is out. */
  get areSending(): boolean {
    return [...this.#lines.values()].some((line) => line.isSending);
  }

  /** The line of a stream, made when there is none. */
  of(stream: string): Line {
    const known = this.#lines.get(stream);
    if (known !== undefined) return known;
    const line = new Line(stream, this.#context);
    this.#lines.set(stream, line);
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

  pump(): void {
    for (const line of [...this.#lines.values()]) line.pump();
  }

  /** Cuts their waits short. */
  wake(): void {
    for (const line of [...this.#lines.values()]) line.wake();
  }

  /** For good; gives back what is not in flight. */
  stop(): readonly Entry[] {
    return [...this.#lines.values()].flatMap((line) => line.stop());
  }
}
