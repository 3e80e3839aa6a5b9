/** The books of a run: every message with all that became of it, and what must hold of them. */
import {
  ClosedError,
  CredentialsError,
  PayloadError,
  QueueFullError,
  ReplyError,
  SettingError,
  StoreError,
  type StreamSeaError,
} from '../../src/errors';
import type { Life } from './life';
import type { Outlet } from './network/net';
import { turnsSoFar } from './network/turns';
import { type Asked, fits, type Member, type Message, type Sea, type Witness } from './sea';
import { type Invariant, Violation } from './violation';

export type Check = 'off' | 'types' | 'strict';

/** A message that was offered. */
export interface Post {
  readonly message: Message;
  readonly stream: string;
  readonly target: string;
  readonly check: Check;
  /** On the clock's hands. */
  readonly offeredAt: number;
  /** How many waited before it, and the limit. */
  readonly full: boolean;
  /** Who has it now: the client it was offered to, or that took it over. */
  life: Life;
  /** What was on the disk could perhaps not be read then. */
  readonly blind: boolean;
  /** The client was closing already. */
  readonly late: boolean;
  /** Its end is told with that of the list it is in. */
  readonly inList: boolean;
  /** The call that offered it has returned. */
  returned: boolean;
  end:
    | { readonly error: StreamSeaError | undefined; readonly turn: number; readonly kept: boolean }
    | undefined;
  taken: number;
  /** How the server answered requests with it. */
  readonly answers: { readonly status: number; readonly alone: boolean }[];
  /** The disk that may keep it was damaged. */
  damaged: boolean;
  /** Whoever offered it is gone with its process: nobody is told of its end. */
  orphan: boolean;
  /** The disk that kept it was damaged, or it was purged. */
  excused: boolean;
}

export class Ledger implements Witness {
  readonly posts: Post[] = [];
  violation: Violation | undefined;
  accepted = 0;
  /** Turns that a client may need until what has arrived has had its effect. */
  reaction = 0;
  /** Told of all that happens, for whoever looks into one run. */
  trace: (line: string) => void = () => {};
  /** By target and stream: from when on which type. */
  readonly #schemas: { at: number; target: string; stream: string; x: string | undefined }[] = [];

  fail(invariant: Invariant, what: string): void {
    this.violation ??= new Violation(invariant, what);
  }

  post(message: Message): Post {
    const post = this.posts[message.n];
    if (post === undefined) throw new RangeError(`no message ${message.n}`);
    return post;
  }

  ended(post: Post, error: StreamSeaError | undefined): void {
    const { life } = post;
    if (life.dead) return;
    const name = nameOf(post);
    this.trace(`${name} ended: ${textOf(error)}`);
    if (post.end !== undefined) {
      this.fail('once', `${name} ended (${textOf(post.end.error)}), and again (${textOf(error)})`);
    }
    if (!post.returned) this.fail('once', `${name} ended before the call returned (${textOf(error)})`);
    const kept = isKept(error);
    post.end = { error, turn: turnsSoFar(), kept };
    if (error === undefined) {
      if (post.taken === 0) this.fail('accepted', `${name} is done, and the server has not accepted it`);
    } else {
      life.failed();
      if (kept && !life.isOnDisk(post))
        this.fail('kept', `${name}: "${error.message}", and it is not on disk`);
      const unfounded = this.#unfounded(post, error);
      if (unfounded !== undefined) this.fail('reason', `${name} ended with "${error.message}": ${unfounded}`);
    }
  }

  /** Why there is no reason for such an end. */
  #unfounded(post: Post, error: StreamSeaError): string | undefined {
    const { life } = post;
    const patient = life.settings.offline !== 'fail' || life.inherited(post);
    if (life.secrets.some((secret) => error.message.includes(secret))) return 'the secret is in it';
    if (error instanceof ReplyError) {
      const { status } = error;
      if (post.check !== 'off' && life.schemaAnswers.has(status))
        return error.retryable && patient ? 'it could have been tried again' : undefined;
      const said = post.answers.filter((answer) => answer.status === status);
      if (said.length === 0) return 'the server never said so';
      if (error.retryable && patient) return 'it could have been tried again';
      if ((status === 400 || status === 413) && !said.some(({ alone }) => alone))
        return 'others were to blame';
      return undefined;
    }
    if (error instanceof CredentialsError) return patient ? 'it should have been held' : undefined;
    if (error instanceof PayloadError)
      return this.fitsAlways(post) ? 'it follows every schema there was' : undefined;
    if (error instanceof QueueFullError) {
      return post.full || life.settings.whenFull === 'dropOldest' ? undefined : 'there was room';
    }
    if (error instanceof StoreError) return life.diskTroubled ? undefined : 'the disk is well';
    if (error instanceof ClosedError)
      return life.closing === 'close' || post.late ? undefined : `closing: ${life.closing}`;
    if (error instanceof SettingError) return 'nothing is wrong with the options';
    switch (error.code as string) {
      case 'SEA_PURGED':
        return post.excused ? undefined : 'nobody purged it';
      case 'SEA_EXPIRED':
        return life.couldExpire(post) ? undefined : `it is ${life.passed - post.offeredAt} ms old`;
      case 'SEA_OFFLINE':
        if (patient) return 'the mode is not to fail';
        return life.httpIsFine ? 'nothing but the WebSocket failed' : undefined;
      default:
        if (patient) return 'it could have been tried again';
        return life.httpIsFine ? 'nothing has failed' : undefined;
    }
  }

  /** How often the server gave that message to its subscribers; what others sent, once. */
  timesGiven(n: number): number {
    return n < 0 ? 1 : this.post({ n, x: 0 }).taken;
  }

  schemaChanged(target: string, stream: string, x: string | undefined, at: number): void {
    this.#schemas.push({ target, stream, x, at });
  }

  fitsAlways({ target, stream, message, check }: Post): boolean {
    if (check === 'strict' && message.extra !== undefined) return false;
    return this.#schemas
      .filter((schema) => schema.target === target && schema.stream === stream)
      .every(({ x }) => x !== undefined && fits({ ...message }, x as 'float'));
  }

  asked(_sea: Sea, asked: Asked, what: string): void {
    const life = asked.owner as Life | undefined;
    if (life === undefined) return;
    this.trace(`client ${life.number}: ${what}`);
    const { rest } = life;
    const late = rest !== undefined && asked.sentAt > rest.turn + this.reaction;
    if (late && life.passed < rest.until) {
      this.fail('rest', `${what}, ${life.passed - rest.at} ms after a refusal of the credentials`);
    }
  }

  connected(owner: object, open: number): void {
    if (open > 2) this.fail('sockets', `client ${(owner as Life).number} has ${open} WebSockets`);
  }

  authorised({ owner }: Asked): void {
    (owner as Life | undefined)?.authorised();
  }

  unauthorised(_sea: Sea, { owner, sentAt }: Asked): void {
    (owner as Life | undefined)?.unauthorised(sentAt);
  }

  publishing(
    sea: Sea,
    asked: Asked,
    stream: string,
    messages: readonly Message[],
    outlet: Outlet,
  ): () => void {
    const life = asked.owner as Life | undefined;
    const target = `${sea.host} ${asked.clientId}`;
    for (const message of messages) {
      const post = this.post(message);
      const name = nameOf(post);
      if (post.target !== target)
        this.fail('target', `${name}, offered for ${post.target}, came to ${target}`);
      if (post.stream !== stream)
        this.fail('target', `${name}, offered for ${post.stream}, came to ${stream}`);
      const { end } = post;
      if (end !== undefined && life !== undefined && asked.sentAt > end.turn + this.reaction) {
        const again = end.kept || life.replays(post);
        if (!again) this.fail('ended', `${name} was sent after it had ended (${textOf(end.error)})`);
      }
      if (life !== undefined && !life.has(post))
        this.fail('ended', `${name} was sent by a client that has it not`);
    }
    if (life === undefined) return () => {};
    if (messages.some((message) => JSON.stringify(message) !== JSON.stringify(this.post(message).message))) {
      this.fail('accepted', 'a message came altered');
    }
    return life.requestCame(stream, messages, asked.sentAt, outlet);
  }

  taken(sea: Sea, asked: Asked, stream: string, messages: readonly Message[]): void {
    const life = asked.owner as Life | undefined;
    this.accepted += messages.length;
    this.trace(`${asked.clientId} at ${sea.host}: ${stream} takes ${messages.map(({ n }) => n).join(', ')}`);
    const before = new Set<Post>();
    for (const message of messages) {
      const post = this.post(message);
      const older = life?.olderThan(post, stream).find((other) => !before.has(other));
      if (older !== undefined && post.taken === 0) {
        this.fail('order', `${nameOf(post)} was accepted before ${nameOf(older)}`);
      }
      before.add(post);
    }
    for (const post of before) post.taken += 1;
  }

  answered(_sea: Sea, _asked: Asked, messages: readonly Message[], status: number): void {
    for (const message of messages) {
      this.post(message).answers.push({ status, alone: messages.length === 1 });
    }
  }

  described(asked: Asked, status: number): void {
    (asked.owner as Life | undefined)?.schemaAnswers.add(status);
  }

  subscribed(_sea: Sea, member: Member): void {
    (member.owner as Life | undefined)?.subscribed(member);
  }

  unsubscribed(owner: object, stream: string, group: string): void {
    (owner as Life).unsubscribed(stream, group);
  }

  arrived(member: Member, message: Message): void {
    this.trace(`message ${message.n} comes for ${member.stream} ${member.group}`);
    (member.owner as Life | undefined)?.arrived(member, message);
  }
}

/** Its end is known, one way or the other, whether or not somebody was told. */
export function isOver(post: Post): boolean {
  return post.end !== undefined || post.taken > 0 || post.excused || isRefused(post);
}

/** The server has refused it for good. */
export function isRefused({ answers }: Post): boolean {
  return answers.some(({ status, alone }) => FOR_ALL.has(status) || (alone && FOR_ONE.has(status)));
}

const FOR_ALL = new Set([403, 404]);
const FOR_ONE = new Set([400, 413]);

/** It says that a later client will send it. */
export function isKept(error: StreamSeaError | undefined): boolean {
  return error instanceof ClosedError && error.sentence?.key === 'closed.kept';
}

export function nameOf({ message, stream }: Post): string {
  return `message ${message.n} (${stream})`;
}

function textOf(error: StreamSeaError | undefined): string {
  return error === undefined ? 'done' : error.message;
}
