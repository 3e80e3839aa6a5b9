/** Who is subscribed, and what each must have been told by now. A seat outlives its listener, as a node outlives a deploy. */
import type { Client } from '../../src/client/client';
import type { Delivery } from '../../src/client/receive/delivery';
import type { Subscription } from '../../src/client/receive/subscription';
import { groupIdOf } from '../../src/protocol/groups';
import type { TortureClock } from './clock';
import type { Ledger } from './ledger';
import type { Life } from './life';
import type { Member, Message, Sea } from './sea';

export const DELIVERIES: readonly Delivery[] = [
  { type: 'every' },
  { type: 'shared' },
  { type: 'group', group: 'one' },
  { type: 'group', group: 'two' },
];

/** How long a client keeps a place for a successor. */
const GRACE = 1_000;

/** What listeners want, in their order. */
export type Wanted = readonly { readonly stream: string; readonly delivery: Delivery }[];

interface Seat {
  readonly stream: string;
  readonly delivery: Delivery;
  readonly key: string;
  subscription: Subscription | undefined;
  /** It was there when its client started. */
  first: boolean;
  /** On the clock's hands; of a seat whose listener has gone. */
  freeUntil: number | undefined;
  /** The last word: that it is ready, or an error. */
  told: 'ready' | 'error' | undefined;
  /** It was ready once: what comes is its own, and not that of one who was here before. */
  live: boolean;
  /** It was answered, and nothing has happened since that could interrupt it. */
  covered: boolean;
  /** How often each message came for it, and how often it was told. */
  readonly expected: Map<number, number>;
  readonly got: Map<number, number>;
}

export class Seats {
  readonly #clock: TortureClock;
  readonly #ledger: Ledger;
  readonly #sea: (host: string) => Sea;
  #seats: Seat[] = [];
  /** Until then nobody can know what the other side has heard of. */
  #uncertainUntil = 0;
  #impeded = false;

  constructor(clock: TortureClock, ledger: Ledger, sea: (host: string) => Sea) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#sea = sea;
  }

  get count(): number {
    return this.#seats.filter(({ subscription }) => subscription !== undefined).length;
  }

  /** A new listener; it takes the first place that is free. */
  join(client: Client, stream: string, delivery: Delivery, first = false): void {
    this.#expire();
    const key = keyOf(stream, groupOf(delivery));
    const free = this.#seats.find((seat) => seat.key === key && seat.freeUntil !== undefined);
    const seat: Seat = free ?? {
      stream,
      delivery,
      key,
      subscription: undefined,
      first: false,
      freeUntil: undefined,
      told: undefined,
      live: false,
      covered: false,
      expected: new Map(),
      got: new Map(),
    };
    if (free === undefined) this.#seats.push(seat);
    this.#sit(client, seat);
    seat.first = first;
  }

  /** Those that were there from the start. */
  get areAnswered(): boolean {
    return this.#seats.every(
      ({ first, subscription, told }) => !first || !subscription || told !== undefined,
    );
  }

  leave(index: number): void {
    const taken = this.#seats.filter(({ subscription }) => subscription !== undefined);
    const seat = taken[index % Math.max(1, taken.length)];
    if (seat !== undefined) this.#stand(seat);
  }

  /** All of them leave, in order; {@link return} brings them back. */
  leaveAll(): void {
    for (const seat of this.#seats) if (seat.subscription !== undefined) this.#stand(seat);
  }

  /** As the nodes that a deploy makes anew. */
  return(client: Client, wanted: Wanted, first = false): void {
    for (const { stream, delivery } of wanted) this.join(client, stream, delivery, first);
  }

  get wanted(): Wanted {
    return this.#seats.filter(({ subscription }) => subscription !== undefined);
  }

  /** The client is going: no place is given up any more, and those of who is there come first. */
  clientGoes(): void {
    this.#expire();
    const free = this.#seats.filter(({ freeUntil }) => freeUntil !== undefined);
    this.#seats = [...this.#seats.filter(({ freeUntil }) => freeUntil === undefined), ...free];
    for (const seat of free) seat.freeUntil = Number.POSITIVE_INFINITY;
  }

  /** The client has gone, and what nobody was told is handed over, or lost with it. */
  clientGone(handedOver: boolean): void {
    for (const seat of this.#seats) {
      seat.subscription = undefined;
      seat.told = undefined;
      seat.covered = false;
      seat.live = false;
      seat.freeUntil = handedOver ? Number.POSITIVE_INFINITY : undefined;
    }
    if (!handedOver) this.#seats = [];
  }

  /** The successor is there, and keeps what it was handed for so long. */
  clientCome(): void {
    for (const seat of this.#seats)
      if (seat.freeUntil !== undefined) seat.freeUntil = this.#clock.passed + GRACE;
  }

  /** New connections fail: what is given up for another one may be without any. */
  impede(impeded: boolean): void {
    if (this.#impeded && !impeded) for (const seat of this.#seats) seat.covered = false;
    this.#impeded = impeded;
  }

  uncertain(ms: number): void {
    for (const seat of this.#seats) seat.covered = false;
    this.#uncertainUntil = Math.max(this.#uncertainUntil, this.#clock.passed + ms);
  }

  /** The server refuses a subscription, of which a seat that nobody has can tell nobody. */
  refused(stream: string, group: string): void {
    const key = keyOf(stream, kindOf(group));
    for (const seat of this.#seats)
      if (seat.key === key && seat.subscription === undefined) seat.covered = false;
  }

  /** A delivery has reached the client. */
  arrived(life: Life, member: Member, { n }: Message): void {
    if (life.dead) return;
    this.#expire();
    const key = keyOf(member.stream, kindOf(member.group));
    for (const seat of this.#seats) if (seat.key === key && seat.live) count(seat.expected, n);
  }

  /** What must hold whenever nothing is under way. */
  check(life: Life): void {
    this.#expire();
    for (const { subscription, expected, got, key, told } of this.#seats) {
      if (subscription === undefined) continue;
      for (const [n, times] of expected) {
        if ((got.get(n) ?? 0) < times)
          this.#ledger.fail('lost', `message ${n} came for ${key}, and its listener was not told`);
      }
      const { status } = subscription;
      const wrong = (status === 'active' && told !== 'ready') || (status === 'failed' && told !== 'error');
      if (wrong) this.#ledger.fail('status', `${key} is ${status}, and its listener was told ${told}`);
    }
    this.checkCovered(life);
  }

  /** What is subscribed is delivered to, at any moment. */
  checkCovered(life: Life): void {
    const { target } = life.settings;
    if (life.closing !== undefined || this.#clock.passed < this.#uncertainUntil) return;
    this.#expire();
    const members = this.#sea(target.host).membersOf(life);
    const there = new Set(members.map(({ stream, group }) => keyOf(stream, kindOf(group))));
    for (const { subscription, covered, key } of this.#seats) {
      if (there.has(key)) continue;
      if (covered && !this.#impeded)
        this.#ledger.fail('lost', `${key} was subscribed, and the server delivers to it no more`);
      if (subscription?.status === 'active')
        this.#ledger.fail('status', `${key} is active, and is not at the server`);
    }
  }

  #sit(client: Client, seat: Seat): void {
    seat.freeUntil = undefined;
    seat.told = undefined;
    seat.subscription = client.subscribe(seat.stream, seat.delivery, {
      message: (message) => {
        const { n } = message as Message;
        this.#ledger.trace(`a listener of ${seat.key} is told message ${n}`);
        count(seat.got, n);
        // What the server took twice it gives twice.
        if ((seat.got.get(n) ?? 0) > this.#ledger.timesGiven(n)) {
          this.#ledger.fail('doubled', `a listener of ${seat.key} was told message ${n} twice`);
        }
      },
      ready: () => {
        seat.told = 'ready';
        seat.live = true;
        seat.covered = this.#clock.passed >= this.#uncertainUntil;
      },
      error: () => {
        seat.told = 'error';
        seat.covered = false;
      },
    });
  }

  #stand(seat: Seat): void {
    seat.subscription?.unsubscribe();
    seat.subscription = undefined;
    seat.freeUntil = this.#clock.passed + GRACE;
  }

  #expire(): void {
    const { passed } = this.#clock;
    this.#seats = this.#seats.filter(({ freeUntil }) => freeUntil === undefined || passed < freeUntil);
  }
}

function count(numbers: Map<number, number>, n: number): void {
  numbers.set(n, (numbers.get(n) ?? 0) + 1);
}

function keyOf(stream: string, group: string): string {
  return `${stream} ${group}`;
}

function groupOf(delivery: Delivery): string {
  return delivery.type === 'group' ? groupIdOf(delivery.group) : delivery.type;
}

const NAMED = new Set(DELIVERIES.filter(({ type }) => type === 'group').map(groupOf));

/** A group that is neither the client's own nor a named one was drawn for *every message*. */
function kindOf(group: string): string {
  if (group.startsWith('default ')) return 'shared';
  return NAMED.has(group) ? group : 'every';
}
