/** What a stream's schema says of a message, found by the very check that the node makes before it sends. */

import { messageOf, type Problem } from '../../src/errors';
import { tidyJson } from '../../src/protocol/json';
import { type CheckMode, compileCheck } from '../../src/protocol/schema/check';
import { inList } from '../../src/protocol/schema/problems';
import type { Definition } from '../../src/protocol/schema/schema';

export type MessageCheck =
  | { readonly kind: 'empty' }
  | { readonly kind: 'notJson'; readonly reason: string }
  | { readonly kind: 'checked'; readonly problems: readonly Problem[] };

/**
 * @param text a message as JSON, or a list of them as msg.payload may be: then each path begins with its place.
 * @param published what the node makes of it
 */
export function checkMessage(
  text: string,
  definition: Definition,
  mode: CheckMode,
  published: (payload: unknown) => unknown = (payload) => payload,
): MessageCheck {
  if (tidyJson(text).trim() === '') return { kind: 'empty' };
  let payload: unknown;
  try {
    payload = published(JSON.parse(tidyJson(text)));
  } catch (error) {
    return { kind: 'notJson', reason: messageOf(error) };
  }
  const check = compileCheck(definition, mode);
  if (!Array.isArray(payload)) return { kind: 'checked', problems: check(payload) };
  const problems = payload.flatMap((message: unknown, index) => {
    return check(message).map((problem) => inList(problem, index));
  });
  return { kind: 'checked', problems };
}

/** The fields that the schema does not know, which only a strict check minds. */
export function extraFields(
  text: string,
  definition: Definition,
  published?: (payload: unknown) => unknown,
): readonly Problem[] {
  const checked = checkMessage(text, definition, 'strict', published);
  if (checked.kind !== 'checked') return [];
  return checked.problems.filter(({ sentence }) => sentence?.key === 'value.extra');
}
