/**
 * What the first release kept, which had a queue for each group: `["group", jail, stream, group]`, and each message of it
 * under a key of its own. It is given to its group first, and goes as it is done.
 */

import type { LogId } from '../log';
import { parseList, parseObject } from './disk-record';

export type PriorRecord =
  | {
      readonly kind: 'prior group';
      readonly group: LogId & { readonly group: string };
      /** Milliseconds since 1970, by a clock that may have been set since: good for an order, and for nothing more. */
      readonly vacantSince: number;
    }
  | { readonly kind: 'message'; readonly group: LogId & { readonly group: string }; readonly number: number };

/** Undefined for what is none. */
export function parsePriorRecord(key: string, value: string): PriorRecord | undefined {
  // To parse the key of each definition in vain took as long as to read it.
  if (!key.startsWith('["message",') && !key.startsWith('["group",')) return undefined;
  const [kind, jail, stream, group, number] = parseList(key);
  if (typeof jail !== 'string' || typeof stream !== 'string' || typeof group !== 'string') return undefined;
  if (kind === 'message' && typeof number === 'number') {
    return { kind, group: { jail, stream, group }, number };
  }
  if (kind !== 'group') return undefined;
  const { vacantSince } = parseObject(value);
  if (typeof vacantSince !== 'number' && vacantSince !== null) return undefined;
  return {
    kind: 'prior group',
    group: { jail, stream, group },
    vacantSince: vacantSince ?? Number.MAX_SAFE_INTEGER,
  };
}

export function priorGroupKey({ jail, stream, group }: LogId & { readonly group: string }): string {
  return JSON.stringify(['group', jail, stream, group]);
}
