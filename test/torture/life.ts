/** One client with what surrounds it: its share of the clock, its sockets, its folder, and what it has to send. */
import { Client } from '../../src/client/client';
import { createDiskOutbox } from '../../src/client/disk-outbox';
import type { ClientOptions } from '../../src/client/options';
import { parseRecords } from '../../src/client/outbox-record';
import { ClockView, type TortureClock } from './clock';
import type { DiskOwner, Folder } from './disk';
import { isOver, isRefused, type Ledger, nameOf, type Post } from './ledger';
import { MemoryAgent, type Network, type Outlet } from './network';
import type { Member, Message } from './sea';
import type { Seats } from './seats';
import { coming, type Legacy } from './surface';
import { turnsSoFar } from './turns';

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

export interface Surroundings {
  readonly clock: TortureClock;
  readonly network: Network;
  readonly ledger: Ledger;
  readonly folder: Folder;
  readonly seats: Seats;
  readonly random: () => number;
}

const REST = 300_000;

/** Long enough for every deadline of a client, one after the other. */
const PATIENCE = 50_000;

export class Life implements DiskOwner {
  readonly settings: LifeSettings;
  readonly client: Client;
  readonly folder: Folder;
  closing: 'close' | 'retire' | undefined;
  dead = false;
  /** Disconnected by hand. */
  held = false;
  /** HTTP has met anything that is no fault of the client. */
  httpTroubled = false;
  diskTroubled = false;
  /** What requests for schemas were answered. */
  readonly schemaAnswers = new Set<number>();
  rest: { readonly turn: number; readonly at: number; readonly until: number } | undefined;
  /** All secrets that it ever had. */
  readonly secrets: string[] = [];
  readonly #around: Surroundings;
  readonly #view: ClockView;
  readonly #agent: MemoryAgent;
  readonly #own = new Set<Post>();
  readonly #lines = new Map<string, Post[]>();
  readonly #replays = new Set<Post>();
  readonly #flights = new Map<string, Outlet>();
  #adopted = 0;
  #released: (() => void) | undefined;
  /** Of the last progress: an acceptance, or a start. */
  #progress: number;

  constructor(settings: LifeSettings, around: Surroundings, left: readonly Legacy[] = []) {
    const { clock, network, folder, random, ledger } = around;
    this.settings = settings;
    this.folder = folder;
    this.#around = around;
    this.secrets.push(settings.secret);
    this.#view = new ClockView(clock);
    this.#agent = new MemoryAgent(network, this);
    this.#progress = clock.passed;
    if (settings.offline === 'disk') this.#readDisk();
    this.client = new Client({
      ...this.#options(random),
      ...(left[0] && { undelivered: left[0].undelivered }),
    });
    this.client.on('problem', (error) => {
      if (this.secrets.some((secret) => error.message.includes(secret))) {
        ledger.fail('reason', `the secret is in the problem "${error.message}"`);
      }
    });
  }

  get passed(): number {
    return this.#around.clock.passed;
  }

  get httpIsFine(): boolean {
    return !this.httpTroubled && !this.held;
  }

  get target(): string {
    return targetOf(this.settings.target);
  }

  #options(random: () => number): ClientOptions {
    const { target, secret, offline, queueLimit, whenFull, maxAge } = this.settings;
    const outbox = createDiskOutbox({
      folder: this.folder.path,
      warn: () => {},
      openDatabase: () => this.folder.open(this),
    });
    const options = {
      url: `http://${target.host}`,
      credentials: { type: 'basic', clientId: target.clientId, clientSecret: secret },
      agent: this.#agent,
      offline: offline === 'fail' ? 'fail' : 'memory',
      queueLimit,
      whenFull,
      maxAge,
      batch: { messages: 4, bytes: 400 },
      backoff: { refusedFor: REST },
      clock: this.#view,
      random,
      ...(offline === 'disk' && { outbox }),
    } as const;
    return options as ClientOptions;
  }

  opened(release: () => void): void {
    this.#released = release;
  }

  /** It has the message now, behind all others. */
  take(post: Post): void {
    post.life = this;
    this.#own.add(post);
    this.#line(post.stream).push(post);
  }

  /** The message was refused before it had a place. */
  has(post: Post): boolean {
    return this.#own.has(post) || this.#replays.has(post);
  }

  replays(post: Post): boolean {
    return this.#replays.has(post);
  }

  isOnDisk({ message }: Post): boolean {
    return this.folder.text.includes(JSON.stringify(message));
  }

  /** Before all of its own: what a predecessor handed over. */
  adopt(legacy: Legacy, posts: readonly Post[]): void {
    for (const post of posts.toReversed()) {
      post.life = this;
      this.#own.add(post);
      this.#line(post.stream).unshift(post);
    }
    this.#adopted += posts.length;
    coming(this.client).adopt?.(legacy);
  }

  /** Of its stream, not over, and to be accepted first. */
  olderThan(post: Post, stream: string): readonly Post[] {
    const line = this.#line(stream);
    const at = line.indexOf(post);
    const older = line.slice(0, Math.max(0, at)).filter((other) => !isOver(other));
    if (older.length === 0 && at > 20) line.splice(0, at);
    return older;
  }

  requestCame(stream: string, messages: readonly Message[], sentAt: number, outlet: Outlet): () => void {
    const { ledger, clock } = this.#around;
    const before = this.#flights.get(stream);
    if (before !== undefined && before !== outlet && before.alive) {
      ledger.fail('flight', `two requests of ${stream} at a time`);
    }
    this.#flights.set(stream, outlet);
    void sentAt;
    void messages;
    return () => {
      if (this.#flights.get(stream) === outlet) this.#flights.delete(stream);
      this.#progress = clock.passed;
    };
  }

  unauthorised(): void {
    const { passed } = this;
    this.rest ??= { turn: turnsSoFar(), at: passed, until: passed + REST };
  }

  subscribed(_member: Member): void {}

  arrived(member: Member, message: Message): void {
    this.#around.seats.arrived(this, member, message);
  }

  /** By hand, or by an edit: what rests may be tried again. */
  wakened(): void {
    this.rest = undefined;
    this.#progress = this.passed;
  }

  /** What must hold whenever nothing is under way. */
  check(): void {
    const { ledger } = this.#around;
    if (this.dead || this.closing !== undefined) return;
    if (this.rest !== undefined && this.passed >= this.rest.until) this.rest = undefined;
    const { queued } = this.client;
    const own = [...this.#own].filter(({ end }) => end === undefined);
    const replays = [...this.#replays].filter((post) => !this.#own.has(post));
    const waiting = replays.filter((post) => !isOver(post));
    const least = own.filter(({ inList }) => !inList).length + (this.diskTroubled ? 0 : waiting.length);
    const most = own.length + replays.filter((post) => !isRefused(post)).length;
    if (queued < least) ledger.fail('silent', `${least} have not ended, and the client counts ${queued}`);
    if (queued > most) ledger.fail('silent', `${most} have not ended, and the client counts ${queued}`);
    const bound = this.settings.queueLimit + this.#adopted + this.#replays.size;
    if (queued > bound) ledger.fail('bounded', `${queued} wait, and the limit is ${bound}`);
    this.#checkTold(own);
    this.#checkDisk(own);
    this.#around.seats.check(this);
  }

  #checkTold(own: readonly Post[]): void {
    const { ledger } = this.#around;
    const oldest = own.reduce((least, { offeredAt }) => Math.min(least, offeredAt), Number.POSITIVE_INFINITY);
    const silence = this.passed - Math.max(oldest, this.#progress);
    if (this.held || silence < PATIENCE) return;
    const { sending } = coming(this.client);
    if (sending === undefined || sending.name === 'flowing') {
      ledger.fail('told', `nothing was accepted for ${silence} ms, and it says ${sending?.name}`);
    }
  }

  #checkDisk(own: readonly Post[]): void {
    const { ledger } = this.#around;
    if (this.settings.offline !== 'disk' || this.diskTroubled) return;
    const text = this.folder.text;
    const lost = own.find(
      (post) => post.taken === 0 && !post.inList && !text.includes(JSON.stringify(post.message)),
    );
    if (lost !== undefined) ledger.fail('kept', `${nameOf(lost)} waits, and is not on disk`);
  }

  couldExpire(_post: Post): boolean {
    return this.settings.maxAge > 0;
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
    const { requests, sockets } = this.#agent;
    const busy = Object.keys(requests).length + Object.keys(sockets).length;
    if (busy > 0) ledger.fail('quiet', `${busy} sockets are in use after the close`);
    this.#agent.destroy();
    const left = network.openOf(this);
    if (left > 0) ledger.fail('quiet', `${left} sockets are left after the close`);
    if (this.settings.offline === 'disk' && this.folder.isOpen)
      ledger.fail('quiet', 'its folder is still open');
  }

  unended(): readonly Post[] {
    return [...this.#own].filter(({ end }) => end === undefined);
  }

  #line(stream: string): Post[] {
    const line = this.#lines.get(stream) ?? [];
    this.#lines.set(stream, line);
    return line;
  }

  /** What it will find there, and has to send first. */
  #readDisk(): void {
    if (this.folder.damaged) return;
    for (const post of this.#postsOnDisk()) {
      this.#replays.add(post);
      this.#line(post.stream).push(post);
    }
  }

  #postsOnDisk(): readonly Post[] {
    const { ledger } = this.#around;
    return parseRecords(this.folder.entries())
      .flatMap(({ messages }) => messages)
      .map(({ text }) => ledger.post(JSON.parse(text)));
  }
}

export function targetOf({ host, clientId }: Target): string {
  return `${host} ${clientId}`;
}
