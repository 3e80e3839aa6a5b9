/** The two ends of a client's subscriptions, without a client: a connection on which a test is the server, and who listens. */
import assert from 'node:assert/strict';
import type { ServerSubscription } from '../../../src/client/connection/server-subscriptions';
import type { StreamSeaError, SubscriptionError } from '../../../src/errors';

/** What the server may say to one subscribe. */
export interface Server {
  answered(): void;
  refused(error: SubscriptionError): void;
  delivered(message: unknown): void;
}

export interface Subscribed {
  readonly stream: string;
  readonly groupId: string | undefined;
  readonly server: Server;
}

/** A connection on which a test is the server. */
export class FakeWire {
  readonly subscribed: Subscribed[] = [];

  subscribe(subscription: ServerSubscription, groupId?: string): number {
    const id = this.subscribed.length;
    const server: Server = {
      answered: () => subscription.answered(this),
      refused: (error) => subscription.refused(error, this),
      delivered: (message) => subscription.delivered(message),
    };
    this.subscribed.push({ stream: subscription.stream, groupId, server });
    return id;
  }

  get last(): Server {
    const last = this.subscribed.at(-1);
    assert.ok(last, 'nothing is subscribed');
    return last.server;
  }
}

/** A listener that remembers. */
export class Ear {
  readonly messages: unknown[] = [];
  readonly errors: string[] = [];
  /** How often it was told that the server has accepted. */
  readied = 0;
  onMessage: (message: unknown) => void = () => {};

  message(message: unknown): void {
    this.messages.push(message);
    this.onMessage(message);
  }

  error(error: StreamSeaError): void {
    this.errors.push(error.message);
  }

  ready(): void {
    this.readied += 1;
  }
}

export function owned(owner: string): Ear & { owner: string } {
  return Object.assign(new Ear(), { owner });
}
