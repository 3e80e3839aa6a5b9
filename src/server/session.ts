/** What an authenticated connection does: subscribe, be delivered to, and end when its token expires. */

import { filterPasses } from '../protocol/filter';
import { encodeDelivery, encodeSubscriptionAnswer, type SubscribeFrame } from '../protocol/frames';
import { isUuid } from '../protocol/groups';
import type { Grant } from './auth';
import type { Subscriber } from './group';
import type { Client, LiveConnection } from './jail';
import type { ServerLimits } from './limits';
import { Refusal } from './refusal';

/** The connection beneath, as a session sees it. */
export interface Outlet {
  readonly isOpen: boolean;
  /** @param sent called once the text has left this process, or the connection is gone. */
  send(text: string, sent?: () => void): void;
  end(reason: string): void;
}

export interface SessionParts {
  readonly client: Client;
  /** What the token allows; absent with a secret, which allows everything. */
  readonly grant: Grant | undefined;
  readonly outlet: Outlet;
  readonly limits: Readonly<ServerLimits>;
  readonly now: () => number;
}

/** A longer setTimeout would fire at once. */
const MAX_TIMEOUT = 2 ** 31 - 1;

export class Session implements LiveConnection {
  readonly method: 'basic' | 'jwt';
  readonly #parts: SessionParts;
  /** One for each subscription: leaves its group. */
  readonly #leaves: (() => void)[] = [];
  #expiry: NodeJS.Timeout | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.method = parts.grant === undefined ? 'basic' : 'jwt';
    parts.client.connections.add(this);
    if (parts.grant !== undefined) this.#awaitExpiry(parts.grant.expiresAt);
  }

  /** Answers in any case: a subscribe that is refused does not disturb the others. */
  subscribe({ id, payload: streamName, groupId }: SubscribeFrame): void {
    const { client, outlet } = this.#parts;
    try {
      this.#check(groupId);
      const subscriber = this.#subscriber(id, streamName);
      const { catchUp, leave } = client.jail.subscribe(client, streamName, groupId, subscriber);
      this.#leaves.push(leave);
      outlet.send(encodeSubscriptionAnswer(id, { streamName }));
      catchUp();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      outlet.send(encodeSubscriptionAnswer(id, { error: error.message }));
    }
  }

  end(reason: string): void {
    this.#parts.outlet.end(reason);
  }

  /** Gives up all it holds: its place in its groups, its timer. */
  leave(): void {
    clearTimeout(this.#expiry);
    this.#parts.client.connections.delete(this);
    for (const leave of this.#leaves.splice(0)) leave();
  }

  /** @throws Refusal */
  #check(groupId: string | undefined): void {
    const { grant, limits } = this.#parts;
    if (this.#leaves.length >= limits.maxSubscriptions) {
      throw new Refusal(
        400,
        `A connection may hold ${limits.maxSubscriptions} subscriptions, and this one does.`,
      );
    }
    if (groupId === undefined && grant?.mustFanout === true) {
      throw new Refusal(403, 'The token says mustFanout: every subscribe must carry a groupId.');
    }
    if (groupId !== undefined && !isUuid(groupId)) {
      throw new Refusal(400, 'groupId should be a UUID in 8-4-4-4-12 form.');
    }
  }

  #subscriber(id: number, streamName: string): Subscriber {
    const { grant, outlet } = this.#parts;
    const filter = grant?.filter;
    const meta = { streamName };
    return {
      // A connection that is closing still stands in its groups.
      get isOpen() {
        return outlet.isOpen;
      },
      takes: (message) => outlet.isOpen && (filter === undefined || filterPasses(filter, message, meta)),
      deliver: (messageJson, sent) => outlet.send(encodeDelivery(id, streamName, messageJson), sent),
    };
  }

  #awaitExpiry(expiresAt: number): void {
    const { now } = this.#parts;
    const left = Math.max(0, expiresAt - now());
    this.#expiry = setTimeout(
      () => {
        if (now() < expiresAt) this.#awaitExpiry(expiresAt);
        else this.end('The token has expired.');
      },
      Math.min(left, MAX_TIMEOUT),
    );
  }
}
