/** Every fault at every step, in both directions: what the client makes of it, and what becomes of the messages. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ReplyError } from '../../src/errors';
import type { Direction, Door, Fault } from '../support/network/fault-proxy';
import { DEADLINE, LONGEST_BACKOFF, Rig } from './rig';
import { optionsFor, type StepName, strikeOnce } from './steps';

interface Case {
  readonly name: string;
  readonly fault: Fault;
  /** Nothing tells of it but that nothing comes. */
  readonly silent?: boolean;
  /** The connection lives on: slow, not broken. */
  readonly harmless?: boolean;
  /** The only ones, if there are such. */
  readonly steps?: readonly StepName[];
}

const FAULTS: readonly Case[] = [
  { name: 'a reset', fault: { type: 'cut' } },
  { name: 'an early end', fault: { type: 'end' } },
  { name: 'a stall', fault: { type: 'stall' }, silent: true },
  { name: 'bytes that vanish', fault: { type: 'swallow' }, silent: true },
  { name: 'a delay', fault: { type: 'delay', ms: 3 }, harmless: true },
  { name: 'a trickle', fault: { type: 'throttle', bytesPerMs: 40 }, harmless: true },
  { name: 'a first byte flipped', fault: { type: 'corrupt', at: 'first' } },
  // Where it tells at once; of an upgrade's head, the receiver would wait for more.
  {
    name: 'a last byte flipped',
    fault: { type: 'corrupt', at: 'last' },
    steps: ['TLS', 'authenticate', 'subscribe', 'deliver', 'publish'],
  },
];

const STEPS: readonly StepName[] = ['TLS', 'upgrade', 'authenticate', 'subscribe', 'deliver', 'publish'];

const DOORS: readonly Exclude<Door, 'open'>[] = ['refuse', 'cut', 'end', 'hang'];

const DIRECTIONS: readonly Direction[] = ['up', 'down'];

type Outcome = 'broken' | 'unharmed' | 'refused';

const SENTENCES: Record<Outcome, string> = {
  broken: 'is overcome in one backoff step',
  unharmed: 'does no harm',
  refused: 'fails that message, with words',
};

describe('a bad network', () => {
  for (const door of DOORS) {
    it(`that answers the first connection with ${door} is waited for: nothing is lost`, async () => {
      const rig = await Rig.start();
      await rig.proxy.setDoor(door);
      rig.subscribe();
      rig.publish(1);
      await outlast(rig, { what: 'connection', door, silent: door === 'hang' });
      await goOn(rig, door === 'hang');
      assert.deepEqual(await rig.reached(), [1, 2, 3, 4]);
    });
  }

  for (const step of STEPS) {
    for (const direction of DIRECTIONS) {
      for (const each of FAULTS) {
        if (each.steps?.includes(step) === false) continue;
        const outcome = outcomeOf(step, direction, each);
        it(`with ${each.name} ${direction} at ${step} ${SENTENCES[outcome]}`, async () => {
          const rig = await Rig.start(optionsFor(step, direction));
          strikeOnce(rig.proxy, step, direction, each.fault);
          rig.subscribe();
          if (step === 'deliver' || step === 'publish') {
            await rig.until(() => rig.subscribed === 1, 'the subscription');
            if (step === 'deliver') await rig.deliver(1);
          }
          if (step === 'publish') rig.publish(1);
          await rig.until(() => rig.proxy.struck > 0, 'the fault to strike');
          if (step !== 'publish') {
            rig.publish(1);
            await rig.until(() => rig.settled.has(1), 'a request beside it');
          }
          if (outcome === 'broken') {
            const what = step === 'publish' ? 'request' : 'connection';
            await outlast(rig, { what, door: 'refuse', silent: each.silent === true });
          } else {
            for (const n of [2, 3, 4]) rig.publish(n);
          }
          await goOn(rig);

          const reached = await rig.reached();
          if (outcome === 'unharmed') {
            assert.deepEqual(rig.problems, []);
            assert.equal(rig.subscribed, 1);
            if (step === 'deliver') assert.deepEqual(rig.received, [1, 2, 3]);
          }
          if (outcome === 'refused') {
            const error = rig.settled.get(1);
            assert.ok(error instanceof ReplyError && error.status === 400, String(error));
            assert.deepEqual(reached, [2, 3, 4]);
          } else {
            assert.deepEqual([...rig.settled.values()], Array(4).fill('published'));
            if (mayDouble(step, direction, each)) assert.deepEqual([...new Set(reached)], [1, 2, 3, 4]);
            else assert.deepEqual(reached, [1, 2, 3, 4]);
          }
        });
      }
    }
  }
});

interface Outage {
  /** What is broken. */
  readonly what: 'connection' | 'request';
  /** What new connections meet. */
  readonly door: Door;
  readonly silent: boolean;
}

/** The network is away, for two tries in vain; messages come all the same. Then it is back. */
async function outlast(rig: Rig, { what, door, silent }: Outage): Promise<void> {
  // Not before the client has noticed: of two things that hang, each out of step with the other, one always would.
  await rig.notices(what, silent);
  await rig.proxy.setDoor(door);
  for (const n of [2, 3]) {
    rig.publish(n);
    await rig.tries();
    await rig.notices(what, door === 'hang');
  }
  await rig.proxy.resume();
  rig.publish(4);
}

/**
 * All is well, after one backoff step at the most, and a deadline before it if something hangs; deliveries come, each
 * once; a close leaves nothing behind.
 */
async function goOn(rig: Rig, hangs = false): Promise<void> {
  const goal = (): boolean =>
    rig.client.state.name === 'ready' && rig.subscribed > 0 && rig.settled.size === 4;
  const took = await rig.recovers(goal, hangs);
  assert.ok(took <= LONGEST_BACKOFF + (hangs ? DEADLINE : 0), `recovered after ${took} ms`);
  await rig.deliver(2);
  await rig.deliver(3);
  await rig.until(() => rig.received.includes(3), 'the deliveries');
  // The first may have been on its way when the connection broke.
  assert.deepEqual(
    rig.received.filter((n) => n !== 1),
    [2, 3],
  );
  assert.ok(rig.received.indexOf(1) <= 0 && rig.received.length <= 3);
  assert.deepEqual(rig.settledAgain, []);
  assert.ok((await rig.close()) <= 2_000);
}

function outcomeOf(step: StepName, direction: Direction, { fault, harmless }: Case): Outcome {
  if (harmless) return 'unharmed';
  if (fault.type === 'corrupt' && fault.at === 'last') {
    // What stands in the answer to a publish is ignored; a pong ends in a byte of its mask, of nothing.
    if (step === 'publish' && direction === 'down') return 'unharmed';
    if (step === 'deliver' && direction === 'up') return 'unharmed';
  }
  // The server cannot read the request, and says so.
  return step === 'publish' && direction === 'up' && fault.type === 'corrupt' ? 'refused' : 'broken';
}

/** When the answer to a publish is lost, or the request itself comes late, nobody can tell whether the server has it. */
function mayDouble(step: StepName, direction: Direction, { fault, harmless }: Case): boolean {
  return step === 'publish' && !harmless && (direction === 'down' || fault.type === 'stall');
}
