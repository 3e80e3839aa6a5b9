/** What a client that retires leaves to its successor: all that is under way, and who is to be told of its end. */
import type { StreamSeaError } from '../errors';
import { leftBehind } from './publish/ending';
import { ended } from './publish/entry';
import type { Unfinished } from './publish/unfinished';
import { keyFor, type Place } from './receive/channels';
import { addTo, type Remainders, takeOf, type Undelivered } from './receive/unclaimed';

export interface Legacy extends Unfinished {
  /** What the server had delivered, and nobody was told any more. */
  readonly undelivered: Undelivered;
}

/** What is not named is empty. */
export function legacyOf(some: Partial<Legacy>): Legacy {
  return { undelivered: new Map(), unsent: [], kept: new Map(), ...some };
}

/** Of several, one after the other. */
export function together(legacies: readonly Legacy[]): Legacy {
  return {
    undelivered: legacies.map(({ undelivered }) => undelivered).reduce<Remainders>(addTo, new Map()),
    unsent: legacies.flatMap(({ unsent }) => unsent),
    kept: new Map(legacies.flatMap(({ kept }) => [...kept])),
  };
}

/** One out of which owners take what is theirs, before somebody takes the rest. */
export interface OpenLegacy extends Legacy {
  readonly undelivered: Remainders;
}

export function opened(legacy: Legacy): OpenLegacy {
  return { ...legacy, undelivered: addTo(new Map(), legacy.undelivered) };
}

/** What was delivered for an owner, once. */
export function takeUndelivered(
  { undelivered }: OpenLegacy,
  place: Place,
  owner: string,
): readonly unknown[] {
  return takeOf(undelivered, keyFor(place), owner) ?? [];
}

/**
 * Nobody succeeds: each message has its end, which says whether it is kept.
 *
 * @param problem told that whoever heard of an end threw.
 */
export function abandon({ unsent, kept }: Legacy, problem: (error: StreamSeaError) => void): void {
  endAll(legacyOf({ unsent }), leftBehind(false), problem);
  endAll(legacyOf({ kept }), leftBehind(true), problem);
}

/** Each message has this end. Of a hundred flows that wait, the first that threw had kept the others from ever hearing. */
export function endAll(
  { unsent, kept }: Legacy,
  why: StreamSeaError,
  problem: (error: StreamSeaError) => void,
): void {
  for (const { publication } of unsent) if (publication !== undefined) ended(publication, why, problem);
  for (const { publication } of kept.values()) ended(publication, why, problem);
}
