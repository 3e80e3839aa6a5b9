/** Closing in every state, with the network stuck wherever it can be: always within 2 s, and nothing is left. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ClosedError } from '../../src/errors';
import type { Direction, Fault } from '../support/network/fault-proxy';
import { Rig } from './rig';
import { optionsFor, type StepName, strikeOnce } from './steps';

const BOUND = 2_000;

const DIRECTIONS: readonly Direction[] = ['up', 'down'];

const STUCK: readonly Fault[] = [{ type: 'stall' }, { type: 'swallow' }];

const FAULTS: readonly Fault[] = [
  ...STUCK,
  { type: 'cut' },
  { type: 'end' },
  { type: 'delay', ms: 3 },
  { type: 'throttle', bytesPerMs: 1 },
  { type: 'corrupt', at: 'first' },
];

const STEPS: readonly StepName[] = ['TLS', 'upgrade', 'authenticate', 'subscribe', 'deliver', 'publish'];

describe('close', () => {
  for (const step of STEPS) {
    for (const direction of DIRECTIONS) {
      for (const fault of STUCK) {
        it(`ends within 2 s with a ${fault.type} ${direction} at ${step}, and leaves nothing`, async () => {
          const rig = await Rig.start(optionsFor(step, direction));
          strikeOnce(rig.proxy, step, direction, fault);
          rig.subscribe();
          if (step === 'deliver' || step === 'publish') {
            await rig.until(() => rig.subscribed === 1, 'the subscription');
            if (step === 'deliver') await rig.deliver(1);
            else rig.publish(1);
          }
          await rig.until(() => rig.proxy.struck > 0, 'the fault to strike');
          const took = await rig.close();
          assert.ok(took <= BOUND, `${took} ms`);
          if (step === 'publish') assert.ok(rig.settled.get(1) instanceof ClosedError);
          assert.deepEqual(rig.settledAgain, []);
        });
      }
    }
  }

  for (const direction of DIRECTIONS) {
    for (const fault of FAULTS) {
      it(`ends within 2 s when its own frame meets a ${fault.type} ${direction}, and leaves nothing`, async () => {
        const rig = await Rig.start();
        strikeOnce(rig.proxy, 'close', direction, fault);
        rig.subscribe();
        await rig.until(() => rig.subscribed === 1, 'the subscription');
        const took = await rig.close();
        assert.ok(took <= BOUND, `${took} ms`);
        // Upwards it may be that nothing comes down any more.
        if (direction === 'up') assert.ok(rig.proxy.struck > 0);
      });
    }
  }

  describe('leaves nothing', () => {
    it('when nothing was ever opened', async () => {
      const rig = await Rig.start();
      assert.equal(await rig.close(), 0);
    });

    it('while it waits for another try, with messages that wait too: they fail, each once', async () => {
      const rig = await Rig.start();
      await rig.proxy.setDoor('refuse');
      rig.subscribe();
      for (const n of [1, 2, 3]) rig.publish(n);
      await rig.notices('connection', false);
      assert.equal(await rig.close(), 0);
      assert.deepEqual([...rig.settled.keys()], [1, 2, 3]);
      for (const end of rig.settled.values()) assert.ok(end instanceof ClosedError);
      assert.deepEqual(rig.settledAgain, []);
    });

    it('while its credentials are refused', async () => {
      const rig = await Rig.start({
        client: { credentials: { type: 'basic', clientId: 'gauge', clientSecret: 'wrong' } },
      });
      rig.subscribe();
      await rig.until(() => rig.client.state.name === 'refused', 'the refusal');
      assert.equal(await rig.close(), 0);
    });

    it('after it was disconnected by hand, and while it reconnects', async () => {
      const rig = await Rig.start();
      rig.subscribe();
      await rig.until(() => rig.subscribed === 1, 'the subscription');
      rig.client.disconnect();
      rig.client.connect();
      assert.ok((await rig.close()) <= BOUND);
    });

    it('when it is asked to close twice, the second time while it does', async () => {
      const rig = await Rig.start();
      rig.subscribe();
      await rig.until(() => rig.subscribed === 1, 'the subscription');
      await Promise.all([rig.close(), rig.client.close()]);
      await rig.client.close();
    });
  });
});
