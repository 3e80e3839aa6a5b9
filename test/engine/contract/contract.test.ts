import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Catalogue } from '../../../src/engine/catalogue';
import type { Engine } from '../../../src/engine/engine';
import type { Cursor, Log } from '../../../src/engine/log';
import { MemoryEngine } from '../../../src/engine/memory/memory-engine';
import { CONTRACT, type Subject } from './contract';
import { limitsOf } from './limits';

/** What a method does instead; it may call what it stands for. */
type Breakage<Whole> = { [Name in keyof Whole]?: (whole: Whole) => Whole[Name] };

/**
 * Ends with each test: what then still waits for what never comes asks again and again, and kept the process, which had
 * nothing else to do, for 30 s.
 */
let over: AbortController;

function broken<Whole extends object>(whole: Whole, breakage: Breakage<Whole>): Whole {
  const { signal } = over;
  return new Proxy(whole, {
    get(target, name) {
      signal.throwIfAborted();
      const instead = breakage[name as keyof Whole];
      if (instead !== undefined) return instead(target);
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function withLog(breakage: Breakage<Log>): Breakage<Engine> {
  return { log: ({ log }) => broken(log, breakage) };
}

function withCursor(breakage: Breakage<Cursor>): Breakage<Engine> {
  return withLog({
    open:
      (log) =>
      async (...rest) =>
        broken(await log.open(...rest), breakage),
  });
}

function withCatalogue(breakage: Breakage<Catalogue>): Breakage<Engine> {
  return { catalogue: ({ catalogue }) => broken(catalogue, breakage) };
}

/** By the topic that is to find it. */
const BROKEN: readonly (readonly [topic: string, what: string, Breakage<Engine>])[] = [
  [
    'append',
    'writes messages anew',
    withLog({
      append: (log) => (place, texts) =>
        log.append(
          place,
          texts.map((text) => JSON.stringify(JSON.parse(text))),
        ),
    }),
  ],
  [
    'append',
    'mixes jails',
    withLog({
      append:
        (log) =>
        ({ stream }, texts) =>
          log.append({ jail: 'x', stream }, texts),
    }),
  ],
  ['take', 'gives as much as there is', withCursor({ take: (cursor) => () => cursor.take(1_000_000) })],
  ['done', 'forgets what is done', withCursor({ done: () => () => {} })],
  [
    'done',
    'loses what is given back',
    withCursor({
      giveBack:
        (cursor) =>
        ({ number }) =>
          cursor.done(number),
    }),
  ],
  ['leave', 'waits for ever', withCursor({ leave: () => async () => {} })],
  [
    'leave',
    'remembers no group',
    withLog({ open: (log) => (place, group) => log.open(place, group, { lasting: false }) }),
  ],
  ['lasting', 'begins anew', {}],
  ['kill', 'has written nothing', {}],
  ['bounds', 'drops without a word', withLog({ stats: () => ({ retained: 0, dropped: 0, forgotten: 0 }) })],
  ['forget', 'forgets nothing', withLog({ forget: () => async () => {}, erase: () => async () => {} })],
  [
    'catalogue',
    'lets the last one win',
    withCatalogue({
      put: (catalogue) => async (key, value) => {
        const seen = await catalogue.get(key);
        return catalogue.put(key, value, seen?.revision);
      },
    }),
  ],
  [
    'watch',
    'never says that it is up to date',
    withCatalogue({
      watch: (catalogue) =>
        async function* (signal) {
          for await (const change of catalogue.watch(signal)) if (change.type !== 'current') yield change;
        },
    }),
  ],
  ['shared', 'is alone', {}],
  ['away', 'takes what it cannot keep', {}],
  ['close', 'stays open', { close: () => async () => {} }],
];

describe('engine/contract', () => {
  beforeEach(() => {
    over = new AbortController();
  });

  afterEach(() => over.abort());

  for (const [topic, what, breakage] of BROKEN) {
    it(`${topic} finds an engine that ${what}`, async () => {
      const make = async (limits = {}): Promise<Engine> =>
        broken<Engine>(new MemoryEngine({ limits: limitsOf(limits) }), breakage);
      // It promises all, so that all is asked of it.
      const subject: Subject = {
        promises: { outlivesProcess: topic !== 'close', isShared: true },
        isExact: true,
        make,
        reopen: () => make(),
        kill: () => make(),
        beside: () => make(),
        cut: () => async () => {},
      };
      const found = await Promise.all(
        (CONTRACT[topic] ?? []).flatMap((one) => {
          if (!(one.when?.(subject) ?? true)) return [];
          // What it waits for never comes.
          const never = delay(500, 'found' as const, { ref: false });
          return Promise.race([
            one.run(subject).then(
              () => 'nothing' as const,
              () => 'found' as const,
            ),
            never,
          ]);
        }),
      );
      assert.ok(found.includes('found'));
    });
  }

  it('has a broken engine for each topic', () => {
    assert.deepEqual([...new Set(BROKEN.map(([topic]) => topic))].sort(), Object.keys(CONTRACT).sort());
  });
});
