/** A reader of a group that expects so many messages, and waits for them. */

import assert from 'node:assert/strict';
import type { Engine } from '../../../src/engine/engine';
import type { Cursor, Entry, LogId } from '../../../src/engine/log';

export const LOG_ID: LogId = { jail: 'works', stream: 'boiler' };

export class Reader {
  readonly cursor: Cursor;
  /** Told with what was taken so far. */
  missed = 0;

  constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  /** Entries with so many messages in all, none of which is done. */
  async take(messages: number, maxBytes = 65_536): Promise<Entry[]> {
    const entries: Entry[] = [];
    while (textsOf(entries).length < messages) {
      const taken = await this.cursor.take(maxBytes);
      if ('end' in taken) assert.fail(`The cursor has ended: ${taken.end}`);
      assert.ok(taken.entries.length > 0, 'A take gave nothing.');
      this.missed += taken.missed ?? 0;
      entries.push(...taken.entries);
    }
    return entries;
  }

  /** {@link take}, entry by entry, so that no more is taken; and all of them are done: their texts. */
  async read(messages: number): Promise<string[]> {
    const entries = await this.take(messages, 1);
    for (const { number } of entries) this.cursor.done(number);
    return textsOf(entries);
  }
}

export async function lasting(engine: Engine, group: string, place = LOG_ID): Promise<Reader> {
  return new Reader(await engine.log.open(place, group, { lasting: true }));
}

export async function passing(engine: Engine, group: string, place = LOG_ID): Promise<Reader> {
  return new Reader(await engine.log.open(place, group, { lasting: false }));
}

/** One entry after the other, of one message each. */
export async function append(engine: Engine, texts: readonly string[], place = LOG_ID): Promise<void> {
  for (const text of texts) await engine.log.append(place, [text]);
}

export function textsOf(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ texts }) => texts);
}

/** `["1", "2", "3"]` */
export function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
}
