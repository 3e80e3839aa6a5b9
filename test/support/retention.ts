/** A jail's retention with a clock in a test's hand, and a journal that it can read. */
import type { Journal, RecordKey } from '../../src/server/journal';
import { limitsOf, type ServerLimits } from '../../src/server/limits';
import { Retention } from '../../src/server/retention';

/** Both ways of writing end in one map; `saved` counts. */
export class MemoryJournal implements Journal {
  readonly records = new Map<string, string>();
  flushes = 0;

  write(key: RecordKey, value: object): void {
    this.keep(key, JSON.stringify(value));
  }

  erase(key: RecordKey): void {
    this.drop(key);
  }

  async saved(): Promise<void> {
    this.flushes += 1;
  }

  keep(key: RecordKey, text: string): void {
    this.records.set(JSON.stringify(key), text);
  }

  drop(key: RecordKey): void {
    this.records.delete(JSON.stringify(key));
  }
}

export class Keeping {
  now = 1_000_000;
  readonly journal = new MemoryJournal();
  readonly tally = { published: 0, delivered: 0, dropped: 0 };
  readonly forgotten: string[] = [];
  readonly retention: Retention;

  constructor(limits: Partial<ServerLimits> = {}) {
    this.retention = new Retention({
      jailId: 'works',
      limits: limitsOf(limits),
      journal: this.journal,
      tally: this.tally,
      now: () => this.now,
      forget: (stream, group) => this.forgotten.push(`${stream} ${group}`),
    });
  }
}
