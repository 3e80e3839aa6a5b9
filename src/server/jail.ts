/** A jail: a tenant, with its own clients and its own streams; it never sees another's. Pure state. */

import type { Definition } from '../protocol/schema';
import type { Version } from '../protocol/versions';
import type { SecretHash } from './auth';
import type { Subscriber } from './group';
import type { ServerLimits } from './limits';
import { Refusal } from './refusal';
import { type Publication, Stream, undefinedStream } from './stream';

/** A client: who is asking. */
export interface Client {
  readonly id: string;
  readonly description: string;
  readonly jail: Jail;
  secret: SecretHash;
  /** PEM; null while there is none, and then no token of this client is taken. */
  jwtPublicKey: string | null;
  /** Its authenticated WebSockets. */
  readonly connections: Set<LiveConnection>;
}

/** A subscriber's connection, as the sea sees it. */
export interface LiveConnection {
  readonly method: 'basic' | 'jwt';
  end(reason: string): void;
}

/** What a subscribe leads to. */
export interface Subscription {
  /** The stream's schema version; null while it has no schema. */
  readonly version: Version | null;
  leave(): void;
}

export class Jail {
  readonly id: string;
  readonly name: string;
  readonly clients = new Map<string, Client>();
  readonly #streams = new Map<string, Stream>();
  readonly #limits: Readonly<ServerLimits>;

  constructor(id: string, name: string, limits: Readonly<ServerLimits>) {
    this.id = id;
    this.name = name;
    this.#limits = limits;
  }

  get definitions(): Definition[] {
    return [...this.#streams.values()].flatMap((stream) => stream.definition ?? []);
  }

  get subscriptions(): number {
    let count = 0;
    for (const stream of this.#streams.values()) count += stream.subscriptions;
    return count;
  }

  /** @throws Refusal (400), see {@link Stream.define}, or when the jail is full. */
  define(definition: Definition): void {
    const known = this.#streams.get(definition.name);
    if (known?.definition === undefined && this.definitions.length >= this.#limits.maxStreams) {
      throw new Refusal(
        400,
        `The jail has ${this.#limits.maxStreams} streams already, and may have no more.`,
      );
    }
    const stream = known ?? new Stream(this.#checkName(definition.name));
    // Only a definition that was taken makes a stream.
    stream.define(definition);
    this.#streams.set(stream.name, stream);
  }

  /** @throws Refusal (404) for a stream that is not defined. */
  describe(streamName: string): Definition {
    const definition = this.#streams.get(streamName)?.definition;
    if (definition === undefined) throw undefinedStream(streamName);
    return definition;
  }

  versionOf(streamName: string): Version | null {
    return this.#streams.get(streamName)?.version ?? null;
  }

  /** @returns how many deliveries it made. @throws Refusal, see {@link Stream.publish}. */
  publish(streamName: string, publication: Publication): number {
    const stream = this.#streams.get(streamName);
    if (stream === undefined) throw undefinedStream(streamName);
    return stream.publish(publication);
  }

  /**
   * A stream may be subscribed to before it is defined: a flow that receives is often deployed before the one
   * that defines. Its messages come once it is there.
   *
   * @param groupId absent: the client's own default group (P27).
   */
  subscribe(
    client: Client,
    streamName: string,
    groupId: string | undefined,
    member: Subscriber,
  ): Subscription {
    const stream = this.#streams.get(streamName) ?? new Stream(this.#checkName(streamName));
    this.#streams.set(streamName, stream);
    // The prefixes keep a client that is called like a UUID out of the group of that UUID.
    const groupKey = groupId === undefined ? `client ${client.id}` : `group ${groupId.toLowerCase()}`;
    stream.join(groupKey, member);
    return {
      version: stream.version,
      leave: () => {
        stream.leave(groupKey, member);
        if (stream.isVacant) this.#streams.delete(streamName);
      },
    };
  }

  #checkName(streamName: string): string {
    const { maxNameLength } = this.#limits;
    if (streamName === '') throw new Refusal(400, 'A stream needs a name.');
    if (streamName.length > maxNameLength) {
      throw new Refusal(
        400,
        `A stream's name may have ${maxNameLength} characters, not ${streamName.length}.`,
      );
    }
    return streamName;
  }
}
