/** What JetStream says of a message that it delivers: all of it stands in the subject that an answer goes to. */

export interface Delivery {
  /** It had been delivered before, to whichever reader. */
  readonly isAgain: boolean;
  /** Of the message in its stream. */
  readonly number: number;
  /** How many the reader had been delivered with it, all who read with it together. */
  readonly count: number;
  /** Messages that come after it, as far as is known. */
  readonly pending: number;
}

/** `$JS.ACK.stream.consumer.deliveries.number.count.time.pending`, newer servers with a domain and an account in it. */
const LENGTH = 9;

/** Undefined for a subject that is none. */
export function deliveryOf(reply: string | undefined): Delivery | undefined {
  const parts = reply?.split('.') ?? [];
  if (parts[0] !== '$JS' || parts[1] !== 'ACK' || parts.length < LENGTH) return undefined;
  const at = parts.length === LENGTH ? 4 : 6;
  const [deliveries, number, count, , pending] = parts.slice(at, at + 5).map(Number);
  if (number === undefined || count === undefined || pending === undefined) return undefined;
  return { isAgain: deliveries !== 1, number, count, pending };
}

/** What comes in place of a message, and says how things stand: `404 No Messages`. Undefined for a message. */
export function statusOf(message: {
  readonly headers?: { readonly code: number; readonly description: string };
}): { readonly code: number; readonly text: string } | undefined {
  const { code = 0, description = '' } = message.headers ?? {};
  return code === 0 ? undefined : { code, text: description.toLowerCase() };
}
