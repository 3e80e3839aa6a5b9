import assert from 'node:assert/strict';
import { type Own, statusOf } from '../../../nodes/shared/status';
import { type ConnectionState, NetworkError, type SendingState, type TokenState } from '../../../src/index';
import { say } from '../../../src/sentences';
import { translate } from '../../support/browser/catalogue';

const why = new NetworkError('nobody answers at boiler-house:8080 (connection refused)');
const READY: ConnectionState = { name: 'ready', since: 0 };
const show = (state: ConnectionState, own: Own = {}, sending: SendingState = { name: 'flowing' }) =>
  statusOf({ state, sending }, own, translate, 10_000);

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
        'red dot refused: nobody answers at boiler-house:8080 (connection refused)',
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
      statusOf({ state, sending: { name: 'flowing' } }, {}, german, 10_000).text,
      'Unter x:1 antwortet niemand, next try within 4 s',
    );
  });

  it('tells of a token that nobody renews, in its last stretch and after it (G17)', () => {
    const endsAt = new Date(2026, 10, 3, 8, 5).getTime();
    const showToken = (name: TokenState['name'], state: ConnectionState, own: Own = {}) => {
      const situation = { state, sending: { name: 'flowing' } as const, token: { name, endsAt } };
      const { fill, shape, text } = statusOf(situation, own, translate, 10_000);
      return `${fill} ${shape} ${text}`;
    };
    const refused = { name: 'refused', until: 0, why } as const;
    assert.equal(showToken('valid', READY), 'green dot node-red:common.status.connected');
    assert.equal(showToken('ending', READY), 'yellow dot connected, token ends 2026-11-03 08:05');
    assert.equal(showToken('ended', refused), 'red dot token ended 2026-11-03 08:05');
    assert.match(showToken('ending', refused), /^red dot refused: /);
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
      assert.match(show(state, { waiting: 0 }, refused).text ?? '', /^refused: nobody answers /);
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
      const situation = { state, sending: { name: 'flowing' } as const, hasSchema };
      return statusOf(situation, { streams: new Set(streams), ...own }, translate, 10_000);
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

  // Of a node that has nothing waiting it stands until the next try: that it is in 46 s was true for one second.
  it('never says that the next try is in no time, or runs over the flow', () => {
    const status = show({ name: 'waiting', attempt: 1, until: 0, why: new NetworkError('x'.repeat(500)) });
    assert.match(status.text ?? '', /next try within 1 s$/);
    assert.ok((status.text ?? '').length < 140);
  });
});
