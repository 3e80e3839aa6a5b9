/** The subscriptions of one connection by their ids, and who hears what the server says of each. */

import { ProtocolError, SubscriptionError } from '../../errors';
import { AUTHENTICATION_ID, type SubscriptionReply } from '../../protocol/frames';
import { quoted, type Sentence, say } from '../../sentences';
import type { Secrets } from '../identity/secrets';

/**
 * What hears of one subscription. It may be subscribed again, here or on another connection: `id` and `connection` say
 * which subscribe it was.
 */
export interface ServerSubscription {
  readonly stream: string;
  answered(connection: object): void;
  refused(error: SubscriptionError, connection: object): void;
  delivered(message: unknown): void;
}

const FIRST_ID = AUTHENTICATION_ID + 1;

export class ServerSubscriptions {
  readonly #secrets: Secrets;
  /** In the order of their ids, which are consecutive (P21). */
  readonly #subscriptions: ServerSubscription[] = [];
  /** The ids of those that the server has not answered yet. */
  readonly #unanswered = new Set<number>();

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** Returns its id. */
  add(subscription: ServerSubscription): number {
    const id = FIRST_ID + this.#subscriptions.length;
    this.#subscriptions.push(subscription);
    this.#unanswered.add(id);
    return id;
  }

  /**
   * @param connection the one that it came on.
   * @returns whether it was a message that was delivered.
   * @throws ProtocolError for what is of no use.
   */
  route({ id, refuses, error, payload }: SubscriptionReply, connection: object): boolean {
    const subscription = this.#subscriptions[id - FIRST_ID];
    if (subscription === undefined) throw new ProtocolError(say('protocol.strayId', { id }));
    const answers = this.#unanswered.size > 0 && this.#unanswered.delete(id);
    const { stream } = subscription;
    if (!answers) {
      if (payload !== undefined) {
        subscription.delivered(payload);
        return true;
      }
      if (refuses) throw new ProtocolError(refusal(stream, error));
      throw new ProtocolError(say('protocol.noPayload', { stream: quoted(stream) }));
    }
    if (refuses) {
      const reason = error === undefined ? undefined : this.#secrets.fitToTell(error);
      subscription.refused(new SubscriptionError(refusal(stream, reason)), connection);
    } else {
      subscription.answered(connection);
    }
    return false;
  }
}

function refusal(stream: string, reason: string | undefined): Sentence {
  return reason === undefined
    ? say('subscription.refused', { stream: quoted(stream) })
    : say('subscription.refusedWith', { stream: quoted(stream), reason });
}
