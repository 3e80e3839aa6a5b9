/** What may be the name of a jail, a client or a stream. */

import type { ServerLimits } from './limits';
import { Refusal } from './refusal';

type NameLimits = Pick<ServerLimits, 'maxNameLength'>;

/** Also those that end a line, or change the direction of writing. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** @throws Refusal (400) */
export function checkJailId(id: string, limits: NameLimits): void {
  checkId('jail', id, limits);
}

/** @throws Refusal (400) */
export function checkClientId(id: string, limits: NameLimits): void {
  checkId('client', id, limits);
  // The Basic header ends the id at its first colon.
  if (id.includes(':')) throw new Refusal(400, "A client's id may hold no colon.");
}

/** @throws Refusal (400) */
export function checkStreamName(name: string, { maxNameLength }: NameLimits): void {
  if (name === '') throw new Refusal(400, 'A stream needs a name.');
  // Written as UTF-8, names that differ in half a letter would be the same.
  if (!name.isWellFormed()) throw new Refusal(400, "A stream's name may hold no half of a letter.");
  if (name.length > maxNameLength) {
    throw new Refusal(400, `A stream's name may have ${maxNameLength} characters, not ${name.length}.`);
  }
}

function checkId(what: string, id: string, { maxNameLength }: NameLimits): void {
  if (id === '' || id.length > maxNameLength) {
    throw new Refusal(
      400,
      `A ${what}'s id should have 1 to ${maxNameLength} characters, but has ${id.length}.`,
    );
  }
  // They would break the lines of a log, and hide what stands before them.
  if (CONTROL.test(id) || !id.isWellFormed()) {
    throw new Refusal(400, `A ${what}'s id may hold no control characters, and no half of a letter.`);
  }
}
