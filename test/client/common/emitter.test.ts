import assert from 'node:assert/strict';
import { Emitter } from '../../../src/client/common/emitter';

interface Events {
  count: number;
  word: string;
}

describe('client/emitter', () => {
  const thrown: unknown[] = [];
  let emitter: Emitter<Events>;

  beforeEach(() => {
    thrown.length = 0;
    emitter = new Emitter<Events>((name, error) => thrown.push([name, error]));
  });

  it('tells every listener of that event, in order, and no other', () => {
    const heard: string[] = [];
    emitter.on('count', (count) => heard.push(`a${count}`));
    emitter.on('count', (count) => heard.push(`b${count}`));
    emitter.on('word', (word) => heard.push(word));
    emitter.emit('count', 1);
    assert.deepEqual(heard, ['a1', 'b1']);
  });

  it('takes a listener away, once, also when the same function was added twice', () => {
    let calls = 0;
    const listener = (): void => {
      calls += 1;
    };
    const remove = emitter.on('count', listener);
    emitter.on('count', listener);
    remove();
    remove();
    emitter.emit('count', 1);
    assert.equal(calls, 1);
  });

  it('tells the others when one throws, and reports it', () => {
    const boom = new Error('boom');
    let heard = 0;
    emitter.on('count', () => {
      throw boom;
    });
    emitter.on('count', (count) => {
      heard = count;
    });
    emitter.emit('count', 7);
    assert.equal(heard, 7);
    assert.deepEqual(thrown, [['count', boom]]);
  });

  it('is not disturbed by listeners that come and go while it tells', () => {
    const heard: string[] = [];
    const removeSecond = emitter.on('count', () => {
      removeFirst();
      heard.push('first');
      emitter.on('count', () => heard.push('late'));
    });
    const removeFirst = emitter.on('count', () => heard.push('second'));
    emitter.emit('count', 1);
    assert.deepEqual(heard, ['first', 'second']);
    removeSecond();
    emitter.emit('count', 2);
    assert.deepEqual(heard, ['first', 'second', 'late']);
  });

  it('knows whether anybody listens, and forgets all when cleared', () => {
    assert.equal(emitter.has('count'), false);
    emitter.on('count', () => assert.fail('called'));
    assert.equal(emitter.has('count'), true);
    emitter.clear();
    assert.equal(emitter.has('count'), false);
    emitter.emit('count', 1);
  });
});

describe('client/emitter: once and off', () => {
  it('tells one event, also where the listener causes another', () => {
    const emitter = new Emitter<{ tick: number }>(assert.fail);
    const heard: number[] = [];
    emitter.on('tick', (value) => {
      if (value === 1) emitter.emit('tick', 2);
    });
    emitter.on('tick', (value) => heard.push(value), { once: true });
    emitter.emit('tick', 1);
    emitter.emit('tick', 3);
    assert.deepEqual(heard, [2]);
  });

  it('takes the function away that was given, once for each time', () => {
    const emitter = new Emitter<{ tick: number }>(assert.fail);
    const heard: number[] = [];
    const listener = (value: number): void => void heard.push(value);
    emitter.on('tick', listener);
    emitter.on('tick', listener);
    emitter.off('tick', listener);
    emitter.emit('tick', 1);
    emitter.off('tick', listener);
    emitter.off('tick', listener);
    emitter.emit('tick', 2);
    assert.deepEqual(heard, [1]);
  });
});
