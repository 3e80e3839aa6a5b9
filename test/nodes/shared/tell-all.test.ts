import assert from 'node:assert/strict';
import { tellAll } from '../../../nodes/shared/tell-all';

describe('several who listen', () => {
  it('all hear, each once, though some throw; then it is thrown what the first of these threw', () => {
    const heard: string[] = [];
    const listeners = new Set(['a', 'b', 'c']);
    const tell = (listener: string): void => {
      heard.push(listener);
      listeners.delete(listener);
      listeners.add(`${listener} again`);
      if (listener !== 'a') throw new Error(listener);
    };
    assert.throws(() => tellAll(listeners, tell), /^Error: b$/);
    assert.deepEqual(heard, ['a', 'b', 'c']);
    tellAll(['a'], tell);
    assert.equal(heard.length, 4);
  });

  it('is thrown what is no error, too', () => {
    const tell = (): void => {
      throw undefined;
    };
    let wasThrown = false;
    try {
      tellAll(['a'], tell);
    } catch {
      wasThrown = true;
    }
    assert(wasThrown);
  });
});
