import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseSettings } from '../../../bin/settings/settings';

describe('settings', () => {
  const firstClient = (variables: Record<string, string>) =>
    parseSettings(
      () => undefined,
      (where) => (variables[where] === undefined ? undefined : { where, text: variables[where] }),
    ).firstClient;

  it('have the first client as it is given, whatever letters its secret has', () => {
    assert.deepEqual(firstClient({ STREAM_SEA_CLIENT_ID: 'a', STREAM_SEA_CLIENT_SECRET: 'b:c d' }), {
      clientId: 'a',
      clientSecret: 'b:c d',
    });
    assert.deepEqual(firstClient({ STREAM_SEA_CLIENT_ID: 'a', STREAM_SEA_CLIENT_SECRET_FILE: '/run/s' }), {
      clientId: 'a',
      secretFile: '/run/s',
    });
    assert.equal(firstClient({}), undefined);
  });
});
