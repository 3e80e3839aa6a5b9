/** What an authenticated connection does: subscribe, be delivered to, and end when its token expires. */

import { LONGEST_TIMEOUT, pause } from '../../engine/deadline';
import { EngineAway } from '../../engine/faults';
import { encodeSubscriptionAnswer, type SubscribeFrame } from '../../protocol/frames';
import { isUuid } from '../../protocol/groups';
import type { Grant } from '../auth/auth';
import type { Client, LiveConnection } from '../directory/jail';
import { engineRefusal } from '../engine-refusal';
import { groupKeyOf, isLasting } from '../groups/group-key';
import { Member, type MemberOutlet } from '../groups/member';
import type { ServerLimits } from '../limits';
import { Refusal } from '../refusal';
import type { Sea } from '../sea';

export interface SessionParts {
  readonly sea: Pick<Sea, 'subscribe'>;
  readonly client: Client;
  /** What the token allows; absent with a secret, which allows everything. */
  readonly grant: Grant | undefined;
  readonly outlet: MemberOutlet;
  readonly limits: Readonly<ServerLimits>;
  readonly now: () => number;
  /** A subscribe failed, as it should not. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Milliseconds that a subscribe waits for an engine that is away: short of those in which a client wants an answer, as
 * one that is refused may ask again much later, or never.
 */
const PATIENCE = 10_000;
const PAUSE = 500;

export class Session implements LiveConnection {
  readonly method: 'basic' | 'jwt';
  readonly #parts: SessionParts;
  /** One for each subscription: leaves its group. */
  readonly #leaves: (() => void)[] = [];
  /** Subscribes whose group is being opened. */
  #opening = 0;
  #hasLeft = false;
  readonly #stopped = new AbortController();
  #expiry: NodeJS.Timeout | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.method = parts.grant === undefined ? 'basic' : 'jwt';
    parts.client.connections.add(this);
    if (parts.grant !== undefined) this.#awaitExpiry(parts.grant.expiresAt);
  }

  get clientId(): string {
    return this.#parts.client.id;
  }

  /** Answers in any case: a subscribe that is refused does not disturb the others. */
  subscribe(frame: SubscribeFrame): void {
    this.#opening += 1;
    this.#open(frame).then(this.#opened, (error: unknown) => {
      this.#opening -= 1;
      this.#refuse(frame.id, error);
    });
  }

  end(reason: string): void {
    this.#parts.outlet.end(reason);
  }

  /** Its connection begins to end. What it was sent may still arrive, so it stays in its groups. */
  stop(): void {
    clearTimeout(this.#expiry);
    this.#stopped.abort();
    this.#parts.client.connections.delete(this);
  }

  /** Its connection is gone. */
  leave(): void {
    this.stop();
    this.#hasLeft = true;
    for (const leave of this.#leaves.splice(0)) leave();
  }

  /** @throws (rejects with) Refusal, EngineAway */
  async #open({ id, payload: streamName, groupId }: SubscribeFrame): Promise<() => void> {
    const { sea, client, outlet, grant } = this.#parts;
    this.#check(groupId);
    const member = new Member({ id, streamName, outlet, filter: grant?.filter });
    const end = performance.now() + PATIENCE;
    for (;;) {
      try {
        return await sea.subscribe(client, streamName, groupId, member);
      } catch (error) {
        if (!(error instanceof EngineAway) || performance.now() >= end) throw error;
        await pause(PAUSE, this.#stopped.signal);
        if (this.#stopped.signal.aborted || !outlet.isOpen) throw error;
      }
    }
  }

  readonly #opened = (leave: () => void): void => {
    this.#opening -= 1;
    if (this.#hasLeft) leave();
    else this.#leaves.push(leave);
  };

  #refuse(id: number, error: unknown): void {
    const { outlet, onFault } = this.#parts;
    const refusal = error instanceof Refusal ? error : engineRefusal(error);
    if (refusal === undefined) onFault(error);
    else outlet.send(encodeSubscriptionAnswer(id, { error: refusal.message }));
  }

  /** @throws Refusal */
  #check(groupId: string | undefined): void {
    const { client, grant, limits } = this.#parts;
    if (this.#leaves.length + this.#opening > limits.maxSubscriptions) {
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
    // Named groups have UUIDs that anybody can work out from the name: who is to see all must not take others' share.
    if (grant?.mustFanout === true && isLasting(groupKeyOf(client.id, groupId))) {
      throw new Refusal(
        403,
        'The token says mustFanout: groupId should be a UUID drawn at random (version 4).',
      );
    }
  }

  #awaitExpiry(expiresAt: number): void {
    const { now } = this.#parts;
    const left = Math.max(0, expiresAt - now());
    this.#expiry = setTimeout(
      () => {
        if (now() < expiresAt) this.#awaitExpiry(expiresAt);
        else this.end('The token has expired.');
      },
      Math.min(left, LONGEST_TIMEOUT),
    );
  }
}
