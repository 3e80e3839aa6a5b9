import assert from 'node:assert/strict';
import { startServer } from '../../src/server/server';

describe('the options of a server', () => {
  const nonsense = {
    'host should be': { host: 5 },
    'jail should be': { jail: 'x' },
    'jail.clientSecret should be': { jail: { clientId: 'gauge' } },
    'limits should be': { limits: null },
    'pingInterval should be': { pingInterval: Number.NaN },
    'store.folder should be': { store: {} },
    'store.durability should be': { store: { folder: 'x', durability: 'perhaps' } },
    'mount should be': { mount: {} },
    'tls.cert should be': { tls: {} },
    'probes should be': { probes: 'yes' },
    'cors should be': { cors: 5 },
    'now should be': { now: 5 },
    'onError should be': { onError: 5 },
    'onEvent should be': { onEvent: 'log' },
  };

  for (const [words, given] of Object.entries(nonsense)) {
    it(`are refused before anything is opened, by their names: ${words} ...`, async () => {
      await assert.rejects(startServer(given as never), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'SEA_OPTIONS');
        assert(error.message.startsWith(words), error.message);
        return true;
      });
    });
  }

  it('may ask for longer pauses between pings than a timer has, which are no shorter for it', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): number => warnings.push(warning);
    process.on('warning', hear);
    const server = await startServer({ pingInterval: 2 ** 31 });
    await server.close();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', hear);
    assert.deepEqual(warnings, []);
  });

  it('are an object, or none', async () => {
    await assert.rejects(startServer(null as never), { code: 'SEA_OPTIONS' });
  });
});
