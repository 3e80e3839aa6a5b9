/** An outbox, as a test asks it: with promises; and what one of a test keeps. */
import type { OnKept, Outbox, OutboxKey, OutboxMessage, Unkept } from '../../../src/client/outbox/outbox';

interface Asked extends OutboxMessage {
  resolve(key: OutboxKey): void;
  reject(why: Error): void;
}

const told: OnKept<Asked> = ({ resolve, reject }, outcome) =>
  typeof outcome === 'number' ? resolve(outcome) : reject(outcome);

/** Resolves with the key once the message is kept; rejects with why it is not. */
export function keep(outbox: Outbox, message: OutboxMessage): Promise<OutboxKey> {
  return new Promise((resolve, reject) => {
    outbox.accept({ ...message, resolve, reject }, message.at, told, message.late);
  });
}

/** Of what a client gives, which holds more, and changes later. */
export function asKept({ stream, text, batch, check, instants }: Unkept, at: number): OutboxMessage {
  return { stream, text, batch, check, instants, at };
}
