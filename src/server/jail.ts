/** A jail: a tenant, with its own clients and its own streams; it never sees another's. Pure state. */

import type { Definition } from '../protocol/schema';
import type { Version } from '../protocol/versions';
import type { SecretHash } from './auth';
import type { Subscriber } from './group';
import { groupKeyOf, ownerOf } from './group-key';
import type { Journal } from './journal';
import type { ServerLimits } from './limits';
import { Refusal } from './refusal';
import { Retention, type Tally } from './retention';
import type { GroupSnapshot } from './snapshot';
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
  /** Delivers what the group has not received; to be called once the subscribe is answered (P24). */
  catchUp(): void;
  leave(): void;
}

/** What all jails of a sea share. */
export interface JailParts {
  readonly limits: Readonly<ServerLimits>;
  readonly journal: Journal;
  readonly tally: Tally;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export class Jail {
  readonly id: string;
  readonly name: string;
  readonly clients = new Map<string, Client>();
  readonly #streams = new Map<string, Stream>();
  readonly #limits: Readonly<ServerLimits>;
  readonly #journal: Journal;
  readonly #retention: Retention;

  constructor(id: string, name: string, parts: JailParts) {
    this.id = id;
    this.name = name;
    this.#limits = parts.limits;
    this.#journal = parts.journal;
    this.#retention = new Retention({
      ...parts,
      jailId: id,
      forget: (streamName, groupKey) => {
        const stream = this.#streams.get(streamName);
        stream?.forget(groupKey);
        if (stream?.isVacant) this.#streams.delete(streamName);
      },
    });
  }

  get definitions(): Definition[] {
    return [...this.#streams.values()].flatMap((stream) => stream.definition ?? []);
  }

  get subscriptions(): number {
    let count = 0;
    for (const stream of this.#streams.values()) count += stream.subscriptions;
    return count;
  }

  /** Messages kept for groups that nobody is in. */
  get retained(): number {
    return this.#retention.size;
  }

  get groups(): GroupSnapshot[] {
    return this.#retention.snapshot();
  }

  /** @throws Refusal (400), see {@link Stream.define}, or when the jail is full. */
  define(definition: Definition): void {
    this.restoreStream(definition);
    const { name, version, fields } = this.describe(definition.name);
    this.#journal.write(['stream', this.id, name], { name, version, fields });
  }

  /** {@link define} for what is written down already. */
  restoreStream(definition: Definition): void {
    const known = this.#streams.get(definition.name);
    if (known?.definition === undefined && this.definitions.length >= this.#limits.maxStreams) {
      throw new Refusal(
        400,
        `The jail has ${this.#limits.maxStreams} streams already, and may have no more.`,
      );
    }
    const stream = known ?? this.#newStream(definition.name);
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

  /**
   * To a stream that nobody has defined too: a first flow, two nodes and a wire, must work before anybody has thought
   * of a schema.
   *
   * @returns how many deliveries it made. @throws Refusal, see {@link Stream.publish}.
   */
  publish(streamName: string, publication: Publication): number {
    return this.#streams.get(streamName)?.publish(publication) ?? 0;
  }

  /**
   * A stream may be subscribed to before it is defined: a flow that receives is often deployed before the one
   * that defines.
   *
   * @param groupId absent: the client's own default group (P27).
   */
  subscribe(
    client: Client,
    streamName: string,
    groupId: string | undefined,
    member: Subscriber,
  ): Subscription {
    const stream = this.#streams.get(streamName) ?? this.#newStream(streamName);
    this.#streams.set(streamName, stream);
    const groupKey = groupKeyOf(client.id, groupId);
    const group = stream.join(groupKey, member);
    return {
      catchUp: () => group.catchUp(),
      leave: () => {
        stream.leave(groupKey, member);
        if (stream.isVacant) this.#streams.delete(streamName);
      },
    };
  }

  /** A group of an earlier process. One of a client that is gone is given up. */
  restoreGroup(saved: GroupSnapshot): void {
    const stream = this.#streams.get(saved.stream) ?? this.#newStream(saved.stream);
    this.#streams.set(saved.stream, stream);
    stream.restore(saved);
    const owner = ownerOf(saved.key);
    if (owner !== undefined && !this.clients.has(owner)) this.#retention.giveUp(saved.key);
  }

  /** Nothing is kept for its default groups any more: who bears its id later is somebody else. */
  forgetClient(id: string): void {
    this.#retention.giveUp(groupKeyOf(id, undefined));
  }

  /** The jail is deleted: of what it wrote down, nothing remains. */
  erase(): void {
    this.#retention.giveUp();
    for (const { name } of this.definitions) this.#journal.erase(['stream', this.id, name]);
    this.#journal.erase(['jail', this.id]);
  }

  #newStream(name: string): Stream {
    return new Stream(this.#checkName(name), this.#retention);
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
