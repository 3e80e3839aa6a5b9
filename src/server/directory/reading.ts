/**
 * Definitions that nobody has needed so far are parsed once somebody needs many at a time: so much of that in one turn of
 * the event loop, as ten thousand take a second.
 */

import type { Definition } from '../../protocol/schema/schema';
import type { Turn } from '../turn';
import type { Jail } from './jail';
import type { Stream } from './stream';

export class Reading {
  readonly #turn: Turn;

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  /** Resolves with those of a jail that can be read. */
  async definitionsOf(jail: Jail): Promise<Definition[]> {
    const streams = [...jail.streams.values()];
    await this.#read(streams);
    return streams.flatMap(({ readable }) => readable ?? []);
  }

  /** Resolves with the version of each stream, null where there is none, or none that can be read. */
  async versionsOf(jail: Jail, names: readonly string[]): Promise<(Definition['version'] | null)[]> {
    const streams = names.map((name) => jail.streams.get(name));
    await this.#read(streams);
    return streams.map((stream) => stream?.readable?.version ?? null);
  }

  async #read(streams: readonly (Stream | undefined)[]): Promise<void> {
    for (const stream of streams) {
      if (stream === undefined || stream.isRead) continue;
      // Whoever else waits is woken in the same turn, and may use it up.
      while (this.#turn.isOver) await new Promise<void>((resolve) => this.#turn.next(resolve));
      this.#turn.spend(stream.length);
      // Asked for, it is read.
      void stream.readable;
    }
  }
}
