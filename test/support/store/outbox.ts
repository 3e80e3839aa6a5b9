/** An outbox, as a test asks it: with promises. */
import type { Outbox, OutboxKey, OutboxMessage } from '../../../src/client/outbox/outbox';

/** Resolves with the key once the message is kept; rejects with why it is not. */
export function keep(outbox: Outbox, message: OutboxMessage): Promise<OutboxKey> {
  return new Promise((resolve, reject) => {
    outbox.accept(message, (outcome) => (typeof outcome === 'number' ? resolve(outcome) : reject(outcome)));
  });
}
