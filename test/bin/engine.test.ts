import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { openEngine } from '../../bin/engine';
import { parseCommand } from '../../bin/flags';
import { freshFolder } from '../support/folders';

describe('the engine of the program', () => {
  const open = async (...flags: string[]) => {
    const command = parseCommand(flags, {});
    assert(command.name === 'serve');
    const told: unknown[] = [];
    const onWarning = (message: string) => void told.push(message);
    const engine = await openEngine(command.settings, { onError: (error) => told.push(error), onWarning });
    await engine.close();
    assert.deepEqual(told, []);
    return engine.name;
  };

  it('is what the settings name', async () => {
    assert.equal(await open(), 'memory');
    assert.equal(await open('--folder', freshFolder()), 'disk');
  });
});
