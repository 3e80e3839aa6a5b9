/**
 * A link of a log's chain, and the entry that is kept there.
 *
 * What refers to texts, from here to a member, is made by constructors, and its lists by `slice`. Where literals are, V8
 * learns that what is made there lives long, while a log keeps much or a thousand readers wait, and from then on makes it
 * among what is old, for the life of the process. There it stays until all garbage is collected, with the young texts that
 * it refers to, however short it is needed: a healthy reader's messages were copied and marked, long after the thousand who
 * had read nothing were cut off.
 */

import type { Entry } from '../log';

/** The last of a chain has no entry: it is where the next one comes. */
export class Link {
  entry: Entry | undefined;
  /** Messages appended before it. Grows along the chain, and so tells which of two links is further. */
  readonly before: number;
  /** Gone from links that were let go: an old one would keep all that came after it alive. */
  next: Link | undefined;
  /** Characters of its texts. */
  size = 0;
  /** The disk has it. */
  isWritten = false;
  /** Lasting places from which on all is still to be taken. */
  lasting = 0;
  /** Those of them without a reader. */
  vacant = 0;
  /** Messages of this entry that they, or those further ahead in the chain, have had already. */
  skipped = 0;
  /** Passing places from which on all is still to be taken. */
  passing = 0;
  /** Lasting places that have taken it, and are not done with it. */
  held = 0;

  constructor(before: number) {
    this.before = before;
  }
}

export class KeptEntry implements Entry {
  readonly number: number;
  readonly texts: readonly string[];

  constructor(number: number, texts: readonly string[]) {
    this.number = number;
    this.texts = texts;
  }
}
