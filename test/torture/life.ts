/** One client with what surrounds it: its share of the clock, its sockets, its folder, and what it has to send. */
import type { Agent } from 'node:http';
import { Client } from '../../src/client/client';
import type { Legacy } from '../../src/client/legacy';
import type { ClientOptions } from '../../src/client/options';
import { createDiskOutbox } from '../../src/client/outbox/disk-outbox';
import { parseRecords } from '../../src/client/outbox/outbox-record';
import { ClockView, type TortureClock } from './clock';
import type { DiskOwner, Folder } from './disk';
import { isOver, type Ledger, nameOf, type Post } from './ledger';
import type { Net, Outlet } from './network/net';
import { turned, turnsSoFar } from './network/turns';
import type { Member, Message } from './sea';
import type { Seats } from './seats';

export interface Target {
  readonly host: string;
  readonly clientId: string;
}

export interface LifeSettings {
  readonly target: Target;
  readonly secret: string;
  readonly offline: 'fail' | 'memory' | 'disk';
  readonly queueLimit: number;
  readonly whenFull: 'refuse' | 'dropOldest';
  /** Milliseconds; 0: for ever. */
  readonly maxAge: number;
}

/** What a client left, and which messages that were. */
export interface Inheritance {
  readonly legacy: Legacy;
  readonly unsent: readonly Post[];
  readonly kept: readonly Post[];
}

export interface Surroundings {
  readonly clock: TortureClock;
  readonly network: Net;
  readonly ledger: Ledger;
  readonly folder: Folder;
  readonly seats: Seats;
  /** Counted from 1. */
  readonly number: number;
  readonly random: () => number;
}

/** What waits is held for the subscriptions no longer than that. */
const FOLLOW_TIME = 10_000;

/** How late one that is too old may end: while a request holds it, nobody looks. */
const EXPIRY_TIME = 1_100;

const REST = 300_000;

/** Long enough for every deadline of a client, one after the other. */
const PATIENCE = 50_000;

export class Life implements DiskOwner {
  readonly settings: LifeSettings;
  readonly client: Client;
  readonly folder: Folder;
  readonly number: number;
  closing: 'close' | 'retire' | undefined;
  dead = false;
  /** Disconnected by hand. */
  held = false;
  wasHeld = false;
  /** HTTP has met anything that is no fault of the client. */
  httpTroubled = false;
  diskTroubled = false;
  /** The WebSocket likewise. */
  socketTroubled = false;
  /** There was no room for all, and the oldest go: of an earlier process, too, and then nobody is told. */
  mayDrop = false;
  /** What requests for schemas were answered. */
  readonly schemaAnswers = new Set<number>();
  rest: { readonly turn: number; readonly at: number; readonly until: number } | undefined;
  /** All secrets that it ever had. */
  readonly secrets: string[] = [];
  readonly #around: Surroundings;
  readonly #view: ClockView;
  readonly #agent: Agent | undefined;
  readonly #own = new Set<Post>();
  readonly #lines = new Map<string, Post[]>();
  readonly #replays = new Set<Post>();
  readonly #flights = new Map<string, Outlet>();
  /** Of a predecessor: handed over, or on the disk with somebody to be told. */
  readonly #inherited = new Set<Post>();
  /** Of those, what is in no outbox. */
  readonly #handedOver = new Set<Post>();
  readonly #usesDisk: boolean;
  readonly bornAt: number;
  readonly #bornIn = turnsSoFar();
  /** What was sent in that turn, or before, may know less. */
  #newsIn = -1;
  /** Since when they rest at the earliest. */
  #restsSince: number | undefined;
  #released: (() => void) | undefined;
  /** Of the last progress: an acceptance, or a start. */
  #progress: number;

  constructor(settings: LifeSettings, around: Surroundings) {
    const { clock, network, folder, random, ledger } = around;
    this.number = around.number;
    this.settings = settings;
    this.folder = folder;
    this.#around = around;
    this.secrets.push(settings.secret);
    this.#view = new ClockView(clock);
    this.#agent = network.agentOf(this);
    this.#progress = clock.passed;
    this.bornAt = clock.passed;
    // In a mode that keeps nothing on disk, what is there is sent all the same.
    this.#usesDisk = settings.offline === 'disk' || folder.exists;
    if (this.#usesDisk) this.#readDisk();
    this.client = new Client(this.#options(random));
    this.client.on('state', ({ name }) => ledger.trace(`client ${this.number} is ${name}`));
    this.client.on('sending', ({ name }) => ledger.trace(`client ${this.number}: sending is ${name}`));
    this.client.on('problem', (error) => {
      ledger.trace(`client ${this.number}: ${error.message}`);
      if (this.secrets.some((secret) => error.message.includes(secret))) {
        ledger.fail('reason', `the secret is in the problem "${error.message}"`);
      }
    });
  }

  get passed(): number {
    return this.#around.clock.passed;
  }

  get httpIsFine(): boolean {
    return !this.httpTroubled && !this.wasHeld;
  }

  get target(): string {
    return targetOf(this.settings.target);
  }

  #options(random: () => number): ClientOptions {
    const { target, secret, offline, queueLimit, whenFull, maxAge } = this.settings;
    const outbox = createDiskOutbox({
      folder: this.folder.path,
      warn: (text) => {
        this.#around.ledger.trace(`client ${this.number} warns: ${text}`);
        this.folder.warned = true;
      },
      drain: offline !== 'disk',
      openDatabase: (path) => this.folder.open(this, path),
    });
    const options = {
      url: this.#around.network.url(target.host),
      credentials: { type: 'basic', clientId: target.clientId, clientSecret: secret },
      ...(this.#agent !== undefined && { agent: this.#agent }),
      offline: offline === 'fail' ? 'fail' : 'memory',
      queueLimit,
      whenFull,
      maxAge,
      batch: { messages: 4, bytes: 400 },
      backoff: { refusedFor: REST },
      clock: this.#view,
      random,
      ...(this.#usesDisk && { outbox }),
    } as const satisfies ClientOptions;
    return options;
  }

  opened(release: () => void): void {
    // It may have died since it was let in.
    if (this.dead) release();
    else this.#released = release;
  }

  found(): void {
    this.#readDisk();
  }

  /** It has the message now, behind all others. */
  take(post: Post): void {
    post.life = this;
    this.#own.add(post);
    this.#enqueue(post);
  }

  /** The message was refused before it had a place. */
  has(post: Post): boolean {
    return this.#own.has(post) || this.#replays.has(post);
  }

  /** What it is to find on the disk. */
  get unread(): readonly Post[] {
    return [...this.#replays];
  }

  replays(post: Post): boolean {
    return this.#replays.has(post);
  }

  isOnDisk({ message }: Post): boolean {
    return this.folder.flushedText.includes(JSON.stringify(message));
  }

  /** Before all of its own: what a predecessor handed over. */
  adopt({ legacy, unsent, kept }: Inheritance): void {
    for (const post of unsent) {
      this.#enqueue(post);
      this.#handedOver.add(post);
    }
    for (const post of [...unsent, ...kept]) {
      this.#inherited.add(post);
      if (post.orphan || post.end !== undefined) {
        this.#replays.add(post);
        continue;
      }
      post.life = this;
      this.#own.add(post);
    }
    this.client.adopt(legacy);
  }

  /** Somebody was told of an error, which is news of how things stand. */
  failed(): void {
    this.#progress = this.passed;
  }

  inherited(post: Post): boolean {
    return this.#inherited.has(post);
  }

  /** Of its stream, not over, and to be accepted first. */
  olderThan(post: Post, stream: string): readonly Post[] {
    const line = this.#line(stream);
    const at = line.indexOf(post);
    const older = line
      .slice(0, Math.max(0, at))
      .filter((other) => !isOver(other) && !this.#mayBeOver(other) && !this.#mayBeOvertaken(other, post));
    if (older.length === 0 && at > 20) line.splice(0, at);
    return older;
  }

  /**
   * Of what an earlier process left nobody is told, and of a list too late, when it does not follow its schema, is too
   * old, or there was no room for it.
   */
  #mayBeOver(post: Post): boolean {
    if (!this.#replays.has(post) && !post.inList) return false;
    if (post.inList && (post.full || this.settings.offline === 'fail')) return true;
    // Where nothing more is kept on disk, what comes does not wait for a disk that cannot be read.
    const replayed = this.#replays.has(post);
    if (replayed && this.diskTroubled && this.settings.offline !== 'disk') return true;
    const { ledger } = this.#around;
    return this.mayDrop || (post.check !== 'off' && !ledger.fitsAlways(post)) || this.couldExpire(post);
  }

  /** What came where nothing more was kept on disk does not wait for a disk that cannot be read, not even where it is again. */
  #mayBeOvertaken(other: Post, post: Post): boolean {
    if (!this.#replays.has(other) || !this.#handedOver.has(post)) return false;
    // Nor does its date tell its place there, once somebody has set the clock.
    return this.diskTroubled || (post.blind && this.#around.clock.stepped);
  }

  requestCame(stream: string, messages: readonly Message[], sentAt: number, outlet: Outlet): () => void {
    const { ledger, clock } = this.#around;
    const before = this.#flights.get(stream);
    // What still comes over a socket that the client has given up is not under way for it any more.
    if (outlet.alive && before !== undefined && before !== outlet && before.alive) {
      ledger.fail('flight', `two requests of ${stream} at a time`);
    }
    if (outlet.alive) this.#flights.set(stream, outlet);
    this.#checkFollows(messages);
    if (sentAt > this.#bornIn) this.#checkAge(messages);
    return () => {
      if (this.#flights.get(stream) === outlet) this.#flights.delete(stream);
      this.#progress = clock.passed;
    };
  }

  /** What has waited over a restart or a deploy comes behind the subscriptions that were there from the start. */
  #checkFollows(messages: readonly Message[]): void {
    const { ledger, seats } = this.#around;
    const posts = messages.map((message) => ledger.post(message));
    const waited = posts.find((post) => this.#inherited.has(post) || this.#replays.has(post));
    if (waited === undefined || this.socketTroubled || this.passed - this.bornAt >= FOLLOW_TIME) return;
    if (!seats.areAnswered)
      ledger.fail('receivers', `${nameOf(waited)} was sent before the subscriptions were answered`);
  }

  #checkAge(messages: readonly Message[]): void {
    const { ledger, clock, network } = this.#around;
    const { maxAge } = this.settings;
    const posts = messages.map((message) => ledger.post(message));
    // A schema that has to be fetched first may take its time.
    if (maxAge === 0 || clock.stepped || posts.some(({ check }) => check !== 'off')) return;
    // To connect and to arrive, perhaps again where a kept socket was dead.
    const bound = maxAge + 4 * network.latency + EXPIRY_TIME;
    // The pieces of a refused batch are still the same attempt.
    const old = posts.find(
      ({ offeredAt, answers }) => answers.length === 0 && this.passed - offeredAt > bound,
    );
    if (old !== undefined)
      ledger.fail('age', `${nameOf(old)} was sent ${this.passed - old.offeredAt} ms after it was offered`);
  }

  /** It was let in, which is news for all that waits. */
  authorised(): void {
    this.#news();
    this.#newsIn = turnsSoFar() + this.#around.ledger.reaction;
    this.#progress = this.passed;
  }

  /** @param sentAt the turn in which it had shown them */
  unauthorised(sentAt: number): void {
    const { passed } = this;
    // The socket shows the same, and cannot be had.
    this.socketTroubled = true;
    if (this.#restsSince !== undefined && passed >= this.#restsSince + REST) this.#news();
    // That they were accepted since, or are to be tried, may be newer, or not: then they rest from now on.
    this.#restsSince ??= passed;
    if (sentAt <= this.#newsIn) return;
    this.rest ??= { turn: turnsSoFar(), at: passed, until: this.#restsSince + REST };
  }

  #news(): void {
    this.rest = undefined;
    this.#restsSince = undefined;
  }

  subscribed(_member: Member): void {}

  unsubscribed(stream: string, group: string): void {
    this.#around.seats.refused(stream, group);
  }

  arrived(member: Member, message: Message): void {
    this.#around.seats.arrived(this, member, message);
  }

  /** By hand, or by an edit: what rests may be tried again. */
  wakened(): void {
    this.#news();
    // Also what has left in this very turn, as it has not been tried again.
    this.#newsIn = Math.max(this.#newsIn, turnsSoFar());
    turned();
    this.#progress = this.passed;
  }

  /** What must hold whenever nothing is under way. */
  check(): void {
    const { ledger, clock } = this.#around;
    if (this.dead || this.closing !== undefined) return;
    if (this.rest !== undefined && this.passed >= this.rest.until) this.#news();
    const { queued } = this.client;
    const own = [...this.#own].filter(({ end }) => end === undefined);
    const replays = [...this.#replays].filter((post) => !this.#own.has(post));
    const waiting = replays.filter((post) => !isOver(post) && !this.#mayBeOver(post));
    // Those on a disk that cannot be read yet are not known to it.
    const known = own.filter((post) => !post.inList && !(this.diskTroubled && this.#replays.has(post)));
    const least = known.length + (this.diskTroubled ? 0 : waiting.length);
    const most = own.length + replays.length;
    if (queued < least) ledger.fail('silent', `${least} have not ended, and the client counts ${queued}`);
    if (queued > most) ledger.fail('silent', `${most} have not ended, and the client counts ${queued}`);
    const bound = this.settings.queueLimit + this.#inherited.size + this.#replays.size;
    if (queued > bound) ledger.fail('bounded', `${queued} wait, and the limit is ${bound}`);
    const { count, oldestAt = clock.now() } = this.client.queue(0);
    if (count > queued) ledger.fail('silent', `${count} wait, of ${queued}`);
    const age = clock.now() - oldestAt;
    const { maxAge } = this.settings;
    if (maxAge > 0 && !clock.stepped && age > maxAge + EXPIRY_TIME)
      ledger.fail('age', `one waits for ${age} ms`);
    this.#checkTold(own);
    this.#checkDisk(own);
    this.#around.seats.check(this);
  }

  #checkTold(own: readonly Post[]): void {
    const { ledger } = this.#around;
    // Of a list nobody is told before all of it has its end.
    const single = own.filter(({ inList }) => !inList);
    const oldest = single.reduce(
      (least, { offeredAt }) => Math.min(least, offeredAt),
      Number.POSITIVE_INFINITY,
    );
    const silence = this.passed - Math.max(oldest, this.#progress);
    if (this.held || this.diskTroubled || silence < PATIENCE) return;
    if (this.client.sending.name !== 'flowing') return;
    ledger.fail('told', `nothing was accepted for ${silence} ms, and it says that all flows`);
  }

  #checkDisk(own: readonly Post[]): void {
    const { ledger } = this.#around;
    if (this.settings.offline !== 'disk' || this.diskTroubled) return;
    const text = this.folder.flushedText;
    const lost = own.find(
      (post) => post.taken === 0 && !post.inList && !text.includes(JSON.stringify(post.message)),
    );
    if (lost !== undefined) ledger.fail('kept', `${nameOf(lost)} waits, and is not on disk`);
  }

  couldExpire(post: Post): boolean {
    const { maxAge } = this.settings;
    const { clock } = this.#around;
    return maxAge > 0 && (clock.stepped || this.passed - post.offeredAt >= maxAge);
  }

  /** Its process dies. */
  kill(): void {
    this.dead = true;
    this.#view.kill();
    this.#around.network.kill(this);
    this.#released?.();
  }

  /** After its close: nothing of it is left. */
  checkGone(): void {
    const { ledger, network } = this.#around;
    if (this.#view.pending > 0) ledger.fail('quiet', `${this.#view.pending} timers are left after the close`);
    const { requests = {}, sockets = {} } = this.#agent ?? {};
    const busy = Object.keys(requests).length + Object.keys(sockets).length;
    if (busy > 0) ledger.fail('quiet', `${busy} sockets are in use after the close`);
    this.#agent?.destroy();
    const left = network.openOf(this);
    if (left > 0) ledger.fail('quiet', `${left} sockets are left after the close`);
    if (this.#usesDisk && this.folder.isOpen) ledger.fail('quiet', 'its folder is still open');
  }

  unended(): readonly Post[] {
    return [...this.#own].filter(({ end }) => end === undefined);
  }

  /** By their numbers, which are in the order in which they were offered, whoever has them now. */
  #enqueue(post: Post): void {
    const line = this.#line(post.stream);
    let place = line.length;
    while (place > 0 && (line[place - 1]?.message.n ?? 0) > post.message.n) place -= 1;
    if (line[place - 1] !== post) line.splice(place, 0, post);
  }

  #line(stream: string): Post[] {
    const line = this.#lines.get(stream) ?? [];
    this.#lines.set(stream, line);
    return line;
  }

  /** What it will find there, and has to send first. */
  #readDisk(): void {
    for (const post of this.postsOnDisk().values()) {
      this.#replays.add(post);
      this.#enqueue(post);
    }
  }

  /** By their keys, oldest first. */
  postsOnDisk(): ReadonlyMap<number, Post> {
    const { ledger } = this.#around;
    const messages = parseRecords(this.folder.entries()).flatMap((record) => record.messages);
    return new Map(messages.map(({ key, text }) => [key, ledger.post(JSON.parse(text))]));
  }
}

export function targetOf({ host, clientId }: Target): string {
  return `${host} ${clientId}`;
}
