/** Groups: subscriptions that share a stream's messages are named by a UUID (P27, P28). */

/** Fixed for ever: the same group name must be the same group on every machine and in every release. */
const GROUP_NAMESPACE = '6d0b7f1c-2f0e-5a65-9c7a-0d6a3c1f5ea5';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is in 8-4-4-4-12 form; the protocol asks for no particular UUID version. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** A UUID in lower case as it is; any other name as its UUID v5. */
export function groupIdOf(nameOrUuid: string): string {
  if (isUuid(nameOrUuid)) return nameOrUuid.toLowerCase();
  // By a library: Node.js makes none of version 5, and what is here has no node:crypto to hash with, nor a browser's own
  // way, which answers later. Loaded only for those who name their groups: most do not, and every start would wait for it.
  const { v5: uuidOf } = require('uuid') as typeof import('uuid');
  return uuidOf(nameOrUuid, GROUP_NAMESPACE);
}
