/** All of a sea that outlives the process, as plain JSON. */
import type { Definition } from '../protocol/schema';
import type { SecretHash } from './auth';

export interface SeaSnapshot {
  /** The first is the one whose clients may create and delete the others; its first client is the configured one. */
  readonly jails: readonly JailSnapshot[];
}

export interface JailSnapshot {
  readonly id: string;
  readonly name: string;
  readonly clients: readonly ClientSnapshot[];
  readonly streams: readonly Definition[];
  readonly groups: readonly GroupSnapshot[];
}

export interface ClientSnapshot {
  readonly id: string;
  readonly description: string;
  readonly secret: SecretHash;
  readonly jwtPublicKey: string | null;
}

/** A group whose messages are kept while it has no member. */
export interface GroupSnapshot {
  readonly stream: string;
  readonly key: string;
  /** Milliseconds since 1970; null: it had members. */
  readonly vacantSince: number | null;
  /** What it has not yet received, oldest first. */
  readonly messages: readonly KeptMessage[];
}

export interface KeptMessage {
  /** Grows within its group. */
  readonly number: number;
  /** JSON text. */
  readonly text: string;
}
