import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import type { NodeStatus } from 'node-red';
import type { ServerLease } from '../../../nodes/shared/lease';
import { awaiting, failure, type Own, StatusLine, statusOf } from '../../../nodes/shared/status';
import { short } from '../../../nodes/shared/status-text';
import { fillIn, type Values, wordsOf } from '../../../nodes/shared/wire/sentence';
import {
  type ConnectionState,
  CredentialsError,
  NetworkError,
  type SendingState,
  type TokenState,
} from '../../../src/index';
import { operations } from '../../../src/protocol/http/operations';
import { replyError } from '../../../src/protocol/http/reply-error';
import { say } from '../../../src/sentences';
import { translate } from '../../support/browser/catalogue';
import { ENGLISH, TRANSLATIONS, textsOf } from '../../support/browser/texts';

const why = new NetworkError('nobody answers at boiler-house:8080 (connection refused)');
const READY: ConnectionState = { name: 'ready', since: 0 };
const secondsTo = (until: number): number => Math.max(1, (until - 10_000) / 1_000);
const show = (state: ConnectionState, own: Own = {}, sending: SendingState = { name: 'flowing' }) =>
  statusOf({ state, sending }, own, translate, secondsTo);

describe('statusOf', () => {
  it('is total, and tells the reason where there is one', () => {
    assert.deepEqual(
      [
        show({ name: 'idle' }),
        show({ name: 'connecting', attempt: 1 }),
        show({ name: 'authenticating', attempt: 1 }),
        show(READY),
        show({ name: 'waiting', attempt: 2, until: 14_000, why }),
        show({ name: 'refused', until: 0, why }),
        show({ name: 'closed' }),
      ].map(({ fill, shape, text }) => `${fill} ${shape} ${text}`),
      [
        'grey ring node-red:common.status.not-connected',
        'yellow ring node-red:common.status.connecting',
        'yellow ring authenticating',
        'green dot node-red:common.status.connected',
        'red ring nobody answers at boiler-house:8080 (connection refused), next try within 4 s',
        'red dot nobody answers at boiler-house:8080 (connection refused)',
        'grey ring node-red:common.status.disconnected',
      ],
    );
  });

  it('tells the reason in the language of the runtime', () => {
    const refused = new NetworkError(say('network.refused', { where: 'x:1' }));
    const german = (key: string, values: object = {}) =>
      key.startsWith('sentence.') ? 'Unter __where__ antwortet niemand' : translate(key, { ...values });
    const state = { name: 'waiting', attempt: 1, until: 14_000, why: refused } as const;
    assert.equal(
      statusOf({ state, sending: { name: 'flowing' } }, {}, german, secondsTo).text,
      'Unter x:1 antwortet niemand, next try within 4 s',
    );
  });

  it('says once, in each language, that credentials were refused: each reason for it says so', () => {
    const where = 'sea.example';
    const context = { operation: operations.publish.name, subject: 'tank', now: 0, fitToTell: String };
    const reasons = [
      new CredentialsError(say('credentials.refused', { where })),
      new CredentialsError(say('credentials.refusedWith', { where, reason: 'no such client' })),
      new CredentialsError(say('credentials.refusedStatus', { where, status: 401 })),
      replyError(401, '', context),
    ];
    for (const language of [ENGLISH, ...TRANSLATIONS]) {
      const texts = textsOf('stream-sea-server', language);
      const t = (key: string, values: Values = {}) => fillIn(() => texts.get(key) ?? key, values);
      for (const each of reasons) {
        const state = { name: 'refused', until: 0, why: each } as const;
        const { text } = statusOf({ state, sending: { name: 'flowing' } }, {}, t, secondsTo);
        assert.equal(text, short(wordsOf(each, t)));
      }
    }
  });

  it('tells of a token that nobody renews, in its last stretch and after it (G17)', () => {
    const endsAt = new Date(2026, 10, 3, 8, 5).getTime();
    const showToken = (name: TokenState['name'], state: ConnectionState, own: Own = {}) => {
      const situation = { state, sending: { name: 'flowing' } as const, token: { name, endsAt } };
      const { fill, shape, text } = statusOf(situation, own, translate, secondsTo);
      return `${fill} ${shape} ${text}`;
    };
    const refused = { name: 'refused', until: 0, why } as const;
    assert.equal(showToken('valid', READY), 'green dot node-red:common.status.connected');
    assert.equal(showToken('ending', READY), 'yellow dot connected, token ends 2026-11-03 08:05');
    assert.equal(showToken('ended', refused), 'red dot token ended 2026-11-03 08:05');
    assert.match(showToken('ending', refused), /^red dot nobody answers /);
    assert.match(showToken('ended', READY), /connected$/);
    assert.match(showToken('ended', { name: 'idle' }), /not-connected$/);
    assert.equal(showToken('ending', READY, { waiting: 3 }), 'blue dot queued 3');
  });

  it('is how sending goes, for a node that sends, whatever the connection does', () => {
    const waiting = { name: 'waiting', attempt: 3, until: 14_000, why } as const;
    const refused = { name: 'refused', until: 14_000, why } as const;
    for (const state of [{ name: 'idle' } as const, { name: 'connecting', attempt: 1 } as const, READY]) {
      assert.match(
        show(state, { waiting: 0 }, waiting).text ?? '',
        /^nobody answers .*, next try within 4 s$/,
      );
      assert.match(show(state, { waiting: 2 }, waiting).text ?? '', /^queued 2 · nobody answers /);
      assert.match(show(state, { waiting: 0 }, refused).text ?? '', /^nobody answers .*refused\)$/);
      assert.deepEqual(show(state, {}, waiting), show(state));
    }
    assert.deepEqual(show({ name: 'closed' }, { waiting: 0 }, waiting), show({ name: 'closed' }));
    // With nothing to send, nothing is tried but the connection.
    const later = { name: 'waiting', attempt: 1, until: 30_000, why } as const;
    assert.match(show(later, { waiting: 0 }, waiting).text ?? '', /next try within 20 s$/);
    assert.match(show(later, { waiting: 2 }, waiting).text ?? '', /next try within 4 s$/);
  });

  it('counts what waits, with the reason where there is one', () => {
    assert.deepEqual(show(READY, { waiting: 3 }), { fill: 'blue', shape: 'dot', text: 'queued 3' });
    assert.equal(show({ name: 'idle' }, { waiting: 3 }).text, 'queued 3');
    assert.match(
      show({ name: 'waiting', attempt: 2, until: 14_000, why }, { waiting: 3 }).text ?? '',
      /^queued 3 · nobody answers at boiler-house:8080/,
    );
    assert.deepEqual(show(READY, { waiting: 0 }), show(READY));
  });

  it('says how many messages were refused, in place of a green dot', () => {
    assert.deepEqual(show(READY, { refused: 1 }), { fill: 'red', shape: 'ring', text: '1 refused' });
    assert.equal(show(READY, { refused: 2, waiting: 3 }).text, 'queued 3 · 2 refused');
    assert.deepEqual(show(READY, { refused: 0 }), show(READY));
    assert.deepEqual(show({ name: 'idle' }, { refused: 1 }), show({ name: 'idle' }));
  });

  it('has no full dot while a stream has no schema, where that is known', () => {
    const known: Record<string, boolean> = { boiler: true, tank: false };
    const hasSchema = (stream: string): boolean | undefined => known[stream];
    const showStreams = (streams: readonly string[], own: Own = {}, state: ConnectionState = READY) => {
      const situation = { state, sending: { name: 'flowing' } as const, schemas: { hasSchema } };
      return statusOf(situation, { streams: new Set(streams), ...own }, translate, secondsTo);
    };
    const unchecked = { fill: 'green', shape: 'ring', text: 'connected, no schema yet' };
    assert.deepEqual(showStreams(['boiler']), show(READY));
    assert.deepEqual(showStreams(['tank']), unchecked);
    assert.equal(showStreams(['boiler', 'tank']).text, 'connected, no schema yet: tank');
    assert.equal(showStreams(['tank', 'boiler']).text, 'connected, no schema yet: tank');
    assert.deepEqual(showStreams(['tank'], { waiting: 0 }), unchecked);
    // Nobody has answered yet.
    assert.deepEqual(showStreams(['unknown']), show(READY));
    assert.deepEqual(show(READY, { streams: new Set(['tank']) }), show(READY));
    // What needs somebody, or is under way, comes first.
    assert.equal(showStreams(['tank'], { refused: 1 }).text, '1 refused');
    assert.equal(showStreams(['tank'], { waiting: 3 }).text, 'queued 3');
    assert.deepEqual(showStreams(['tank'], {}, { name: 'idle' }), show({ name: 'idle' }));
  });

  it('is why messages fail here already, before all else', () => {
    const own = { waiting: 2, failure: why };
    assert.deepEqual(show(READY, own), { fill: 'red', shape: 'dot', text: why.message });
    assert.equal(show({ name: 'idle' }, own).text, why.message);
  });

  it('is the node’s own word while connected', () => {
    const ready = { text: 'subscribing' };
    assert.equal(show(READY, { ready }), ready);
    assert.deepEqual(show({ name: 'idle' }, { ready }), show({ name: 'idle' }));
  });

  // It stands until the next try: that it is in 46 s was true for one second.
  it('never says that the next try is in no time', () => {
    const status = show({ name: 'waiting', attempt: 1, until: 0, why });
    assert.match(status.text ?? '', /next try within 1 s$/);
  });

  it('does not run over the flow, whatever the reason is: that is cut, and not what stands behind it', () => {
    const long = new NetworkError('x'.repeat(500));
    const waiting = { name: 'waiting', attempt: 1, until: 14_000, why: long } as const;
    const texts = [
      show(waiting),
      show(waiting, { waiting: 12 }),
      show(READY, { waiting: 12 }, waiting),
      show({ name: 'refused', until: 0, why: long }),
      show({ name: 'refused', until: 0, why: long }, { waiting: 12 }),
      awaiting(`flow.${'x'.repeat(500)}`, translate),
    ].map(({ text }) => text ?? '');
    for (const text of texts) assert.ok(text.length <= 80 && text.includes('…'), text);
    for (const { text } of [show(READY, { failure: long }), failure(long.message)])
      assert.equal(text?.length, 100);
    for (const text of texts.slice(0, 3)) assert.match(text, /xxx…, next try within 4 s$/);
    for (const text of texts.slice(1, 3)) assert.match(text, /^queued 12 · xxx/);
  });
});

describe('the status of a node', () => {
  const schemas = { hasSchema: () => undefined, onSchema: () => () => {} };

  it('says each next try once, also where the connection and what is to be sent wait in turn for moments of their own', () => {
    const clock = install({ toFake: ['Date'], now: 1_000_000 });
    try {
      const told: (string | undefined)[] = [];
      let waiting = 0;
      const lease = {
        node: { on: () => {}, status: ({ text }: NodeStatus) => told.push(text) },
        deploys: { on: () => () => {}, running: true },
        follow: (watch: () => void) => watch(),
        sea: {
          schemas,
          client: {
            on: () => () => {},
            state: { name: 'waiting', attempt: 5, until: 1_060_000, why },
            sending: { name: 'waiting', attempt: 5, until: 1_030_000, why },
          },
        },
        t: translate,
      } as unknown as ServerLease;
      const line = new StatusLine(lease, () => ({ waiting }));
      for (let second = 0; second < 20; second += 1) {
        clock.tick(1_000);
        waiting = second % 2;
        line.update();
      }
      assert.deepEqual(
        new Set(told.map((text) => text?.match(/within (\d+) s$/)?.[1])),
        new Set(['60', '28']),
      );
    } finally {
      clock.uninstall();
    }
  });

  it('is told when something changes: through a wait for the next try it is the same, by whom it is asked', () => {
    const clock = install({ toFake: ['Date'], now: 1_000_000 });
    try {
      const told: (string | undefined)[] = [];
      const client = {
        on: () => () => {},
        state: READY,
        sending: { name: 'waiting', attempt: 5, until: 1_046_000, why } as SendingState,
      };
      const lease = {
        node: { on: () => {}, status: ({ text }: NodeStatus) => told.push(text) },
        deploys: { on: () => () => {}, running: true },
        follow: (watch: () => void) => watch(),
        sea: { client, schemas },
        t: translate,
      } as unknown as ServerLease;
      const line = new StatusLine(lease, () => ({ waiting: 3 }));
      for (let second = 0; second < 50; second += 1) {
        clock.tick(1_000);
        // By another reading of the clock, as a client tells it.
        client.sending = { ...client.sending, until: 1_046_000 + (second % 2) } as SendingState;
        line.update();
      }
      client.sending = { name: 'waiting', attempt: 6, until: 1_110_000, why };
      line.update();
      assert.equal(told.length, 2);
      assert.match(told[0] ?? '', /next try within 46 s$/);
      assert.match(told[1] ?? '', /next try within 60 s$/);
    } finally {
      clock.uninstall();
    }
  });
});
