import assert from 'node:assert/strict';
import { statusOf } from '../../../nodes/shared/status';
import { type ConnectionState, NetworkError } from '../../../src/index';
import { say } from '../../../src/sentences';
import { translate } from '../../support/catalogue';

const why = new NetworkError('nobody answers at boiler-house:8080 (connection refused)');
const show = (state: ConnectionState) => statusOf(state, translate, 10_000);

describe('statusOf', () => {
  it('is total, and tells the reason where there is one', () => {
    assert.deepEqual(
      [
        show({ name: 'idle' }),
        show({ name: 'connecting', attempt: 1 }),
        show({ name: 'authenticating', attempt: 1 }),
        show({ name: 'ready', attempt: 1, since: 0 }),
        show({ name: 'waiting', attempt: 2, until: 14_000, why }),
        show({ name: 'refused', until: 0, why }),
        show({ name: 'closed' }),
      ].map(({ fill, shape, text }) => `${fill} ${shape} ${text}`),
      [
        'grey ring node-red:common.status.not-connected',
        'yellow ring node-red:common.status.connecting',
        'yellow ring authenticating',
        'green dot node-red:common.status.connected',
        'red ring nobody answers at boiler-house:8080 (connection refused), next try in 4 s',
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
    assert.equal(statusOf(state, german, 10_000).text, 'Unter x:1 antwortet niemand, next try in 4 s');
  });

  it('never says that the next try is in no time, or runs over the flow', () => {
    const status = show({ name: 'waiting', attempt: 1, until: 0, why: new NetworkError('x'.repeat(500)) });
    assert.match(status.text ?? '', /next try in 1 s$/);
    assert.ok((status.text ?? '').length < 140);
  });
});
