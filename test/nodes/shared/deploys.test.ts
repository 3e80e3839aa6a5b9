import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { NodeAPI } from 'node-red';
import { Deploys, type Started } from '../../../nodes/shared/deploys';

describe('deploys', () => {
  const config = {
    flows: [
      { id: 'a', type: 'status' },
      { id: 'b', type: 'inject' },
    ],
  };
  const diff = (ids: Partial<Record<'added' | 'changed' | 'linked' | 'rewired', string[]>> = {}) => {
    return { added: [], changed: [], linked: [], rewired: [], ...ids };
  };

  it('tell whether the flows run, and of Status nodes that are new', () => {
    const events = new EventEmitter();
    const deploys = new Deploys({ events } as unknown as NodeAPI);
    const told: Started[] = [];
    deploys.on({ started: (started) => told.push(started) });
    assert.equal(deploys.running, false, 'nodes are made while flows start');
    events.emit('flows:started', { config });
    assert.equal(deploys.running, true);
    events.emit('flows:stopping', { config });
    assert.equal(deploys.running, false);
    events.emit('flows:started', { config, diff: diff({ changed: ['b'] }) });
    for (const how of ['added', 'changed', 'linked', 'rewired'] as const) {
      events.emit('flows:started', { config, diff: diff({ [how]: ['a'] }) });
    }
    assert.deepEqual(
      told.map(({ newListeners }) => newListeners),
      [false, false, true, true, true, true],
    );
  });

  it('tell a deploy from an end: it has put other flows in the place of those that run', () => {
    const events = new EventEmitter();
    const deploys = new Deploys({ events } as unknown as NodeAPI);
    const seen: boolean[] = [];
    deploys.on({ stopping: () => seen.push(deploys.deploying) });
    // Before the first start was through, nobody knows.
    events.emit('flows:stopping', { config });
    events.emit('flows:started', { config });
    events.emit('flows:stopping', { config });
    events.emit('flows:started', { config });
    const deployed = { flows: [...config.flows] };
    events.emit('flows:stopping', { config: deployed });
    // Its flows could not be started, as a type was missing; and then Node-RED ends.
    events.emit('flows:stopping', { config: deployed });
    events.emit('flows:stopping', { config: { flows: [] } });
    events.emit('flows:started', { config });
    assert.deepEqual(seen, [false, false, true, false, true]);
    assert.equal(deploys.deploying, false);
  });

  it('tell which nodes are to be there afterwards, those in a subflow too', () => {
    const events = new EventEmitter();
    const deploys = new Deploys({ events } as unknown as NodeAPI);
    deploys.on({});
    const makes = (): boolean[] => ['a', 'b', 'a-1', 'ab', 'c'].map((id) => deploys.makes(id));
    assert.deepEqual(makes(), [false, false, false, false, false]);
    events.emit('flows:started', { config });
    const [a, b] = config.flows;
    events.emit('flows:stopping', { config: { flows: [a, { ...b, d: true }] } });
    assert.deepEqual(makes(), [true, false, true, false, false]);
    events.emit('flows:started', { config });
    assert.deepEqual(makes(), [false, false, false, false, false]);
  });

  it('tell it to all that a deploy makes, though all that were there before have gone', () => {
    const events = new EventEmitter();
    const deploys = new Deploys({ events } as unknown as NodeAPI);
    const listening = (): number =>
      events.listenerCount('flows:started') + events.listenerCount('flows:stopping');
    const before = deploys.on({});
    events.emit('flows:started', { config });
    const deployed = { flows: [...config.flows] };
    events.emit('flows:stopping', { config: deployed });
    before();
    const seen = ['a', 'b'].map(() => {
      deploys.on({});
      return [deploys.running, deploys.deploying, deploys.makes('b')];
    });
    const made = [false, true, true];
    assert.deepEqual(seen, [made, made]);
    assert.equal(listening(), 2);
  });

  it('listen no longer than to the end of a deploy that has left nobody, started or not', () => {
    for (const end of ['flows:started', 'flows:stopping']) {
      const events = new EventEmitter();
      const deploys = new Deploys({ events } as unknown as NodeAPI);
      const stop = deploys.on({});
      events.emit('flows:started', { config });
      const deployed = { flows: [] };
      events.emit('flows:stopping', { config: deployed });
      stop();
      events.emit(end, { config: deployed });
      assert.equal(events.listenerCount('flows:started') + events.listenerCount('flows:stopping'), 0);
    }
  });

  it('are heard of by all who listen, though some throw', () => {
    const events = new EventEmitter();
    const deploys = new Deploys({ events } as unknown as NodeAPI);
    const heard: string[] = [];
    const hear = (name: string) => (): void => {
      heard.push(name);
      throw new Error(name);
    };
    deploys.on({ stopping: hear('a stops'), started: hear('a starts') });
    deploys.on({ stopping: hear('b stops'), started: hear('b starts') });
    assert.throws(() => events.emit('flows:stopping', { config }), /a stops/);
    assert.throws(() => events.emit('flows:started', { config }), /a starts/);
    assert.deepEqual(heard, ['a stops', 'b stops', 'a starts', 'b starts']);
  });

  it('listen to the runtime once for all, and not longer than anybody listens to them', () => {
    const events = new EventEmitter();
    const deploys = new Deploys({ events } as unknown as NodeAPI);
    const stops = Array.from({ length: 100 }, () => deploys.on({}));
    assert.equal(events.listenerCount('flows:started'), 1);
    for (const stop of stops) stop();
    for (const stop of stops) stop();
    assert.equal(events.listenerCount('flows:started') + events.listenerCount('flows:stopping'), 0);
    const stop = deploys.on({});
    assert.equal(events.listenerCount('flows:started'), 1);
    stop();
  });
});
