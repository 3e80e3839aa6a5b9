/**
 * Session and subscriptions together, against a server that is a model: what is said in either direction waits in a
 * queue until its turn comes, so that any order of what happens on two connections can come about.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_RETRY_POLICY } from '../../src/client/common/backoff';
import type { ConnectionEvents } from '../../src/client/connection/connection';
import type { ServerSubscription } from '../../src/client/connection/server-subscriptions';
import { Session } from '../../src/client/connection/session';
import type { Delivery } from '../../src/client/receive/delivery';
import type { Subscription } from '../../src/client/receive/subscription';
import { Subscriptions } from '../../src/client/receive/subscriptions';
import { NetworkError } from '../../src/errors';
import { FakeClock, settled } from '../support/clock';

/** A member of a group, on one connection. */
interface Member {
  readonly link: ModelLink;
  deliver(message: number): void;
}

interface Group {
  readonly stream: string;
  /** Not a group of one. */
  readonly isShared: boolean;
  members: Member[];
  turn: number;
}

/** The groups of all streams; a message goes to one of each, in turn. */
class ModelSea {
  readonly #groups = new Map<string, Group>();

  groupsOf(stream: string): Group[] {
    return [...this.#groups.values()].filter((group) => group.stream === stream);
  }

  join(stream: string, groupId: string | undefined, member: Member): void {
    const key = `${stream} ${groupId}`;
    const group = this.#groups.get(key) ?? { stream, isShared: groupId?.[14] !== '4', members: [], turn: 0 };
    this.#groups.set(key, group);
    group.members.push(member);
  }

  leave(link: ModelLink): void {
    for (const [key, group] of this.#groups) {
      group.members = group.members.filter((member) => member.link !== link);
      if (group.members.length === 0) this.#groups.delete(key);
    }
  }

  publish(stream: string, message: number): void {
    for (const group of this.groupsOf(stream)) {
      group.turn += 1;
      group.members[group.turn % group.members.length]?.deliver(message);
    }
  }
}

/** A connection whose two directions move when the test says so. */
class ModelLink {
  readonly up: (() => void)[] = [];
  readonly down: (() => void)[] = [];
  gone = false;
  #closing = false;
  #ids = 1;
  readonly #closed: Promise<void>;
  #resolve: () => void = () => {};

  constructor(
    readonly sea: ModelSea,
    readonly events: ConnectionEvents,
  ) {
    this.#closed = new Promise((resolve) => (this.#resolve = resolve));
    this.up.push(() => {
      this.down.push(() => !this.#closing && events.opened());
      this.down.push(() => !this.#closing && events.authenticated('works'));
    });
  }

  subscribe(subscription: ServerSubscription, groupId?: string): number {
    this.#ids += 1;
    const id = this.#ids;
    const { stream } = subscription;
    this.up.push(() => {
      const deliver = (message: number): void => void this.down.push(() => subscription.delivered(message));
      this.sea.join(stream, groupId, { link: this, deliver });
      this.down.push(() => subscription.answered(this));
    });
    return id;
  }

  close(): Promise<void> {
    return this.drain();
  }

  drain(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.up.push(() => {
        this.sea.leave(this);
        this.down.push(() => this.#end());
      });
    }
    return this.#closed;
  }

  /** The network takes it, with all that was on the way. */
  cut(): void {
    if (this.gone) return;
    const wanted = !this.#closing;
    this.#closing = true;
    this.sea.leave(this);
    this.#end();
    if (wanted) this.events.ended(new NetworkError('cut'));
  }

  #end(): void {
    this.gone = true;
    this.up.length = 0;
    this.down.length = 0;
    this.#resolve();
  }
}

const STREAMS: Readonly<Record<string, Delivery>> = {
  every: { type: 'every' },
  shared: { type: 'shared' },
  group: { type: 'group', group: 'alarms' },
};
const COMING_AND_GOING = ['a', 'b'];

class World {
  readonly clock = new FakeClock();
  readonly sea = new ModelSea();
  readonly links: ModelLink[] = [];
  readonly received = new Map<string, number[]>();
  readonly #visitors = new Map<string, Subscription>();
  readonly session: Session<ModelLink>;
  readonly subscriptions: Subscriptions;
  published = 0;

  constructor() {
    const { clock } = this;
    const random = (): number => 0.5;
    this.subscriptions = new Subscriptions({
      clock,
      random,
      grace: 100,
      answerTimeout: 15_000,
      problem: assert.fail,
      fitToTell: (words) => words,
      release: () => {},
      exchange: (insist) => this.session.exchange(insist),
      joined: (why) => this.session.joined(why),
    });
    this.session = new Session<ModelLink>({
      policy: DEFAULT_RETRY_POLICY,
      clock,
      random,
      passengers: this.subscriptions,
      open: (events) => {
        assert.ok(this.links.filter(({ gone }) => !gone).length < 2);
        const link = new ModelLink(this.sea, events);
        this.links.push(link);
        return link;
      },
      changed: () => {},
      problem: () => {},
      refused: () => {},
    });
  }

  listen(stream: string, delivery: Delivery): Subscription {
    const received = this.receivedBy(stream, delivery);
    return this.subscriptions.subscribe(stream, delivery, {
      message: (message) => received.push(message as number),
      error: assert.fail,
    });
  }

  /** One who shares may be given what one who gets every message has got. */
  receivedBy(stream: string, { type } = STREAMS[stream] as Delivery): number[] {
    const key = `${type} ${stream}`;
    const received = this.received.get(key) ?? [];
    this.received.set(key, received);
    return received;
  }

  /** Somebody comes to a stream, or goes from it. */
  visit(stream: string, delivery: Delivery): void {
    const visitor = this.#visitors.get(stream);
    visitor?.unsubscribe();
    if (visitor === undefined) this.#visitors.set(stream, this.listen(stream, delivery));
    else this.#visitors.delete(stream);
  }

  /** Whether somebody shares a stream. */
  isShared(stream: string): boolean {
    const delivery = this.#visitors.get(stream)?.delivery ?? STREAMS[stream];
    return delivery !== undefined && delivery.type !== 'every';
  }

  publish(): void {
    for (const stream of [...Object.keys(STREAMS), ...COMING_AND_GOING])
      this.sea.publish(stream, this.published);
    this.published += 1;
  }

  /** All that is on its way arrives, and what follows from it. */
  async settle(): Promise<void> {
    for (let quiet = false; !quiet; await settled()) {
      quiet = true;
      for (const { up, down } of this.links) {
        const move = up.shift() ?? down.shift();
        if (move === undefined) continue;
        quiet = false;
        move();
      }
    }
  }
}

type Step = (world: World) => void | Promise<void>;

/** Some of what is on its way on a link arrives. */
const flow =
  (direction: 'up' | 'down') =>
  ([back, count]: [number, number]): Step =>
  ({ links }) => {
    const link = links.filter(({ gone }) => !gone).at(-1 - back);
    for (let n = 0; n < count; n += 1) link?.[direction].shift()?.();
  };

const onLink = (act: (link: ModelLink) => void): fc.Arbitrary<Step> =>
  fc.nat(1).map((back) => ({ links }) => {
    const link = links.filter(({ gone }) => !gone).at(-1 - back);
    if (link !== undefined) act(link);
  });

const visit = fc.tuple(fc.constantFrom(...COMING_AND_GOING), fc.constantFrom(...Object.values(STREAMS))).map(
  ([stream, delivery]): Step =>
    (world) =>
      world.visit(stream, delivery),
);

const STEPS: fc.WeightedArbitrary<Step>[] = [
  { weight: 8, arbitrary: fc.constant<Step>((world) => world.publish()) },
  { weight: 8, arbitrary: fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 5 })).map(flow('up')) },
  { weight: 8, arbitrary: fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 5 })).map(flow('down')) },
  { weight: 3, arbitrary: visit },
  {
    weight: 2,
    arbitrary: fc.boolean().map(
      (insist): Step =>
        ({ session }) =>
          session.exchange(insist),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.nat(120).map(
      (ms): Step =>
        ({ clock }) =>
          clock.advance(ms),
    ),
  },
];

describe('client/session with subscriptions', () => {
  async function run(steps: readonly Step[]): Promise<World> {
    const world = new World();
    world.session.connect();
    for (const [stream, delivery] of Object.entries(STREAMS)) world.listen(stream, delivery);
    await world.settle();
    for (const step of steps) {
      await step(world);
      await settled();
    }
    return world;
  }

  const asserted = (
    steps: fc.WeightedArbitrary<Step>[],
    check: (world: World) => Promise<void>,
  ): Promise<void> =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(...steps), { minLength: 50, maxLength: 150 }), async (list) =>
        check(await run(list)),
      ),
      { numRuns: 200 },
    );

  const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

  it('exchange connections without losing or doubling a message, whatever overtakes what', () =>
    asserted(STEPS, async (world) => {
      await world.settle();
      const all = Array.from({ length: world.published }, (_, n) => n);
      for (const stream of Object.keys(STREAMS))
        assert.deepEqual(sorted(world.receivedBy(stream)), all, stream);
      for (const received of world.received.values()) assert.equal(new Set(received).size, received.length);
    }));

  it('come to be subscribed to all that is wanted once, and to nothing else, when the network fails meanwhile', () =>
    asserted([...STEPS, { weight: 1, arbitrary: onLink((link) => link.cut()) }], async (world) => {
      for (const received of world.received.values()) assert.equal(new Set(received).size, received.length);
      for (let time = 0; time < 5; time += 1) {
        await world.settle();
        await world.clock.advance(60_000);
      }
      await world.settle();
      assert.equal(world.session.state.name, 'ready');
      assert.ok(world.subscriptions.answered);
      for (const stream of Object.keys(STREAMS)) {
        assert.deepEqual(
          world.sea.groupsOf(stream).map(({ members }) => members.length),
          [1],
        );
        const before = world.receivedBy(stream).length;
        world.publish();
        await world.settle();
        assert.equal(world.receivedBy(stream).length, before + 1);
      }
      for (const stream of COMING_AND_GOING) {
        const shares = world.sea.groupsOf(stream).filter(({ isShared }) => isShared);
        assert.deepEqual(
          shares.map(({ members }) => members.length),
          world.isShared(stream) ? [1] : [],
        );
      }
      void world.session.close();
      world.subscriptions.close();
      await world.settle();
      assert.ok(world.links.every(({ gone }) => gone));
      assert.equal(world.clock.pending, 0);
    }));
});
