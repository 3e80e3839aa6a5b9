/** A database on a disk of the test's making: counts its flushes, holds them up, and fails when told to. */
import type { Change, Database } from '../../../src/store/database';

export class FakeDisk {
  /** What outlives a close. */
  readonly content = new Map<string, string>();
  /** Each write, as it reached the disk. */
  readonly writes: { readonly changes: readonly Change[]; readonly flush: boolean }[] = [];
  opened = 0;
  /** How often all was read. */
  read = 0;
  open = 0;
  /** Thrown by each write and each opening while set. */
  fault: Error | undefined;
  /** Writes that met the fault. */
  refused = 0;
  #held: (() => void)[] | undefined;

  readonly openDatabase = async (): Promise<Database> => {
    if (this.fault !== undefined) throw this.fault;
    this.opened += 1;
    this.open += 1;
    let torn = false;
    return {
      first: async () => this.#sorted()[0],
      entries: async () => {
        this.read += 1;
        return this.#sorted();
      },
      write: async (changes, flush) => {
        await this.#pass();
        if (this.fault !== undefined) {
          torn = true;
          this.refused += 1;
          throw this.fault;
        }
        this.writes.push({ changes, flush });
        // As LevelDB does: after a failed write it says yes, and keeps nothing.
        if (!torn) this.#apply(changes);
      },
      close: async () => {
        this.open -= 1;
      },
    };
  };

  /** Writes that wait now. */
  get held(): number {
    return this.#held?.length ?? 0;
  }

  /** Writes wait from now on; the result lets them go. */
  hold(): () => void {
    this.#held = [];
    return () => {
      for (const go of this.#held?.splice(0) ?? []) go();
      this.#held = undefined;
    };
  }

  #sorted(): [string, string][] {
    return [...this.content].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  async #pass(): Promise<void> {
    const held = this.#held;
    if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve));
  }

  #apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type === 'put') this.content.set(change.key, change.value);
      else this.content.delete(change.key);
    }
  }
}

export function diskFull(): Error {
  return Object.assign(new Error('IO error: 000003.log: No space left on device'), {
    code: 'LEVEL_IO_ERROR',
  });
}
