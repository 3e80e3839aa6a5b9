/** Who else gets a stream's messages, and what that is on the wire. */
import { createHmac, randomBytes } from 'node:crypto';
import { groupIdOf } from '../../protocol/groups';

/** Who else gets a stream's messages (P27, P28). */
export type Delivery =
  /** Every message, whoever else listens. */
  | { readonly type: 'every' }
  /** Shared among all that use the same client id. */
  | { readonly type: 'shared' }
  /** Shared among all that name the same group: a UUID, or any other name. */
  | { readonly type: 'group'; readonly group: string };

/** What the groups of those who want every message are derived from; nobody else must know it. */
export function drawSeed(): Buffer {
  return randomBytes(32);
}

/**
 * The group to subscribe in. For `every` a UUID of version 4 that nobody can guess, as it would be drawn at random,
 * but the same for the same seed and stream: connections that exchange each other need the same ones (P29), and ten
 * thousand that are kept took more memory than all else that is kept of a subscription.
 */
export function groupIdFor(delivery: Delivery, stream: string, seed: Buffer): string | undefined {
  switch (delivery.type) {
    case 'every':
      return uuidFrom(createHmac('sha256', seed).update(stream).digest());
    case 'shared':
      return undefined;
    case 'group':
      return groupIdOf(delivery.group);
  }
}

/**
 * The bits that say version 4 and variant are as RFC 9562 has them, the other 122 from `bytes`. Not by the `v4` of uuid,
 * which could do it: that is loaded only for those who name their groups.
 */
function uuidFrom(bytes: Buffer): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex', 0, 16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join('-');
}

/** What subscriptions that may share one on the wire have in common. */
export function keyOf(delivery: Delivery): string {
  return delivery.type === 'group' ? groupIdOf(delivery.group) : delivery.type;
}
