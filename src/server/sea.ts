/**
 * The sea: what requests and frames are about. Who there is, what they publish, which groups read it: it knows the ports
 * of an engine, and no socket.
 */

import type { Engine } from '../engine/engine';
import type { LogId } from '../engine/log';
import { messageTexts } from '../protocol/message/message-texts';
import type { Definition } from '../protocol/schema/schema';
import { quoted, type Sentence, say, tell, type Warn } from '../sentences';
import { checkMessages } from './bounds';
import { Administration } from './directory/administration';
import { Directory } from './directory/directory';
import type { Client, FirstJail } from './directory/jail';
import { Patterns } from './directory/patterns';
import { Reading } from './directory/reading';
import { undefinedStream } from './directory/stream';
import { groupKeyOf } from './groups/group-key';
import { Groups } from './groups/groups';
import type { Member } from './groups/member';
import { Visibility } from './groups/visibility';
import type { ServerLimits } from './limits';
import { checkStreamName } from './names';
import { Refusal } from './refusal';
import { Turn } from './turn';

export interface SeaParts {
  readonly engine: Engine;
  readonly limits: Readonly<ServerLimits>;
  /** Told of messages that a group missed, of records that were left out, of an end of what `onError` was told. */
  readonly warn: Warn;
  readonly onError: (error: unknown) => void;
  /** Told of each stream of the first jail that has a schema from now on, or another one. */
  readonly onSchema?: ((stream: string) => void) | undefined;
}

/** What a server counts of its streams. */
export interface SeaStats {
  /** Streams with a schema, of all jails. */
  readonly streams: number;
  readonly subscriptions: number;
  /** Messages taken since the start. */
  readonly published: number;
  /** Messages that have left to subscriptions since the start. */
  readonly delivered: number;
  /** Messages kept now for groups none of whose members is connected. */
  readonly retained: number;
  /** Messages kept and then given up for a limit, since the start. */
  readonly dropped: number;
  /** Groups without members given up for a limit, since the start: what is published from then on is not theirs. */
  readonly forgotten: number;
}

/** Milliseconds between two warnings of missed messages: one that reads too slowly misses some at every publish. */
const WARNING_INTERVAL = 60_000;

export class Sea {
  readonly directory: Directory;
  readonly administration: Administration;
  readonly reading = new Reading(new Turn());
  readonly #engine: Engine;
  readonly #limits: Readonly<ServerLimits>;
  readonly #groups: Groups;
  readonly #patterns = new Patterns();
  readonly #warn: Warn;
  #published = 0;
  #delivered = 0;
  #missed = 0;
  #warnedAt = Number.NEGATIVE_INFINITY;

  private constructor(directory: Directory, { engine, limits, warn, onError }: SeaParts) {
    const { log } = engine;
    this.directory = directory;
    this.administration = new Administration({ directory, log, limits, onError });
    this.#engine = engine;
    this.#limits = limits;
    this.#warn = warn;
    this.#groups = new Groups({
      log,
      takeBytes: limits.maxBufferedBytes,
      visibility: new Visibility(new Turn()),
      onDelivered: (count) => {
        this.#delivered += count;
      },
      onMissed: (logId, count) => this.#miss(logId, count),
      onError,
    });
  }

  /** Resolves when it has all that the catalogue holds. */
  static async open(first: FirstJail, parts: SeaParts): Promise<Sea> {
    const { engine, onError, onSchema } = parts;
    const warn = (sentence: Sentence): void => tell(parts.warn, sentence);
    const onBack = (): void => warn(say('server.caughtUp'));
    const directory = await Directory.open({
      catalogue: engine.catalogue,
      first,
      onError,
      onBack,
      onSchema,
      onUnreadable: (stream, reason) =>
        warn(say('store.schemaUnreadable', { stream: quoted(stream), reason })),
    });
    if (directory.unreadable > 0) warn(say('store.recordsLeftOut', { records: directory.unreadable }));
    return new Sea(directory, parts);
  }

  get stats(): SeaStats {
    const { retained, dropped, forgotten } = this.#engine.log.stats;
    return {
      streams: this.directory.jails.reduce((sum, { streams }) => sum + streams.size, 0),
      subscriptions: this.#groups.subscriptions,
      published: this.#published,
      delivered: this.#delivered,
      retained,
      dropped,
      forgotten,
    };
  }

  findClient(id: string): Client | undefined {
    return this.directory.findClient(id);
  }

  /** @throws Refusal (401) for a client that was deleted while its request or its token was being read. */
  requirePresent(client: Client): void {
    this.administration.requirePresent(client);
  }

  /** @throws Refusal (404) for a stream that is not defined; (500) for one whose schema cannot be read. */
  describe({ jail }: Client, streamName: string): Definition {
    const stream = jail.streams.get(streamName);
    if (stream === undefined) throw undefinedStream(streamName);
    return stream.definition;
  }

  /**
   * Resolves when the messages are as safe as the engine promises. A batch is all or nothing. To a stream that nobody has
   * defined too: a first flow, two nodes and a wire, must work before anybody has thought of a schema.
   *
   * @param body of a publish, as text.
   * @throws (rejects with) ProtocolError for what is no such body; Refusal (400) listing what the messages do wrong; (413)
   *   for too many of them; (401) for a client that was deleted meanwhile; (500) for a schema that cannot be read;
   *   EngineAway, TooLarge.
   */
  async publish(client: Client, streamName: string, body: string): Promise<void> {
    const { jail } = client;
    const texts = this.#textsOf(client, streamName, body);
    if (texts.length > 0) await this.#engine.log.append({ jail: jail.id, stream: streamName }, texts);
    this.#published += texts.length;
  }

  /**
   * A stream may be subscribed to before it is defined: a flow that receives is often deployed before the one
   * that defines.
   *
   * @param groupId absent: the client's own default group (P27).
   * @returns takes the member out again; to be called when its connection is gone.
   * @throws (rejects with) Refusal (400), EngineAway
   */
  async subscribe(
    { id, jail }: Client,
    streamName: string,
    groupId: string | undefined,
    member: Member,
  ): Promise<() => void> {
    checkStreamName(streamName, this.#limits);
    const { maxJailSubscriptions } = this.#limits;
    if (this.#groups.subscriptionsOf(jail.id) >= maxJailSubscriptions) {
      throw new Refusal(400, `The jail has ${maxJailSubscriptions} subscriptions, and may have no more.`);
    }
    return this.#groups.join({ jail: jail.id, stream: streamName }, groupKeyOf(id, groupId), member);
  }

  /** Hands nothing more to anybody. */
  stop(): void {
    this.#groups.stop();
  }

  /** To be called when all connections are gone. Resolves when what they have left behind is safe. */
  async close(): Promise<void> {
    this.directory.close();
    await this.#groups.left();
    await this.#engine.close();
  }

  /** The messages of a publish, which may be taken. */
  #textsOf(client: Client, streamName: string, body: string): readonly string[] {
    this.requirePresent(client);
    const stream = client.jail.streams.get(streamName);
    const familiar = stream && this.#patterns.textsOf(stream, body, this.#limits.maxMessages);
    if (familiar !== undefined) return familiar;
    const { texts, values, batch } = messageTexts(body, (count) => checkMessages(count, this.#limits));
    checkStreamName(streamName, this.#limits);
    if (stream !== undefined) {
      stream.check(values, batch);
      this.#patterns.saw(stream, body, values);
    }
    return texts;
  }

  #miss({ stream }: LogId, count: number): void {
    this.#missed += count;
    const now = performance.now();
    if (now - this.#warnedAt < WARNING_INTERVAL) return;
    const sentence = say('server.missed', { stream: quoted(stream), messages: this.#missed });
    this.#missed = 0;
    this.#warnedAt = now;
    tell(this.#warn, sentence);
  }
}
