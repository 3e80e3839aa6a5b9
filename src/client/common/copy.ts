/**
 * A copy of a value that came out of `JSON.parse`.
 *
 * Written by hand because it is on the path of every message with two listeners: a second `JSON.parse` takes longer, and
 * `structuredClone` longer still. It recurses, which `parseJson` makes safe by its bound on nesting.
 */
export function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Readonly<Record<string, unknown>>)[key];
    // JSON may hold a key of that name; an assignment would set the prototype instead.
    if (key === '__proto__') Object.defineProperty(copy, key, { ...PLAIN, value: copyOf(item) });
    else copy[key] = copyOf(item);
  }
  return copy;
}

const PLAIN = { configurable: true, enumerable: true, writable: true };
