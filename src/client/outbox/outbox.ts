/**
 * Where accepted messages are kept until the server has answered. The publisher holds them in memory anyhow; an
 * outbox that is durable keeps them for the process after this one too.
 */
import type { StreamSeaError } from '../../errors';
import type { CheckMode } from '../../protocol/schema/check';
import type { Path } from '../../protocol/schema/problems';

/** What is to be kept of a message, but for when it was accepted. */
export interface Unkept {
  readonly stream: string;
  /** JSON text, as it will be sent: in one line, as `JSON.stringify` makes it. */
  readonly text: string;
  /** False: never sent together with others. */
  readonly batch: boolean;
  /** Still to be checked against the stream's schema before it is sent. */
  readonly check?: CheckMode | undefined;
  /** With a check: where its schema may want a moment in time in the form of a date. */
  readonly instants?: readonly Path[] | undefined;
}

/** What an outbox keeps of a message. */
export interface OutboxMessage extends Unkept {
  /** When it was accepted, in milliseconds since 1970. */
  readonly at: number;
  /** It was accepted before it was given to be kept: keys do not tell its place, only `at` does. */
  readonly late?: true | undefined;
}

/** Names a kept message. Keys grow: a message accepted later has the larger key. */
export type OutboxKey = number;

/** A message that an outbox has kept. */
export interface StoredMessage extends OutboxMessage {
  readonly key: OutboxKey;
}

/** Called once for each message: with its key when it is kept, or with why it is not. Must not throw. */
export type OnKept<Message = Unkept> = (message: Message, outcome: OutboxKey | StreamSeaError) => void;

/** Keeps messages that wait, for the process after this one. */
export interface Outbox {
  /** True: what is accepted survives the process. False: nothing is to be accepted. */
  readonly durable: boolean;
  /** True: `open` may find messages of an earlier process. */
  readonly replays: boolean;
  /**
   * What an earlier process accepted and did not settle, oldest first: given once. Called before anything is sent.
   *
   * @param late called with the same instead, should this reject and a later `accept` get through; before that
   *   one is told, so that the older messages still go first.
   * @throws (rejects with) StoreError when the outbox cannot be read now; may be called again.
   */
  open(late: (messages: readonly StoredMessage[]) => void): Promise<readonly StoredMessage[]>;
  /**
   * Keeps a message. Accepted means kept: it is sent, and reported as accepted, no sooner than `onKept` was called,
   * which is later than this returns. May be called before `open` has resolved. Told with a StoreError, only this
   * message fails. One function for many messages, as a promise for each and those behind it took as long as the disk.
   * Must not throw.
   *
   * @param message the client's own, which holds more, and changes as it goes on: what {@link Unkept} names is to be read
   *   by name, before this returns. A whole one, as JSON, led to all that waits, in a circle.
   * @param at see {@link OutboxMessage}.
   * @param late see {@link OutboxMessage}.
   */
  accept<Message extends Unkept>(message: Message, at: number, onKept: OnKept<Message>, late?: true): void;
  /** The message was published, or finally refused: it need not be kept. Must not throw. */
  settle(key: OutboxKey): void;
  /** Resolves when everything accepted and settled so far is written down. */
  close(): Promise<void>;
}

/** Keeps nothing beyond the process: the publisher's own memory is all there is. */
export const memoryOutbox: Outbox = {
  durable: false,
  replays: false,
  open: async () => [],
  accept: (message, _at, onKept) => queueMicrotask(() => onKept(message, 0)),
  settle() {},
  close: async () => {},
};
