/** Messages as no flow should send them, to each of the nodes: one end each, nothing thrown, and no status that stays. */

import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Flow, startFlow, stopFlows } from '../support/node-red/flow';
import { nodeRedRequire } from '../support/node-red/node-red-dir';
import { until } from '../support/until';
import { CATCH, helperNode, node, TAB } from './flows';

interface CompleteEvent {
  readonly msg: object;
  readonly node: { readonly id: string };
  readonly error?: Error & { code?: string };
}

interface Hooks {
  add(hook: string, callback: (event: CompleteEvent) => void): void;
  remove(hook: string): void;
}

type Told = (error: unknown, value?: unknown) => void;

const { hooks }: { hooks: Hooks } = nodeRedRequire('@node-red/util');

const thrower = (): never => {
  throw new Error('do not look');
};
const getter = (name: string): object => Object.defineProperty({}, name, { get: thrower, enumerable: true });
const circle: Record<string, unknown> = {};
circle.self = circle;
const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = { value };
  return value;
};
const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

/** By what is odd in them; made anew for each node. */
const VALUES: Readonly<Record<string, () => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  'a symbol': () => Symbol('s'),
  'a function': () => thrower,
  'a BigInt': () => 1n,
  NaN: () => Number.NaN,
  'an empty text': () => '',
  blanks: () => '  ',
  'a long text': () => 'x'.repeat(2_000_000),
  'an object without a prototype': () => Object.create(null),
  'an object that cannot be a text': () => ({ toString: thrower, toJSON: thrower }),
  'an object with a getter that throws': () => getter('name'),
  'a circle': () => circle,
  'a deep object': () => deep(5_000),
  'a proxy that is revoked': revoked,
  'a proxy that throws': () =>
    new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower }),
  'a list with a getter that throws': () => Object.defineProperty([1], 1, { get: thrower, enumerable: true }),
  'a list that is a proxy': () => new Proxy([1, 2], { get: thrower }),
  'a list of everything': () => [undefined, null, Symbol('s'), 1n, thrower, circle, Object.create(null)],
  'an empty list': () => [],
  'a list with holes': () => new Array(3),
  'a promise that fails': () => {
    const promise = Promise.reject(new Error('later'));
    promise.catch(() => {});
    return promise;
  },
  'an error': () => new Error('an error'),
};

const ACTIONS = [
  ...['connect', 'disconnect', 'connect', 'subscribe', 'unsubscribe', 'subscriptions', 'queue', 'purge'],
  ...[
    'credentials',
    'createClient',
    'deleteClient',
    'rotateSecret',
    'setPublicKey',
    'createJail',
    'deleteJail',
  ],
  ...['__proto__', 'constructor', 'toString'],
];

/** Those that read the rest of a message. */
const READING = ['subscribe', 'unsubscribe', 'credentials', 'createClient', 'setPublicKey'];

const NODES = ['in', 'out', 'typed', 'define', 'list', 'describe', 'versions', 'admin'];

describe('a hostile message', function () {
  this.timeout(60_000);
  stopFlows();
  let flow: Flow;
  let ends: CompleteEvent[];
  const faults: unknown[] = [];
  const fault = (error: unknown): void => void faults.push(error);

  beforeEach(async () => {
    ends = [];
    faults.length = 0;
    process.on('unhandledRejection', fault);
    process.on('uncaughtException', fault);
    hooks.add('onComplete.hostile', (event) => ends.push(event));
    flow = await startFlow(
      [
        TAB,
        { id: 'sea', type: 'stream-sea-server' },
        ...CATCH,
        node('in', 'in', { inputs: 1, wires: [['end']] }),
        node('out', 'out', { stream: 's' }),
        node('typed', 'out', {
          stream: 'payload.name',
          streamType: 'msg',
          payload: 'payload.value',
          payloadType: 'msg',
        }),
        node('stored', 'out', { stream: 'place', streamType: 'flow' }),
        node('define', 'define', { wires: [['end']] }),
        node('list', 'define', { streams: ['a', 'b'], wires: [['end']] }),
        node('describe', 'describe', { stream: '', wires: [['end']] }),
        node('versions', 'versions', { wires: [['end']] }),
        node('admin', 'admin', { wires: [['end']] }),
        helperNode('end'),
      ],
      { sea: { clientId: 'kessel', clientSecret: 'sEcReT' } },
    );
    await flow.shows('out', /connected/);
  });

  afterEach(() => {
    hooks.remove('*.hostile');
    process.off('unhandledRejection', fault);
    process.off('uncaughtException', fault);
  });

  /** What is wrong with how a message ends: nothing, if it ends once. */
  async function endOf(id: string, message: object): Promise<string> {
    const own = (): CompleteEvent[] => ends.filter((end) => end.node.id === id);
    ends.length = 0;
    try {
      flow.send(id, message);
    } catch (thrown) {
      return `threw ${thrown}`;
    }
    await until(() => own().length > 0, 'the end of a message');
    await turn();
    if (own().length > 1) return `ended ${own().length} times`;
    const [error] = own().map((end) => end.error);
    return error === undefined || /^SEA_/.test(String(error.code)) ? '' : String(error.stack);
  }

  for (const id of NODES) {
    it(`ends once in ${id}`, async () => {
      const wrong: string[] = [];
      const attempt = async (what: string, message: object): Promise<void> => {
        const how = await endOf(id, message);
        if (how !== '') wrong.push(`${what}: ${how}`);
      };
      for (const [what, value] of Object.entries(VALUES)) {
        await attempt(`payload is ${what}`, { payload: value(), topic: 's' });
        await attempt(`topic is ${what}`, { payload: { n: 1 }, topic: value() });
        await attempt(`action is ${what}`, { payload: { n: 1 }, topic: 's', action: value() });
        for (const action of id === 'in' || id === 'admin' ? READING : []) {
          await attempt(`${action}, ${what}`, { action, topic: value(), payload: value() });
          const odd = { payload: value(), delivery: value(), group: value() };
          await attempt(`${action} of t, ${what}`, { action, topic: 't', ...odd });
        }
      }
      for (const action of ACTIONS) await attempt(`action ${action}`, { action, topic: 's', payload: {} });
      for (const name of ['payload', 'topic', 'action', 'delivery']) {
        const message = { topic: 's', payload: { n: 1 } };
        await attempt(
          `a getter for ${name}`,
          Object.defineProperty(message, name, { get: thrower, enumerable: true }),
        );
      }
      await attempt('frozen', Object.freeze({ topic: 's', payload: { n: 1 }, _msgid: 'x' }));
      await attempt('no prototype', Object.assign(Object.create(null), { topic: 's', payload: 1 }));
      assert.deepEqual(wrong, []);
      assert.deepEqual(faults, []);
      // What was disconnected by hand, or refused, is not for ever.
      flow.send('in', { action: 'connect' });
      await flow.shows(id, /connected|subscriptions|refused/);
    });
  }

  describe('whose values are in a context store', () => {
    const asked = (told: Told, error: unknown): void => void setImmediate(told, error, undefined);
    const STORES: Readonly<Record<string, (told: Told) => void>> = {
      'that throws': thrower,
      'that fails': (told) => asked(told, new Error('no disk')),
      'that fails with what cannot be read': (told) => asked(told, revoked()),
      'that throws what cannot be read': () => {
        throw revoked();
      },
      'that fails with a getter that throws': (told) => asked(told, getter('message')),
      'that answers and fails': (told) => {
        asked(told, new Error('no disk'));
        asked(told, null);
      },
    };
    let restore = (): void => {};
    afterEach(() => restore());

    for (const [what, get] of Object.entries(STORES)) {
      it(`ends once with one ${what}`, async () => {
        const prototype = Object.getPrototypeOf(Object.getPrototypeOf(flow.node('out')));
        const { context } = prototype;
        restore = () => Object.assign(prototype, { context });
        prototype.context = () => ({
          flow: { get: (_key: string, _store: unknown, told: Told) => get(told) },
        });
        assert.match(await endOf('stored', { payload: 1 }), /^$/);
        assert.match(String(ends[0]?.error?.message), /flow\.place/);
        // The next one is not behind it for ever.
        assert.equal(await endOf('stored', { payload: 2 }), '');
        assert.deepEqual(faults, []);
      });
    }
  });
});
