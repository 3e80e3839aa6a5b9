import assert from 'node:assert/strict';
import { Client } from '../../../src/client/client';
import { shown } from '../../../src/client/connection/connection-state';
import { CredentialsError } from '../../../src/errors';
import { FakeClock } from '../../support/clock';
import { startRawServer } from '../../support/network/raw-server';
import { until } from '../../support/until';

describe('client/connection-state', () => {
  const why = new CredentialsError('no');

  it('has its moments by the clock that people have', () => {
    const clock = new FakeClock(1_000);
    clock.step(500_000);
    const refused = { name: 'refused', until: 2_000, why } as const;
    assert.deepEqual(shown(clock, refused), { ...refused, until: 502_000 });
    const waiting = { name: 'waiting', attempt: 3, until: 3_000, why } as const;
    assert.deepEqual(shown(clock, waiting), { ...waiting, until: 503_000 });
    const ready = { name: 'ready', attempt: 1, since: 0, jailId: 'works' } as const;
    assert.deepEqual(shown(clock, ready), { name: 'ready', since: 500_000, jailId: 'works' });
  });

  it("tells nothing of what is the connection's own: what it waited for, and what is to follow it", async () => {
    const refused = { name: 'refused', until: 2_000, why, elsewhere: true } as const;
    const clock = new FakeClock();
    assert.deepEqual(shown(clock, { name: 'idle', left: refused }), { name: 'idle' });
    const exchange = { name: 'refused', failures: 1, insist: false, until: 2_000, why } as const;
    const ready = { name: 'ready', attempt: 1, since: 0, exchange, rest: refused } as const;
    assert.deepEqual(Object.keys(shown(clock, ready)), ['name', 'since']);

    const raw = await startRawServer();
    const credentials = { type: 'basic', clientId: 'gauge', clientSecret: 'before' } as const;
    const client = new Client({ url: raw.url, credentials });
    client.acquire();
    await raw.welcome();
    await until(() => client.state.name === 'ready');
    client.setCredentials({ ...credentials, clientSecret: 'after' });
    assert.deepEqual(
      Object.keys(client.state).filter((name) => name !== 'jailId'),
      ['name', 'since'],
    );
    await client.close();
  });
});
