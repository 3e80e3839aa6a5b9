import assert from 'node:assert/strict';
import { loadNatsPackages } from '../../../../src/engine/jetstream/nats/nats-packages';
import { SettingError } from '../../../../src/errors';

describe('engine/jetstream/nats-packages', () => {
  it('are loaded', () => {
    const { transport, jetstream } = loadNatsPackages();
    assert.equal(typeof transport.connect, 'function');
    assert.equal(typeof jetstream.jetstreamManager, 'function');
  });

  it('are asked for in a sentence when they are not installed', () => {
    const missing = (): never => {
      throw new Error('Cannot find module');
    };
    assert.throws(
      () => loadNatsPackages(missing),
      (error) =>
        error instanceof SettingError && /npm install @nats-io\/transport-node@3 /.test(error.message),
    );
  });
});
