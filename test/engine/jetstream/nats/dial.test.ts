import assert from 'node:assert/strict';
import { dial } from '../../../../src/engine/jetstream/nats/dial';
import { loadNatsPackages } from '../../../../src/engine/jetstream/nats/nats-packages';
import { startNats } from '../../../support/nats/nats';

describe('engine/jetstream/dial', () => {
  it('connects, or says why it cannot', async () => {
    const server = await startNats({ config: 'authorization { user: sea, password: salt }' });
    const connect = (credentials: object) => dial({ servers: [server.url], credentials }, loadNatsPackages());
    try {
      const nc = await connect({ user: 'sea', password: 'salt' });
      assert.equal(nc.isClosed(), false);
      await nc.close();
      await assert.rejects(connect({ user: 'sea', password: 'sugar' }), /^EngineAway: NATS at \S+ refused/);
      await server.kill();
      await assert.rejects(connect({}), /^EngineAway: NATS cannot be reached at \S+: /);
    } finally {
      await server.dispose();
    }
  });
});
