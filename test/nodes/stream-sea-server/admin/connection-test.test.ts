import assert from 'node:assert/strict';
import { testSettings } from '../../../../nodes/stream-sea-server/admin/connection-test';
import { remoteTarget } from '../../../../nodes/stream-sea-server/queues/targets';
import { FakeClock } from '../../../support/clock';
import { startHostileServer } from '../../../support/network/hostile-server';

describe('the test of a connection', () => {
  it('ends with whoever asked for it, also while a request is not answered', async () => {
    const server = await startHostileServer();
    const gone = new AbortController();
    server.onRequest = () => gone.abort();
    const credentials = { type: 'basic', clientId: 'gauge', clientSecret: 'sEcReT' } as const;
    // No deadline ever comes.
    const client = { url: server.url, credentials, clock: new FakeClock() };
    const steps = await testSettings(
      { client, target: remoteTarget(server.url, 'gauge'), onDisk: false },
      undefined,
      gone.signal,
    );
    assert.deepEqual([steps.at(-1)?.step, steps.at(-1)?.outcome], ['requests', 'failed']);
  });
});
