/** A message as it is kept for whoever looks: whole, or what can be shown of one that is too large. */

/** Of one that is kept whole; the same as in JSON, nearly. */
const MAX_CHARACTERS = 100_000;

/** Deeper ones no stack can make JSON of. */
const MAX_DEPTH = 500;

/** Of an excerpt. */
const EXCERPT = 1_000;
const EXCERPT_DEPTH = 20;

export type KeptMessage = { readonly size: number } & (
  | { readonly message: unknown }
  /** The beginning of its JSON. */
  | { readonly excerpt: string }
);

/** @param copy makes the one that is kept, of a message that others may change. Nothing: there is none to keep. */
export function kept(
  message: unknown,
  copy: (message: unknown) => { readonly message: unknown } | undefined = (given) => ({ message: given }),
): KeptMessage | undefined {
  const size = sizeOf(message);
  if (size === Infinity) return { excerpt: excerptOf(message), size: EXCERPT };
  const copied = copy(message);
  return copied && { ...copied, size };
}

/** In characters of JSON, about; infinite where it is too large, or too deep. */
function sizeOf(message: unknown): number {
  const rest: unknown[] = [message];
  const depths = [0];
  let size = 0;
  while (rest.length > 0) {
    const value = rest.pop();
    const depth = 1 + (depths.pop() ?? 0);
    if (size > MAX_CHARACTERS || depth > MAX_DEPTH) return Infinity;
    if (typeof value === 'string') size += value.length + 2;
    else if (Array.isArray(value)) {
      size += value.length + 2;
      if (size > MAX_CHARACTERS) return Infinity;
      for (const item of value) {
        rest.push(item);
        depths.push(depth);
      }
    } else if (typeof value === 'object' && value !== null) {
      size += 2;
      for (const key in value) {
        size += key.length + 4;
        if (size > MAX_CHARACTERS) return Infinity;
        rest.push(Reflect.get(value, key));
        depths.push(depth);
      }
    } else size += 5;
  }
  return size > MAX_CHARACTERS ? Infinity : size;
}

function excerptOf(message: unknown): string {
  let text = '';
  const isFull = (): boolean => text.length > EXCERPT;
  const write = (value: unknown, depth: number): void => {
    if (typeof value === 'string') text += JSON.stringify(value.slice(0, EXCERPT));
    else if (typeof value !== 'object' || value === null) text += String(value);
    else if (depth === 0) text += '…';
    else if (Array.isArray(value))
      writeAll('[', ']', value.keys(), (index) => write(value[index], depth - 1));
    else
      writeAll('{', '}', Object.keys(value), (key) => {
        text += `${JSON.stringify(key.slice(0, EXCERPT))}:`;
        write(Reflect.get(value, key), depth - 1);
      });
  };
  const writeAll = <Key>(begin: string, end: string, keys: Iterable<Key>, each: (key: Key) => void): void => {
    text += begin;
    let isFirst = true;
    for (const key of keys) {
      if (isFull()) return;
      if (!isFirst) text += ',';
      isFirst = false;
      each(key);
    }
    text += end;
  };
  write(message, EXCERPT_DEPTH);
  return detached(text.slice(0, EXCERPT));
}

/** What is cut out of a text holds all of it in memory. */
export function detached(part: string): string {
  return Buffer.from(part).toString();
}
