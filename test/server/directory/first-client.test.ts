import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MemoryEngine } from '../../../src/engine/memory/memory-engine';
import { drawFirstClient } from '../../../src/server/directory/first-client';
import { limitsOf } from '../../../src/server/limits';
import { startServer } from '../../../src/server/server';
import { ok, Wire } from '../../support/network/wire';

describe('the first client', () => {
  const makeEngine = () => new MemoryEngine({ limits: limitsOf() });

  it('is drawn where there is none, and can do what a first client can', async () => {
    const engine = makeEngine();
    const drawn = await drawFirstClient(engine.catalogue);
    assert(drawn);
    assert.equal(drawn.clientSecret.length, 43);
    const server = await startServer({ engine });
    await Wire.login(server.url, drawn);
    await ok(
      server.url,
      'POST',
      '/jails',
      { newJailId: 'j', newJailName: '', newClientId: 'c' },
      { as: drawn },
    );
    await server.close();
  });

  it('is drawn once, by however many start together', async () => {
    const { catalogue } = makeEngine();
    const drawn = await Promise.all([1, 2, 3].map(() => drawFirstClient(catalogue)));
    assert.equal(drawn.filter((one) => one !== undefined).length, 1);
    assert.equal(await drawFirstClient(catalogue), undefined);
  });

  it('is not drawn where somebody has made a client of the same jail', async () => {
    const { catalogue } = makeEngine();
    await catalogue.put(['client', 'a'], '{"jail":"another"}', undefined);
    await catalogue.put(['stream', 'first', 'client'], '{"jail":"first"}', undefined);
    await catalogue.put(['client', 'b'], '{"jail":"first"}', undefined);
    assert.equal(await drawFirstClient(catalogue), undefined);
    assert(await drawFirstClient(catalogue, 'third'));
  });
});
