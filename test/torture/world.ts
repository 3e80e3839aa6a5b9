/** All that a run has, and what each command does to it: the servers, the network, the disks, and one client at a time. */

import type { Legacy } from '../../src/client/legacy';
import type { StreamSeaError } from '../../src/errors';
import { groupIdOf } from '../../src/protocol/groups';
import { Random } from '../faults/random';
import { deliveryAt, messageOf, streamAt } from './arguments';
import { TortureClock } from './clock';
import { type Change, type Command, type Setup, STREAMS } from './commands';
import type { Folder } from './disk';
import { isKept, isRefused, Ledger, nameOf, type Post } from './ledger';
import { type Inheritance, Life, type LifeSettings, type Target, targetOf } from './life';
import type { Listen, Net } from './network/net';
import { turn, turnsSoFar } from './network/turns';
import { type Damage, RealFolder } from './real-folder';
import { type Message, Sea } from './sea';
import { Seats, type Wanted } from './seats';
import { Violation } from './violation';

export const HOSTS = ['one.sim', 'two.sim'] as const;
const CLIENTS = ['gauge', 'meter'] as const;
export const TARGETS: readonly Target[] = HOSTS.flatMap((host) =>
  CLIENTS.map((clientId) => ({ host, clientId })),
);

/** Until what was under way on the slowest network has arrived. */
const SLOWEST = 1_500;

/** What a close may take. */
const CLOSE_TIME = 2_000;

export interface Surroundings {
  makeNet(clock: TortureClock, listen: Listen): Net;
  /** One for each of the {@link TARGETS}. */
  readonly folders: readonly Folder[];
}

export class World {
  readonly clock = new TortureClock();
  readonly ledger = new Ledger();
  readonly #random: Random;
  readonly #seas = new Map<string, Sea>();
  readonly #network: Net;
  readonly #folders = new Map<string, Folder>();
  /** What predecessors left, by target. */
  readonly #left = new Map<string, Inheritance[]>();
  readonly #seats: Seats;
  #settings: LifeSettings;
  #life: Life;
  #rotations = 0;
  #lives = 0;
  /** Messages of others, which count downwards. */
  #emitted = 0;
  /** Messages may have been too old. */
  #aged = false;
  /** Of earlier processes, too, some may have been dropped to make room. */
  #dropped = false;

  constructor(seed: number, setup: Setup, { makeNet, folders }: Surroundings) {
    this.#random = new Random(seed);
    for (const [at, target] of TARGETS.entries()) {
      const folder = folders[at];
      if (folder !== undefined) this.#folders.set(targetOf(target), folder);
    }
    for (const host of HOSTS) {
      const sea = new Sea(host, this.ledger);
      for (const clientId of CLIENTS) sea.secrets.set(clientId, `secret-${clientId}-0`);
      this.#seas.set(host, sea);
    }
    this.#network = makeNet(this.clock, (host, outlet) => this.#sea(host).listen(outlet, this.#life));
    this.clock.settled = () => this.#network.settled();
    this.ledger.reaction = this.#network.reaction;
    this.#network.latency = setup.latency;
    for (const host of HOSTS) {
      for (const [at, stream] of STREAMS.entries())
        this.#define(host, stream, at < setup.schemas ? 'float' : undefined);
    }
    const [target] = TARGETS;
    if (target === undefined) throw new RangeError('no target');
    const { offline, queueLimit, whenFull, maxAge } = setup;
    this.#settings = { target, secret: this.#secretFor(target), offline, queueLimit, whenFull, maxAge };
    this.#seats = new Seats(this.clock, this.ledger, (host) => this.#sea(host));
    this.#life = this.#live(
      STREAMS.slice(0, setup.receivers).map((stream) => ({ stream, delivery: { type: 'every' } })),
    );
    this.#ping();
  }

  get life(): Life {
    return this.#life;
  }

  async run(command: Command): Promise<void> {
    this.ledger.trace(`-- at ${this.clock.passed}: ${JSON.stringify(command)}`);
    await this.#do(command);
    if (command.pace === 'turn') await turn();
    if (command.pace === 'settle') {
      await this.clock.advance(0);
      this.#life.check();
    }
    if (this.ledger.violation !== undefined) throw this.ledger.violation;
  }

  /** Everything is well again, and time passes: nothing may be left then. */
  async end(): Promise<void> {
    this.ledger.trace('-- everything is well again');
    this.#mend();
    const { target, secret } = this.#settings;
    if (secret === this.#secretFor(target)) {
      // Nobody does anything: it comes to its senses by itself.
      if (this.#life.held) this.#connect();
      await this.#emptied();
    } else await this.clock.advance(1_000);
    await this.#deploy({ kind: 'secret' });
    await this.#emptied();
    for (const target of TARGETS) {
      const place = targetOf(target);
      if ((this.#left.get(place) ?? []).length === 0 && !this.#folder(place).exists) continue;
      this.#settings = { ...this.#settings, target, offline: 'disk', secret: this.#secretFor(target) };
      await this.#succeed();
      await this.#emptied();
    }
    await this.#retire('close');
    for (const post of this.ledger.posts) this.#checkOver(post);
    if (this.ledger.violation !== undefined) throw this.ledger.violation;
  }

  /** At the end of all: each message was accepted, or somebody was told that it was not. */
  #checkOver(post: Post): void {
    if (post.excused || post.taken > 0 || isRefused(post)) return;
    if (post.end !== undefined && !post.end.kept) return;
    if (post.damaged && this.#folder(post.target).warned) return;
    // Of an earlier process: that it was too old, or against its schema, was told to nobody who could be asked here.
    const nobodysEnd = this.#aged || this.#dropped || (post.check !== 'off' && !this.ledger.fitsAlways(post));
    if (nobodysEnd && (post.orphan || post.end?.kept)) return;
    if (post.end === undefined) this.ledger.fail('silent', `${nameOf(post)} has no end`);
    else this.ledger.fail('kept', `${nameOf(post)} was kept, and never sent`);
  }

  /** Of a run that is not gone on with: nothing of it is left. */
  drop(): void {
    this.#life.kill();
    this.#network.close();
  }

  async #do(command: Command): Promise<void> {
    const { client } = this.#life;
    const sea = this.#sea(this.#settings.target.host);
    switch (command.do) {
      case 'publish':
        this.#publish(command);
        return;
      case 'wait':
        await this.clock.advance(command.ms);
        return;
      case 'step':
        this.clock.step(command.ms);
        return;
      case 'weather':
        if (this.#network.weather === 'dead' || command.to === 'dead') this.#seats.uncertain(100_000);
        this.#network.weather = command.to;
        if (command.to !== 'fine') this.#troubled('http', 'socket');
        this.#impede();
        return;
      case 'latency':
        this.#network.latency = command.ms;
        return;
      case 'cut':
        this.#seats.uncertain(SLOWEST);
        this.#network.cut();
        this.#troubled('http', 'socket');
        return;
      case 'endIdle':
        sea.endIdle();
        return;
      case 'strike':
        for (let at = 0; at < command.times; at += 1) sea.strikes.push(command.with);
        this.#life.httpTroubled = true;
        return;
      case 'always':
        sea.always = command.with;
        if (command.with !== undefined) this.#life.httpTroubled = true;
        return;
      case 'socket':
        sea.manner = command.to;
        if (command.to !== 'open' && command.to !== 'silent') this.#troubled('socket');
        this.#impede();
        if (command.to === 'open') sea.answerSubscribes();
        if (command.to === 'denied') this.#troubled('http');
        return;
      case 'dropSockets':
        this.#seats.uncertain(SLOWEST);
        sea.dropSockets(command.how);
        this.#troubled('socket');
        return;
      case 'refuse':
        if (command.with === undefined) sea.refused.delete(streamAt(command.stream));
        else sea.refused.set(streamAt(command.stream), command.with);
        return;
      case 'bodyLimit':
        sea.bodyLimit = command.bytes ?? Number.POSITIVE_INFINITY;
        return;
      case 'schema':
        this.#define(sea.host, streamAt(command.stream), command.x);
        return;
      case 'rotate':
        this.#rotations += 1;
        this.#troubled('http', 'socket');
        for (const clientId of CLIENTS) sea.secrets.set(clientId, `secret-${clientId}-${this.#rotations}`);
        this.#impede();
        return;
      case 'deploy':
        await this.#deploy(command.change, command.meanwhile);
        return;
      case 'crash':
        this.#crash(command.power);
        return;
      case 'disk':
        for (const folder of this.#folders.values()) folder.trouble = command.trouble;
        if (command.trouble !== 'none') this.#life.diskTroubled = true;
        return;
      case 'damage':
        await this.#damage(command.how);
        return;
      case 'connect':
        this.#connect();
        return;
      case 'disconnect':
        this.#life.held = true;
        this.#life.wasHeld = true;
        this.#troubled('socket');
        this.#seats.uncertain(SLOWEST);
        client.disconnect();
        return;
      case 'purge':
        await this.#purge();
        return;
      case 'sendNow':
        this.#life.wakened();
        client.sendNow();
        return;
      case 'subscribe':
        this.#seats.join(client, streamAt(command.stream), deliveryAt(command.delivery));
        return;
      case 'unsubscribe':
        this.#seats.leave(command.seat);
        return;
      case 'nodes': {
        const wanted = [...this.#seats.wanted];
        this.#seats.leaveAll();
        if (command.pause > 0) await this.clock.advance(command.pause);
        this.#seats.return(client, wanted);
        return;
      }
      case 'subscribable':
        if (command.yes) sea.unsubscribable.delete(streamAt(command.stream));
        else sea.unsubscribable.add(streamAt(command.stream));
        return;
      case 'rival': {
        const delivery = deliveryAt(command.delivery);
        if (delivery.type === 'every') return;
        const group =
          delivery.type === 'group' ? groupIdOf(delivery.group) : `default ${this.#settings.target.clientId}`;
        sea.rival(streamAt(command.stream), group);
        return;
      }
      case 'emit':
        this.#seats.checkCovered(this.#life);
        for (let at = 0; at < command.count; at += 1) {
          this.#emitted -= 1;
          sea.spread(streamAt(command.stream), { n: this.#emitted, x: 1 });
        }
    }
  }

  async #damage(how: Damage): Promise<void> {
    const folder = this.#folder(this.#life.target);
    if (!(folder instanceof RealFolder)) return;
    await this.#succeed(async () => {
      if (how === 'log')
        for (const post of this.ledger.posts) post.damaged ||= post.target === this.#life.target;
      await folder.damage(how);
    });
  }

  #connect(): void {
    this.#life.held = false;
    this.#life.wakened();
    this.#life.client.connect();
  }

  #publish(command: Extract<Command, { do: 'publish' }>): void {
    const { client } = this.#life;
    const { count, via, batch, check, what } = command;
    const stream = streamAt(command.stream);
    const posts = Array.from({ length: count }, () =>
      this.#post(stream, messageOf(this.ledger.posts.length, what), check, via === 'list'),
    );
    const options = { batch, check };
    if (via === 'list') {
      const ended = (error?: StreamSeaError): void => this.#listEnded(posts, error);
      const listed = client.publishAll(
        stream,
        posts.map(({ message }) => message),
        options,
      );
      listed.then(() => ended(), ended);
    }
    for (const post of via === 'list' ? [] : posts) {
      const ended = (error?: StreamSeaError): void => this.ledger.ended(post, error);
      if (via === 'offer') client.offer(stream, post.message, { ended }, options);
      else client.publish(stream, post.message, options).then(() => ended(), ended);
      post.returned = true;
    }
    for (const post of posts) post.returned = true;
  }

  #post(stream: string, message: Message, check: Post['check'], inList: boolean): Post {
    const life = this.#life;
    const post: Post = {
      message,
      stream,
      target: life.target,
      check,
      offeredAt: this.clock.passed,
      full: life.client.queued + 5 >= life.settings.queueLimit,
      inList,
      blind: life.diskTroubled,
      late: life.closing !== undefined,
      life,
      returned: false,
      end: undefined,
      taken: 0,
      answers: [],
      orphan: false,
      damaged: false,
      excused: false,
    };
    life.mayDrop ||= post.full && life.settings.whenFull === 'dropOldest';
    this.#dropped ||= life.mayDrop;
    this.ledger.posts.push(post);
    life.take(post);
    return post;
  }

  /** A list ends as a whole, and its error names those of it that were not published. */
  #listEnded(posts: readonly Post[], error: StreamSeaError | undefined): void {
    const failures: unknown = error === undefined ? [] : Reflect.get(error, 'failures');
    if (posts.length === 1 || Array.isArray(failures)) {
      const byIndex = new Map(
        (failures as { index: number; error: StreamSeaError }[] | undefined)?.map((f) => [f.index, f.error]),
      );
      for (const [index, post] of posts.entries())
        this.ledger.ended(post, posts.length === 1 ? error : byIndex.get(index));
      return;
    }
    // Which ones it does not tell: those the server has not taken.
    for (const post of posts) if (post.taken > 0) this.ledger.ended(post, undefined);
    for (const post of posts)
      if (post.taken === 0) post.end = { error, turn: turnsSoFar(), kept: isKept(error) };
  }

  async #purge(): Promise<void> {
    const { client } = this.#life;
    const { count, first } = client.queue(Number.MAX_SAFE_INTEGER);
    const posts = first.map(({ text }) => this.ledger.post(JSON.parse(text)));
    for (const post of posts) post.excused = true;
    // What has not been read of the disk yet ends as soon as it is.
    for (const post of this.#life.unread) post.excused = true;
    const purged = client.purge();
    if (purged !== count) this.ledger.fail('purge', `${purged} were purged of the ${count} that were shown`);
    // Promises settle a little later.
    await turn();
    for (const post of posts) {
      if (post.end === undefined && post.life === this.#life && this.#life.has(post) && !post.inList) {
        this.ledger.fail('purge', `${nameOf(post)} was purged and has no end`);
      }
    }
  }

  async #deploy(change: Change, meanwhile = 0): Promise<void> {
    const kind = change.kind === 'close' ? 'close' : 'retire';
    const wanted = await this.#retire(kind, meanwhile);
    const { target } = this.#settings;
    switch (change.kind) {
      case 'same':
      case 'close':
        break;
      case 'secret':
        this.#settings = { ...this.#settings, secret: this.#secretFor(target) };
        break;
      case 'target': {
        const next = TARGETS[(TARGETS.indexOf(target) + 1) % TARGETS.length] ?? target;
        this.#settings = { ...this.#settings, target: next, secret: this.#secretFor(next) };
        break;
      }
      case 'mode':
        this.#settings = { ...this.#settings, offline: change.to };
        break;
      case 'limit':
        this.#settings = { ...this.#settings, queueLimit: change.to, whenFull: change.whenFull };
        break;
      case 'age':
        this.#settings = { ...this.#settings, maxAge: change.to };
    }
    if (change.kind === 'target') this.#seats.clientGone(false);
    this.#life = this.#live(wanted);
  }

  async #succeed(meanwhile = async (): Promise<void> => {}): Promise<void> {
    const wanted = await this.#retire('retire');
    this.#seats.clientGone(false);
    await meanwhile();
    this.#life = this.#live(wanted);
  }

  /** Ends the present client; what it hands over is kept for the next of its target. */
  async #retire(kind: 'close' | 'retire', meanwhile = 0): Promise<Wanted> {
    const life = this.#life;
    const wanted = [...this.#seats.wanted];
    this.#seats.clientGoes();
    life.closing = kind;
    const { client } = life;
    const closing = kind === 'retire' ? client.retire() : client.close().then(() => undefined);
    let legacy: Legacy | undefined;
    let done = false;
    void closing.then((result) => {
      legacy = result;
      done = true;
    });
    if (meanwhile > 0) {
      const post = this.#post(streamAt(0), messageOf(this.ledger.posts.length, 'good'), 'off', false);
      client.offer(post.stream, post.message, { ended: (error) => this.ledger.ended(post, error) }, {});
      post.returned = true;
    }
    await this.clock.settled();
    for (let waited = 0; !done && waited <= CLOSE_TIME; waited += 100) await this.clock.advance(100);
    if (!done) {
      this.ledger.fail('quiet', `not closed after ${CLOSE_TIME} ms`);
      throw this.ledger.violation ?? new Violation('quiet', '');
    }
    // What comes after it is not of the same millisecond.
    await this.clock.advance(1);
    life.checkGone();
    const handed = legacy === undefined ? undefined : this.#handedOver(life, legacy);
    for (const post of life.unended()) {
      if (handed?.unsent.includes(post) || handed?.kept.includes(post) || post.inList) continue;
      this.ledger.fail('silent', `${nameOf(post)} neither ended nor was handed over`);
    }
    this.#seats.clientGone(legacy !== undefined);
    if (handed === undefined) return wanted;
    const left = this.#left.get(life.target) ?? [];
    left.push(handed);
    this.#left.set(life.target, left);
    return wanted;
  }

  #handedOver(life: Life, legacy: Legacy): Inheritance {
    const onDisk = life.postsOnDisk();
    const unsent = legacy.unsent.map(({ text }) => this.ledger.post(JSON.parse(text)));
    const kept: Post[] = [];
    for (const key of legacy.kept.keys()) {
      const post = onDisk.get(key);
      if (post !== undefined) kept.push(post);
      else this.ledger.fail('kept', `a message was handed over as on disk under ${key}, and is not there`);
    }
    return { legacy, unsent, kept };
  }

  #crash(power: number | undefined): void {
    const wanted = [...this.#seats.wanted];
    this.#life.kill();
    this.#seats.clientGone(false);
    if (power !== undefined) for (const folder of this.#folders.values()) folder.powerCut(power);
    this.#left.clear();
    for (const post of this.ledger.posts) {
      // Nobody is left to be told; only what was on disk lives on.
      post.orphan ||= post.end === undefined;
      if (post.end === undefined && !this.#folder(post.target).text.includes(JSON.stringify(post.message))) {
        post.excused = true;
      }
    }
    this.#life = this.#live(wanted);
  }

  #live(wanted: Wanted): Life {
    const { target } = this.#settings;
    const place = targetOf(target);
    const folder = this.#folder(place);
    this.#lives += 1;
    const around = {
      clock: this.clock,
      network: this.#network,
      ledger: this.ledger,
      folder,
      seats: this.#seats,
      number: this.#lives,
      random: () => this.#random.next(),
    };
    const life = new Life(this.#settings, around);
    this.#life = life;
    this.#aged ||= this.#settings.maxAge > 0;
    life.httpTroubled = this.#isTroubled(target);
    life.socketTroubled = life.httpTroubled || this.#isImpeded;
    this.#impede();
    life.diskTroubled = folder.trouble !== 'none' || folder instanceof RealFolder;
    for (const inheritance of this.#left.get(place) ?? []) life.adopt(inheritance);
    this.#left.delete(place);
    this.#seats.clientCome();
    this.#seats.return(life.client, wanted, true);
    return life;
  }

  #troubled(...what: readonly ('http' | 'socket')[]): void {
    if (what.includes('http')) this.#life.httpTroubled = true;
    if (what.includes('socket')) this.#life.socketTroubled = true;
  }

  get #isImpeded(): boolean {
    const { target, secret } = this.#settings;
    const { manner, secrets } = this.#sea(target.host);
    return this.#network.weather !== 'fine' || manner !== 'open' || secrets.get(target.clientId) !== secret;
  }

  #impede(): void {
    this.#seats.impede(this.#isImpeded);
  }

  #isTroubled({ host, clientId }: Target): boolean {
    const sea = this.#sea(host);
    if (this.#network.weather !== 'fine' || sea.strikes.length > 0 || sea.always !== undefined) return true;
    return sea.manner === 'denied' || sea.secrets.get(clientId) !== this.#settings.secret;
  }

  #mend(): void {
    this.#network.weather = 'fine';
    this.#network.latency = 0;
    for (const sea of this.#seas.values()) {
      sea.strikes.length = 0;
      sea.always = undefined;
      sea.manner = 'open';
      sea.refused.clear();
      sea.bodyLimit = Number.POSITIVE_INFINITY;
      sea.answerSubscribes();
    }
    for (const folder of this.#folders.values()) folder.trouble = 'none';
    this.#impede();
  }

  /** Until nothing waits any more. */
  async #emptied(): Promise<void> {
    for (let minutes = 0; minutes < 70; minutes += 1) {
      await this.clock.advance(minutes === 0 ? 15_000 : 60_000);
      this.#life.check();
      if (this.ledger.violation !== undefined) throw this.ledger.violation;
      if (this.#life.client.queued === 0) return;
    }
    this.ledger.fail(
      'alive',
      `${this.#life.client.queued} still wait, an hour after everything was well again`,
    );
    throw this.ledger.violation ?? new Violation('alive', '');
  }

  #define(host: string, stream: string, x: 'integer' | 'float' | 'string' | undefined): void {
    const sea = this.#sea(host);
    const version = (sea.schemas.get(stream)?.version ?? 0) + 1;
    if (x !== undefined) sea.schemas.set(stream, { version, x });
    for (const clientId of CLIENTS)
      this.ledger.schemaChanged(targetOf({ host, clientId }), stream, x, this.clock.passed);
  }

  /** As servers do, so that nobody takes a quiet connection for dead. */
  #ping(): void {
    this.clock.setTimeout(() => {
      for (const sea of this.#seas.values()) sea.ping();
      this.#ping();
    }, 30_000);
  }

  #sea(host: string): Sea {
    const sea = this.#seas.get(host);
    if (sea === undefined) throw new RangeError(`no server ${host}`);
    return sea;
  }

  #folder(place: string): Folder {
    const folder = this.#folders.get(place);
    if (folder === undefined) throw new RangeError(`no folder for ${place}`);
    return folder;
  }

  #secretFor({ host, clientId }: Target): string {
    return this.#sea(host).secrets.get(clientId) ?? '';
  }
}
