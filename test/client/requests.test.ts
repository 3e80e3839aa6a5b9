import assert from 'node:assert/strict';
import { Client } from '../../src/client/client';
import { ClosedError, ProtocolError, SettingError } from '../../src/errors';
import { operations } from '../../src/protocol/http/operations';
import { type RawServer, startRawServer } from '../support/network/raw-server';

describe('client/requests', () => {
  let server: RawServer;
  let client: Client;

  beforeEach(async () => {
    server = await startRawServer();
    const credentials = { type: 'basic', clientId: 'gauge', clientSecret: 'gauge-secret' } as const;
    client = new Client({ url: server.url, credentials });
  });

  afterEach(() => client.close());

  /** One of each. */
  const asked = (timeout?: number): Promise<unknown>[] => [
    client.describe('s', { timeout }),
    client.define({ name: 's', version: 1, fields: [] }, { timeout }),
    client.versions(['s'], { timeout }),
    client.lookUpVersions(['s'], { timeout }),
    client.request(operations.versions, undefined, { schemaNames: [] }, { timeout }),
    client.administration.clients({ timeout }),
  ];

  it('are each one attempt, whatever it is answered', async () => {
    server.answer = () => ({ status: 500, body: { message: 'no' } });
    for (const answer of asked()) await assert.rejects(answer, /\bno\b/);
    assert.equal(server.requests.length, 6);
    assert.equal(server.upgrades, 0, 'a connection was opened');
  });

  it('reject for odd options, and once the client is closed: none is sent, and nothing throws', async () => {
    for (const answer of asked(-1)) await assert.rejects(answer, SettingError);
    await client.close();
    for (const answer of asked()) await assert.rejects(answer, ClosedError);
    assert.deepEqual(server.requests, []);
  });

  it('want as many versions as were asked for', async () => {
    server.answer = () => ({ body: { versionsVector: [1] } });
    await assert.rejects(client.versions(['a', 'b']), ProtocolError);
    await assert.rejects(client.lookUpVersions(['a', 'b']), ProtocolError);
  });
});
