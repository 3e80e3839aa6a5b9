/** The English texts, as Node-RED would look them up for a node; a gap without a value stays as it is. */

import catalogue from '../../../nodes/stream-sea-server/locales/en-US/stream-sea-server.json';
import { fillGaps } from '../../../src/sentences';

/** @throws when the catalogue has no such text: a key would be shown to people instead. */
export function translate(key: string, values: Readonly<Record<string, unknown>> = {}): string {
  const path = key.slice(key.indexOf(':') + 1).split('.');
  let text: unknown = catalogue;
  for (const part of path)
    text = typeof text === 'object' && text !== null ? Reflect.get(text, part) : undefined;
  if (typeof text !== 'string') throw new Error(`The catalogue has no ${key}.`);
  return fillGaps(text, (gap) => (gap in values ? String(values[gap]) : undefined));
}
