/** A message on its way out, from the moment it is accepted to its one end. */
import { reasonOf, SettingError, type StreamSeaError } from '../../errors';
import type { CheckMode } from '../../protocol/schema/check';
import type { Path } from '../../protocol/schema/problems';
import { quoted, say } from '../../sentences';
import type { CallOptions } from '../common/call';
import type { Clock } from '../common/clock';
import type { OutboxKey, OutboxMessage } from '../outbox/outbox';

/** Who offers a message, to be told of its end. One object, where a function for each message would be two. */
export interface Publication {
  /** The message's one end: without an error the server has it, with one it never will. */
  ended(error?: StreamSeaError): void;
}

/** How one message, or a list of them, is published. */
export interface PublishOptions extends CallOptions {
  /** Check the message against the stream's schema first: `types` or `strict`. Default: `off`. */
  readonly check?: 'off' | CheckMode | undefined;
  /** False: never sent together with other messages. Default: true. */
  readonly batch?: boolean | undefined;
}

/** How many messages may leave together. */
export interface BatchLimits {
  /** Messages in one request, at the most. */
  readonly messages: number;
  /** Bytes of JSON text in one request, at the most; a single larger message leaves alone. */
  readonly bytes: number;
}

export interface Entry {
  readonly stream: string;
  text: string;
  /** See `Message`: where its schema may want another form. */
  readonly instants?: readonly Path[] | undefined;
  /** False: leaves alone. */
  readonly batch: boolean;
  /** Still to be checked before it is sent. */
  check: CheckMode | undefined;
  /** Has been checked, or will be. */
  readonly checked: boolean;
  /** True: tried again for as long as it takes. False: has one attempt. */
  readonly patient: boolean;
  /** When it was accepted, by `Clock.elapsed`. */
  readonly since: number;
  /** When an earlier client has accepted it, in milliseconds since 1970; none: it was accepted here. */
  readonly at: number | undefined;
  /**
   * `storing`: waits, and the outbox has not said yet that it is kept. `ready`: waits. `sending`: a request holds it.
   * `ended`: its publication has been told, or somebody else has it.
   */
  stage: 'storing' | 'ready' | 'sending' | 'ended';
  /** In the outbox; 0: not kept there. */
  key: OutboxKey;
  readonly publication: Publication;
  /** A request has held it that was not answered: the server may have it. */
  doubtful?: true;
  /** Ended before the outbox had answered, which is then told. */
  unwanted?: true;
  /** See `Unsent`. */
  keptElsewhere?: true;
  /** See `Unsent`. */
  earlierProcess?: true;
}

/** Of what a process before left, nobody is there to hear but the log. */
export function unheard(problem: (error: StreamSeaError) => void): Publication {
  return { ended: (error) => error && problem(error) };
}

/** Whoever throws when told must not keep others of the same batch from being told. */
export function ended(
  publication: Publication,
  error: StreamSeaError | undefined,
  problem: (error: StreamSeaError) => void,
): void {
  try {
    publication.ended(error);
  } catch (thrown) {
    const what = say('setting.listener', { event: quoted('ended'), reason: reasonOf(thrown) });
    problem(new SettingError(what, { cause: thrown }));
  }
}

/** The same, later than whoever offers it returns. By itself: a function made there would cost all that are accepted, too. */
export function endedSoon(
  publication: Publication,
  error: StreamSeaError,
  problem: (error: StreamSeaError) => void,
): void {
  queueMicrotask(() => ended(publication, error, problem));
}

/**
 * One that an earlier client has accepted. Of a clock that was set back meanwhile, nothing becomes younger than new.
 *
 * @param since when, by `Clock.elapsed`, where that was in this process.
 */
export function olderEntry(
  { stream, text, instants, batch, check, at }: OutboxMessage,
  clock: Clock,
  key: OutboxKey,
  publication: Publication,
  since = clock.elapsed() - Math.max(0, clock.now() - at),
): Entry {
  const checked = check !== undefined;
  return {
    ...{ stream, text, instants, batch, check, checked, since, at, key, publication },
    ...{ patient: true, stage: 'ready' },
  };
}

/** Whether it is neither on its way nor over. */
export function waits({ stage }: Entry): boolean {
  return stage === 'ready' || stage === 'storing';
}

/**
 * Two lists as one, by age, each stream by itself and each list in its own order: a clock that was set meanwhile must not
 * turn one of them about. Nor may it put what this process was given before what one before it was: by the clock alone,
 * one that was set back an hour before a crash did. Nor may a stream's younger entry hold up another's older ones: what
 * comes back from a request stands before all the others, whenever it was accepted.
 */
export function merged(one: readonly Entry[], other: readonly Entry[]): readonly Entry[] {
  const all: Entry[] = [];
  // The last is the next.
  const stacks = new Map<string, Entry[]>();
  for (const entry of [...other].reverse()) {
    const stack = stacks.get(entry.stream);
    if (stack === undefined) stacks.set(entry.stream, [entry]);
    else stack.push(entry);
  }
  for (const entry of one) {
    const stack = stacks.get(entry.stream) ?? [];
    for (let next = stack.at(-1); next !== undefined && isOlder(next, entry); next = stack.at(-1)) {
      all.push(next);
      stack.pop();
    }
    all.push(entry);
  }
  // One by one: arguments of a call go on the stack, and there may be a million.
  for (const stack of stacks.values()) for (const entry of stack.reverse()) all.push(entry);
  return all;
}

function isOlder(one: Entry, other: Entry): boolean {
  if (one.earlierProcess !== other.earlierProcess) return one.earlierProcess === true;
  return (one.at ?? 0) < (other.at ?? 0);
}

/** Whether a request holds it, and nobody has ended it meanwhile. */
export function isSending({ stage }: Entry): boolean {
  return stage === 'sending';
}

/** Of their texts, as they are sent. */
export function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
}
