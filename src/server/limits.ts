/** What the embedded server takes and keeps for its clients before it says no. Every bound of its own stands here. */

import { SettingError } from '../errors';
import { MAX_BODY_BYTES, MAX_FRAME_BYTES, MAX_NAME_LENGTH } from '../protocol/constants';

export interface ServerLimits {
  /** Bytes of an HTTP body, as sent and again after decoding: a gzip bomb is refused by its decoded size. */
  maxBodyBytes: number;
  /** Bytes of a WebSocket frame from a client. */
  maxFrameBytes: number;
  /** Characters of a stream's, client's or jail's name. */
  maxNameLength: number;
  /** Streams with a schema in one jail. */
  maxStreams: number;
  /** Clients in one jail. */
  maxClients: number;
  maxJails: number;
  /** Subscriptions on one connection. */
  maxSubscriptions: number;
  /** Bytes that wait in this process for one connection that reads slowly; what is beyond them waits in the log. */
  maxBufferedBytes: number;
  /** Messages kept for one group while none of its members is connected; the oldest are dropped first. */
  retainedMessages: number;
  /** Bytes of such messages, all groups of a jail together; the oldest of the group with most are dropped first. */
  retainedBytes: number;
  /** Groups of one jail that are remembered without members; the longest vacant are forgotten first. */
  retainedGroups: number;
  /** Milliseconds that a group is remembered without members. */
  retainedAge: number;
  /** Sockets that have not yet proven who they are; one more drives out the oldest of them. */
  maxUnauthenticated: number;
  /** Milliseconds in which a socket must prove who it is. */
  authenticateTimeout: number;
  /** Milliseconds in which the headers of a request must have come. */
  headersTimeout: number;
  /** Milliseconds in which a whole request must have come. */
  requestTimeout: number;
  /** Milliseconds an idle HTTP connection is kept; longer than any client keeps one, or reuse would race it. */
  keepAliveTimeout: number;
  /** Milliseconds a WebSocket client has to answer a close before its socket is destroyed. */
  closeTimeout: number;
}

const DEFAULT_LIMITS: Readonly<ServerLimits> = {
  maxBodyBytes: MAX_BODY_BYTES,
  maxFrameBytes: MAX_FRAME_BYTES,
  maxNameLength: MAX_NAME_LENGTH,
  maxStreams: 10_000,
  maxClients: 10_000,
  maxJails: 1_000,
  maxSubscriptions: 10_000,
  maxBufferedBytes: 16_384,
  retainedMessages: 10_000,
  retainedBytes: 64 * 1_048_576,
  retainedGroups: 1_000,
  retainedAge: 7 * 86_400_000,
  maxUnauthenticated: 1_000,
  authenticateTimeout: 10_000,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 75_000,
  closeTimeout: 2_000,
};

/** @throws SettingError for a limit that is not a positive whole number. */
export function limitsOf(given: Partial<ServerLimits> = {}): Readonly<ServerLimits> {
  const limits = { ...DEFAULT_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new SettingError(
        `The server's limit ${name} should be a positive whole number, but is ${value}.`,
      );
    }
  }
  return limits;
}
