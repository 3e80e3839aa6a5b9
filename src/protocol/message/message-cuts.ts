/**
 * The messages of a publish cut out of its body without reading their letters: how many objects a message has, its value
 * tells, and so how many brackets end before it does. To read the letters is felt beside parsing them.
 */

export const COMMA = 0x2c;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

/** Levels of a message: what nests deeper is rare, and to be looked at closely anyhow. */
const LEVELS = 16;

const NONE: readonly string[] = [];

const HEAD = /^\s*{\s*"payload"\s*:\s*/;

/**
 * @param body text that JSON.parse has taken
 * @param messages what it has made of them
 * @param batch whether they stand in a list
 * @returns undefined where it cannot tell: of messages that are no objects, or hold a bracket in a text, a key twice, a
 *   number that is infinite; of a body that holds more than its payload.
 */
export function cutMessages(
  body: string,
  messages: readonly unknown[],
  batch: boolean,
): string[] | undefined {
  const head = HEAD.exec(body);
  if (head === null) return undefined;
  const census = new Census();
  // Not a literal: see `engine/memory/link`.
  const texts = NONE.slice();
  let at = head[0].length;
  if (batch) {
    // Where a value begins, a bracket is one. Of a payload that comes twice the first may be a text with brackets in it.
    if (body.charCodeAt(at) !== OPEN_LIST) return undefined;
    census.lists += 1;
    at = pastBlanks(body, at + 1);
  }
  for (const message of messages) {
    if (body.charCodeAt(at) !== OPEN_OBJECT) return undefined;
    const before = census.objects;
    if (!census.takes(message, LEVELS)) return undefined;
    const start = at;
    for (let closed = before; closed < census.objects; closed += 1) at = body.indexOf('}', at) + 1;
    texts.push(body.slice(start, at));
    at = pastBlanks(body, at);
    if (body.charCodeAt(at) === COMMA) at = pastBlanks(body, at + 1);
  }
  if (batch) {
    if (body.charCodeAt(at) !== CLOSE_LIST) return undefined;
    at = pastBlanks(body, at + 1);
  }
  // No bracket was passed over, and they are as many as the values have objects: none of them stands in a text, and no
  // object was lost to a key that comes twice, so that each ends what it was taken to end.
  if (body.charCodeAt(at) !== CLOSE_OBJECT || pastBlanks(body, at + 1) !== body.length) return undefined;
  // Likewise of lists, which may nest too deep where nobody sees them.
  return census.lists === countOf('[', body) ? texts : undefined;
}

/** What all the messages hold. */
class Census {
  objects = 0;
  lists = 0;

  /** @returns false for what nests deeper, or has an infinite number. */
  takes(value: unknown, levels: number): boolean {
    if (typeof value === 'number') return value - value === 0;
    if (typeof value !== 'object' || value === null) return true;
    if (levels === 0) return false;
    if (Array.isArray(value)) {
      this.lists += 1;
      for (const item of value) if (!this.takes(item, levels - 1)) return false;
      return true;
    }
    this.objects += 1;
    const fields = value as Readonly<Record<string, unknown>>;
    for (const key in fields) {
      const item = fields[key];
      // Asked here, as a call for each of them takes as long as all the rest.
      if (typeof item === 'number') {
        if (item - item !== 0) return false;
      } else if (typeof item === 'object' && !this.takes(item, levels - 1)) return false;
    }
    return true;
  }
}

/** Where what comes after the blanks begins. */
export function pastBlanks(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

function countOf(letter: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(letter); at !== -1; at = text.indexOf(letter, at + 1)) count += 1;
  return count;
}
