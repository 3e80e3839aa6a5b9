/** What a stream's groups are told apart by. */

const DEFAULT = 'client ';
const NAMED = 'group ';

/**
 * The prefixes keep a client that is called like a UUID out of the group of that UUID.
 *
 * @param groupId absent: the client's own default group (P27).
 */
export function groupKeyOf(clientId: string, groupId: string | undefined): string {
  return groupId === undefined ? `${DEFAULT}${clientId}` : `${NAMED}${groupId.toLowerCase()}`;
}

/** The client whose default group this is. */
export function ownerOf(groupKey: string): string | undefined {
  return groupKey.startsWith(DEFAULT) ? groupKey.slice(DEFAULT.length) : undefined;
}

/** Where a UUID says its version. */
const VERSION = 14;

/**
 * Whether anybody may come back to the group. Clients that want every message draw a random UUID (version 4) at
 * each subscribe, and never the same again (P28): what was kept for it would wait for nobody.
 */
export function isLasting(groupKey: string): boolean {
  return ownerOf(groupKey) !== undefined || groupKey[NAMED.length + VERSION] !== '4';
}
