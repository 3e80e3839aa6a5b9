/**
 * What can happen in a run, as plain data: a run is its setup and a list of these, so any part of the list is a run too,
 * and a failure can be made smaller by leaving out.
 */
import type { Random } from '../faults/random';
import type { Weather } from './network/net';
import type { SocketManner, Strike, XType } from './sea';

export type Mode = 'fail' | 'memory' | 'disk';

export interface Setup {
  readonly offline: Mode;
  readonly whenFull: 'refuse' | 'dropOldest';
  readonly queueLimit: number;
  readonly maxAge: number;
  readonly latency: number;
  /** Streams that the client itself is subscribed to. */
  readonly receivers: number;
  /** Streams that have a schema from the start. */
  readonly schemas: number;
}

/** How far things go before the next command. */
export type Pace = 'go' | 'turn' | 'settle';

export type Act =
  | {
      readonly do: 'publish';
      readonly stream: number;
      readonly count: number;
      readonly via: 'offer' | 'promise' | 'list';
      readonly batch: boolean;
      readonly check: 'off' | 'types' | 'strict';
      readonly what: 'good' | 'bad' | 'float' | 'text' | 'extra' | 'long';
    }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'step'; readonly ms: number }
  | { readonly do: 'weather'; readonly to: Weather }
  | { readonly do: 'latency'; readonly ms: number }
  | { readonly do: 'cut' }
  | { readonly do: 'endIdle' }
  | { readonly do: 'strike'; readonly with: Strike; readonly times: number }
  | { readonly do: 'always'; readonly with: Strike | undefined }
  | { readonly do: 'socket'; readonly to: SocketManner }
  | { readonly do: 'dropSockets'; readonly how: 'end' | 'reset' }
  | { readonly do: 'refuse'; readonly stream: number; readonly with: number | undefined }
  | { readonly do: 'bodyLimit'; readonly bytes: number | undefined }
  | { readonly do: 'schema'; readonly stream: number; readonly x: XType }
  /** The server has another secret from now on. */
  | { readonly do: 'rotate' }
  | { readonly do: 'deploy'; readonly change: Change; readonly meanwhile: number }
  | { readonly do: 'crash'; readonly power: number | undefined }
  | { readonly do: 'disk'; readonly trouble: 'none' | 'full' | 'locked' }
  /** Between two clients; only where the disk is a real one. */
  | { readonly do: 'damage'; readonly how: 'current' | 'manifest' | 'log' }
  | { readonly do: 'connect' | 'disconnect' | 'purge' | 'sendNow' }
  | { readonly do: 'subscribe' | 'rival'; readonly stream: number; readonly delivery: number }
  | { readonly do: 'unsubscribe'; readonly seat: number }
  /** The nodes that subscribe are made anew, and the client stays. */
  | { readonly do: 'nodes'; readonly pause: number }
  | { readonly do: 'subscribable'; readonly stream: number; readonly yes: boolean }
  /** Somebody else publishes. */
  | { readonly do: 'emit'; readonly stream: number; readonly count: number };

/** What a deploy changes of the server node; `close`: it is deleted, and made anew. */
export type Change =
  | { readonly kind: 'same' | 'secret' | 'close' | 'target' }
  | { readonly kind: 'mode'; readonly to: Mode }
  | { readonly kind: 'limit'; readonly to: number; readonly whenFull: 'refuse' | 'dropOldest' }
  | { readonly kind: 'age'; readonly to: number };

export type Command = Act & { readonly pace: Pace };

export const STREAMS = ['alpha', 'beta', 'gamma'] as const;

const MODES: readonly [Mode, ...Mode[]] = ['memory', 'disk', 'fail'];
const WAITS: readonly [number, ...number[]] = [1, 30, 500, 1_000, 3_000, 10_000, 16_000, 60_000, 320_000];

export function randomSetup(random: Random): Setup {
  return {
    offline: random.pick(MODES),
    whenFull: random.chance(0.5) ? 'refuse' : 'dropOldest',
    queueLimit: random.pick([3, 8, 40, 1_000]),
    maxAge: random.chance(0.25) ? random.pick([2_000, 20_000, 100_000]) : 0,
    latency: random.pick([0, 0, 5, 40]),
    receivers: random.below(3),
    schemas: random.below(4),
  };
}

type Maker = (random: Random) => Act;

type Makers = readonly (readonly [number, Maker])[];

/** How often each comes, and how it is made: where much is published. */
const OUT: Makers = [
  [30, publish],
  [14, (random) => ({ do: 'wait', ms: random.pick(WAITS) })],
  [1, (random) => ({ do: 'step', ms: random.pick([-3_600_000, -5_000, 5_000, 3_600_000]) })],
  [3, (random) => ({ do: 'weather', to: random.pick(['refused', 'hanging', 'dead']) })],
  [5, () => ({ do: 'weather', to: 'fine' })],
  [1, (random) => ({ do: 'latency', ms: random.pick([0, 5, 40, 700]) })],
  [2, () => ({ do: 'cut' })],
  [2, () => ({ do: 'endIdle' })],
  [8, (random) => ({ do: 'strike', with: strike(random), times: 1 + random.below(3) })],
  [1, (random) => ({ do: 'always', with: strike(random) })],
  [3, () => ({ do: 'always', with: undefined })],
  [2, (random) => ({ do: 'socket', to: random.pick(['blocked', 'hanging', 'mute', 'silent', 'denied']) })],
  [3, () => ({ do: 'socket', to: 'open' })],
  [1, (random) => ({ do: 'dropSockets', how: random.pick(['end', 'reset']) })],
  [1, (random) => ({ do: 'refuse', stream: random.below(3), with: random.pick([403, 404, undefined]) })],
  [1, (random) => ({ do: 'bodyLimit', bytes: random.pick([60, 150, undefined, undefined]) })],
  [
    2,
    (random) => ({ do: 'schema', stream: random.below(3), x: random.pick(['integer', 'float', 'string']) }),
  ],
  [1, () => ({ do: 'rotate' })],
  [5, (random) => ({ do: 'deploy', change: change(random), meanwhile: random.below(2) })],
  [2, (random) => ({ do: 'crash', power: random.chance(0.5) ? random.next() : undefined })],
  [2, (random) => ({ do: 'disk', trouble: random.pick(['full', 'locked']) })],
  [3, () => ({ do: 'disk', trouble: 'none' })],
  [1, (random) => ({ do: 'damage', how: random.pick(['current', 'manifest', 'log']) })],
  [2, (random) => ({ do: random.pick(['disconnect', 'purge', 'sendNow', 'sendNow']) })],
  [2, () => ({ do: 'connect' })],
  [2, (random) => subscribe(random)],
  [1, (random) => ({ do: 'unsubscribe', seat: random.below(8) })],
  [2, (random) => ({ do: 'emit', stream: random.below(3), count: 1 })],
];

/** Where there are many subscriptions. */
const IN: Makers = [
  [40, (random) => ({ do: 'emit', stream: random.below(3), count: random.pick([1, 1, 3, 80]) })],
  [14, (random) => subscribe(random)],
  [12, (random) => ({ do: 'unsubscribe', seat: random.below(8) })],
  [4, (random) => ({ do: 'nodes', pause: random.pick([0, 0, 300, 999, 1_000]) })],
  [4, (random) => ({ ...subscribe(random), do: 'rival' }) as Act],
  [2, (random) => ({ do: 'subscribable', stream: random.below(3), yes: random.chance(0.6) })],
  [14, (random) => ({ do: 'wait', ms: random.pick(WAITS) })],
  [4, (random) => ({ do: 'latency', ms: random.pick([0, 0, 5, 40, 300]) })],
  [2, (random) => ({ do: 'weather', to: random.pick(['refused', 'hanging', 'dead']) })],
  [4, () => ({ do: 'weather', to: 'fine' })],
  [2, () => ({ do: 'cut' })],
  [2, (random) => ({ do: 'dropSockets', how: random.pick(['end', 'reset']) })],
  [2, (random) => ({ do: 'socket', to: random.pick(['blocked', 'hanging', 'mute', 'silent', 'denied']) })],
  [4, () => ({ do: 'socket', to: 'open' })],
  [
    3,
    (random) => ({
      do: 'deploy',
      change: { kind: random.pick(['same', 'same', 'secret', 'target']) },
      meanwhile: 0,
    }),
  ],
  [1, () => ({ do: 'disconnect' })],
  [2, () => ({ do: 'connect' })],
  [1, () => ({ do: 'rotate' })],
];

export type Profile = 'out' | 'in';
const PROFILES: Record<Profile, Makers> = { out: OUT, in: IN };

export function randomCommand(random: Random, profile: Profile): Command {
  const makers = PROFILES[profile];
  let place = random.below(makers.reduce((sum, [often]) => sum + often, 0));
  const [, make] = makers.find(([often]) => {
    place -= often;
    return place < 0;
  }) ?? [0, publish];
  return { ...make(random), pace: random.pick(['go', 'turn', 'settle', 'settle']) };
}

function subscribe(random: Random): Act {
  return { do: 'subscribe', stream: random.below(3), delivery: random.below(4) };
}

function publish(random: Random): Act {
  return {
    do: 'publish',
    stream: random.below(STREAMS.length),
    count: random.pick([1, 1, 2, 5]),
    via: random.pick(['offer', 'offer', 'promise', 'list']),
    batch: random.chance(0.8),
    check: random.chance(0.3) ? random.pick(['types', 'strict']) : 'off',
    what: random.chance(0.75) ? 'good' : random.pick(['bad', 'float', 'text', 'extra', 'long']),
  };
}

function strike(random: Random): Strike {
  const kind = random.pick([
    'status',
    'status',
    'status',
    'stall',
    'stallTaken',
    'cut',
    'cutTaken',
    'half',
    'endless',
    'page',
    'close',
  ]);
  if (kind !== 'status') return { kind } as Strike;
  const status = random.pick([401, 408, 425, 429, 500, 502, 503]);
  return random.chance(0.3) ? { kind, status, retryAfter: random.pick([0, 1, 30]) } : { kind, status };
}

const CHANGES: readonly [Change['kind'], ...Change['kind'][]] = [
  'same',
  'same',
  'secret',
  'close',
  'target',
  'mode',
  'limit',
  'age',
];

function change(random: Random): Change {
  const kind = random.pick(CHANGES);
  if (kind === 'mode') return { kind, to: random.pick(MODES) };
  if (kind === 'age') return { kind, to: random.pick([0, 2_000, 20_000]) };
  if (kind === 'limit') {
    return { kind, to: random.pick([3, 8, 40, 1_000]), whenFull: random.pick(['refuse', 'dropOldest']) };
  }
  return { kind };
}
