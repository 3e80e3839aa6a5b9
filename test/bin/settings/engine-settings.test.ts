import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type EngineSettings, engineOf } from '../../../bin/settings/engine-settings';
import type { Given } from '../../../bin/settings/values';

describe('the engine', () => {
  const engine = (flags: Record<string, string>, variables: Record<string, string> = {}): EngineSettings => {
    const find =
      (texts: Record<string, string>) =>
      (name: string): Given | undefined => {
        const text = texts[name];
        return text === undefined ? undefined : { where: name, text };
      };
    return engineOf(find(flags), find(variables));
  };

  it('is what it is told with', () => {
    assert.deepEqual(engine({}), { name: 'memory' });
    assert.deepEqual(engine({ folder: 'a' }), { name: 'disk', folder: 'a', durability: 'written' });
    assert.deepEqual(engine({ nats: 'a' }), {
      name: 'jetstream',
      servers: ['a:4222'],
      isTls: false,
      auth: undefined,
      replicas: 1,
      prefix: 'stream-sea',
    });
  });

  it('has NATS servers in any common form', () => {
    const settings = engine({ nats: 'a:4222, nats://b,tls://c:4223,nats://[::1]:4222' });
    assert(settings.name === 'jetstream');
    assert.deepEqual(settings.servers, ['a:4222', 'b:4222', 'c:4223', '[::1]:4222']);
    assert(settings.isTls);
  });

  it('signs in to NATS by file, by variables, or by what stands in an address, which is kept apart from it', () => {
    const auth = (flags: Record<string, string>, variables?: Record<string, string>): unknown => {
      const settings = engine({ nats: 'a', ...flags }, variables);
      assert(settings.name === 'jetstream');
      assert.deepEqual(settings.servers, ['a:4222']);
      return settings.auth;
    };
    assert.deepEqual(auth({ 'nats-credentials': 'f' }), { credentialsFile: 'f' });
    assert.deepEqual(auth({}, { STREAM_SEA_NATS_USER: 'u', STREAM_SEA_NATS_PASSWORD: 'p' }), {
      user: 'u',
      password: 'p',
    });
    assert.deepEqual(auth({ nats: 'nats://u:p%40q@a' }), { user: 'u', password: 'p@q' });
    assert.deepEqual(auth({ nats: 'nats://u:50%@a' }), { user: 'u', password: '50%' });
    assert.deepEqual(auth({ nats: 'nats://50%25@a' }), { token: '50%' });
  });
});
