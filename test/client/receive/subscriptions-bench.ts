/** Subscriptions without a client: a test is the server at the other end of each connection, and holds the clock. */
import type { Delivery } from '../../../src/client/receive/delivery';
import type { Subscription } from '../../../src/client/receive/subscription';
import { Subscriptions } from '../../../src/client/receive/subscriptions';
import type { Undelivered } from '../../../src/client/receive/unclaimed';
import { FakeClock } from '../../support/clock';
import { type Ear, FakeWire } from '../../support/sea/fake-wire';

export const EVERY: Delivery = { type: 'every' };
export const SHARED: Delivery = { type: 'shared' };
export const PLACE = { stream: 's', delivery: SHARED };

export class Bench {
  readonly clock = new FakeClock();
  readonly problems: string[] = [];
  /** Of the exchanges that were asked for: whether they are insisted on. */
  readonly asked: boolean[] = [];
  readonly stalled: string[] = [];
  prepared = 0;
  answered = 0;
  ended = 0;
  /** The one that came last. */
  wire = new FakeWire();
  subscriptions = this.make();

  /** Of another client; what it says is told here, too. */
  make(undelivered: Undelivered = new Map()): Subscriptions {
    const made = new Subscriptions({
      clock: this.clock,
      random: () => 0.5,
      grace: 1_000,
      answerTimeout: 15_000,
      problem: ({ message }) => this.problems.push(message),
      fitToTell: (words) => words,
      release: () => {
        this.ended += 1;
      },
      answered: () => {
        this.answered += 1;
      },
      exchange: (insist) => this.asked.push(insist),
      joined: (why) => {
        if (why === undefined) this.prepared += 1;
        else this.stalled.push(why.message);
      },
    });
    made.bequests.adopt(undelivered);
    return made;
  }

  listen(ear: Ear, delivery = EVERY, stream = 's'): Subscription {
    return this.subscriptions.subscribe(stream, delivery, ear);
  }

  attach(): FakeWire {
    this.wire = new FakeWire();
    this.subscriptions.attach(this.wire);
    return this.wire;
  }

  /** There is to be another connection. */
  prepare(): FakeWire {
    this.wire = new FakeWire();
    this.subscriptions.prepare(this.wire);
    return this.wire;
  }
}
