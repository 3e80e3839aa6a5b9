import assert from 'node:assert/strict';
import { openEngine } from '../../src/engine/open';
import { limitsOf } from '../../src/server/limits';
import { freshFolder } from '../support/store/folders';

describe('openEngine', () => {
  const open = async (store?: { folder: string; durability?: 'written' | 'flushed' }): Promise<string> => {
    const engine = await openEngine({
      store,
      limits: limitsOf(),
      warn: (text) => assert.fail(text),
      onError: (error) => assert.fail(error),
    });
    await engine.close();
    return engine.name;
  };

  it('is the disk’s with a folder, which is free again once it is closed; memory without', async () => {
    const folder = freshFolder();
    assert.equal(await open({ folder }), 'disk');
    assert.equal(await open({ folder, durability: 'flushed' }), 'disk');
    assert.equal(await open(), 'memory');
  });
});
