/** What may be the name of a jail, a client or a stream. */

import type { ServerLimits } from './limits';
import { Refusal } from './refusal';

type NameLimits = Pick<ServerLimits, 'maxNameLength'>;

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
}
