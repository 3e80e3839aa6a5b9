/** Taking as much as a reader has room for, and never less than one entry. */

import type { Entry } from '../log';
import type { Link } from './link';

const NONE: readonly Entry[] = [];

/** What a reader takes at once; made by a constructor, and the list by `slice`: see `link`. */
export class Share {
  readonly entries: Entry[];
  /** Messages trimmed before it had them. */
  missed: number;

  constructor(entries: Entry[] = NONE.slice(), missed = 0) {
    this.entries = entries;
    this.missed = missed;
  }
}

/** Moves given-back entries into the others. @returns characters of them. */
export function takeEntries(back: Entry[], maxSize: number, into: Entry[]): number {
  let size = 0;
  let count = 0;
  for (const entry of back) {
    const own = sizeOf(entry);
    if (count > 0 && size + own > maxSize) break;
    into.push(entry);
    size += own;
    count += 1;
  }
  if (count > 0) back.splice(0, count);
  return back.length > 0 ? Number.POSITIVE_INFINITY : size;
}

/** Adds entries from the link on. @returns the first link that was not taken. */
export function takeLinks(start: Link, maxSize: number, into: Entry[]): Link {
  let left = maxSize;
  let link = start;
  while (link.entry !== undefined && link.next !== undefined) {
    if (into.length > 0 && link.size > left) break;
    into.push(link.entry);
    left -= link.size;
    link = link.next;
  }
  return link;
}

/** Into its place among others that are sorted already. */
export function insertEntry(back: Entry[], entry: Entry): void {
  let at = back.length;
  while (at > 0 && (back[at - 1]?.number ?? 0) > entry.number) at -= 1;
  back.splice(at, 0, entry);
}

function sizeOf({ texts }: Entry): number {
  let size = 0;
  for (const text of texts) size += text.length;
  return size;
}
