/** Who else gets a stream's messages, and what that is on the wire. */
import { randomUUID } from 'node:crypto';
import { groupIdOf } from '../protocol/groups';

/** Who else gets a stream's messages (P27, P28). */
export type Delivery =
  /** Every message, whoever else listens. */
  | { readonly type: 'every' }
  /** Shared among all that use the same client id. */
  | { readonly type: 'shared' }
  /** Shared among all that name the same group: a UUID, or any other name. */
  | { readonly type: 'group'; readonly group: string };

/** The group to subscribe in. */
export function groupIdFor(delivery: Delivery): string | undefined {
  switch (delivery.type) {
    case 'every':
      // Drawn at each subscribe: after a reconnect the server may still hold the group of the old connection.
      return randomUUID();
    case 'shared':
      return undefined;
    case 'group':
      return groupIdOf(delivery.group);
  }
}

/** What subscriptions that may share one on the wire have in common. */
export function keyOf(delivery: Delivery): string {
  return delivery.type === 'group' ? groupIdOf(delivery.group) : delivery.type;
}
