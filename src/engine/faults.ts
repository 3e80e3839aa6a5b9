/** What an engine says no with. The server makes an answer of it; it is no failure of the server itself. */

import { inEnglish, type Words } from '../sentences';

/** Now is not the time: nothing was done, or perhaps it was and nobody can tell. Trying again may help. */
export class EngineAway extends Error {
  readonly words: Words;

  constructor(words: Words, options?: ErrorOptions) {
    super(inEnglish(words), options);
    this.name = 'EngineAway';
    this.words = words;
  }
}

/** The entry is larger than this engine takes at all. */
export class TooLarge extends Error {
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`An entry may have ${maxBytes} bytes here.`);
    this.name = 'TooLarge';
    this.maxBytes = maxBytes;
  }
}

/** Somebody else has changed the record, made it or removed it. */
export class Conflict extends Error {
  constructor() {
    super('The record has changed meanwhile.');
    this.name = 'Conflict';
  }
}
