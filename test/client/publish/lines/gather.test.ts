import assert from 'node:assert/strict';
import { Fifo } from '../../../../src/client/common/fifo';
import type { Entry } from '../../../../src/client/publish/entry';
import { gather } from '../../../../src/client/publish/lines/gather';

const LIMITS = { messages: 3, bytes: 10 };

function gathered(...entries: readonly (string | Partial<Entry>)[]): Fifo<Entry> {
  const fifo = new Fifo<Entry>();
  for (const each of entries) {
    const own = typeof each === 'string' ? { text: each } : each;
    fifo.push({ text: '1', stage: 'ready', batch: true, check: undefined, ...own } as Entry);
  }
  return fifo;
}

const texts = (batch: readonly Entry[]): string[] => batch.map(({ text }) => text);

describe('gather', () => {
  it('takes as many as may leave together, and leaves the others', () => {
    const fifo = gathered('1', '2', '3', '4');
    assert.deepEqual(texts(gather(fifo, LIMITS)), ['1', '2', '3']);
    assert.deepEqual(texts(gather(fifo, LIMITS)), ['4']);
    assert.deepEqual(texts(gather(fifo, LIMITS)), []);
  });

  it('counts bytes, not letters, and lets one that is too large leave alone', () => {
    assert.deepEqual(texts(gather(gathered('"ééé"', '"é"'), LIMITS)), ['"ééé"']);
    assert.deepEqual(texts(gather(gathered('"four"', '1234'), LIMITS)), ['"four"', '1234']);
    assert.deepEqual(texts(gather(gathered('x'.repeat(99), '1'), LIMITS)), ['x'.repeat(99)]);
  });

  it('stops before one that leaves alone, and after it', () => {
    const fifo = gathered('1', { text: '2', batch: false }, '3');
    assert.deepEqual(
      [1, 2, 3].map(() => texts(gather(fifo, LIMITS))),
      [['1'], ['2'], ['3']],
    );
  });

  it('stops before one that is not kept yet, and passes over what has ended', () => {
    const fifo = gathered({ text: '0', stage: 'ended' }, '1', { text: '2', stage: 'storing' }, '3');
    assert.deepEqual(texts(gather(fifo, LIMITS)), ['1']);
    assert.deepEqual(texts(gather(fifo, LIMITS)), []);
  });

  it('parts what needs a schema from what needs none', () => {
    const fifo = gathered('1', { text: '2', check: 'types' }, { text: '3', check: 'types' });
    assert.deepEqual(
      [1, 2].map(() => texts(gather(fifo, LIMITS))),
      [['1'], ['2', '3']],
    );
  });
});
