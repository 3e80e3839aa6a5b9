/** An error as flows and the log get it: its text in the runtime's language, all else as it was. */

import { messageOf } from '../../../src/errors';
import { PayloadError } from '../../../src/index';
import { brief, type Translate } from '../catalogue';
import { saidOf, wordsOf } from '../wire/sentence';

/** Of what somebody else's code throws that is in a message: a getter, a proxy. */
export function unreadable(thrown: unknown): PayloadError {
  const problem = { key: 'value.unreadable', values: { reason: brief(thrown) } };
  const place = { key: 'place.message', values: {} };
  const error = new PayloadError({ key: 'value.at', values: { place, problem } });
  // Should it be our own mistake after all, only this says where.
  if (thrown instanceof Error) error.stack += `\nCaused by: ${thrown.stack}`;
  return error;
}

export function translatedError(thrown: unknown, t: Translate): Error {
  const error = thrown instanceof Error ? thrown : new Error(messageOf(thrown));
  const text = wordsOf(saidOf(error), t);
  if (text === error.message) return error;
  // Not the error itself: as a connection's reason it is shared by all who wait for that, and their messages.
  const copy: Error = Object.create(Object.getPrototypeOf(error), Object.getOwnPropertyDescriptors(error));
  const stack = error.stack?.replace(error.message, () => text);
  const own = { writable: true, configurable: true };
  return Object.defineProperties(copy, { message: { ...own, value: text }, stack: { ...own, value: stack } });
}
