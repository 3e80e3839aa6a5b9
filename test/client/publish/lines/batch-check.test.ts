import assert from 'node:assert/strict';
import type { MessageCheck } from '../../../../src/client/http/message-check';
import type { Entry } from '../../../../src/client/publish/entry';
import { type Checks, refusedOf } from '../../../../src/client/publish/lines/batch-check';
import { NetworkError, ReplyError } from '../../../../src/errors';
import { entry as anEntry, takes } from './line-bench';

function entry(text: string, more: Partial<Entry> = {}): Entry {
  return anEntry(text, { check: 'types', checked: true, stage: 'sending', ...more });
}

describe('client/batch-check', () => {
  let asked: string[];

  function checks(load: () => MessageCheck, reload: () => MessageCheck): Checks {
    const ask = (how: string, check: () => MessageCheck) => async (stream: string, mode: string) => {
      asked.push(`${how} ${stream} ${mode}`);
      return check();
    };
    return { load: ask('load', load), reload: ask('reload', reload) };
  }

  async function refused(batch: readonly Entry[], from: Checks): Promise<Record<string, string>> {
    const errors = await refusedOf('s', batch, from);
    return Object.fromEntries([...errors].map(([{ text }, error]) => [text, error.message]));
  }

  const never = (): MessageCheck => assert.fail('there is nothing to look for again');

  beforeEach(() => {
    asked = [];
  });

  it('puts what passes as its schema wants it, and leaves alone what is not to be checked', async () => {
    const batch = [entry('1'), entry('7', { check: undefined })];
    assert.deepEqual(
      await refused(
        batch,
        checks(() => takes(1), never),
      ),
      {},
    );
    assert.deepEqual(
      batch.map(({ text, check }) => [text, check]),
      [
        ['1.0', undefined],
        ['7', undefined],
      ],
    );
    assert.deepEqual(asked, ['load s types']);
  });

  it('looks for a newer schema before it refuses any, once for a whole batch (G3)', async () => {
    const batch = [entry('1'), entry('2'), entry('3'), entry('4', { check: 'strict' })];
    const errors = await refused(
      batch,
      checks(
        () => takes(1),
        () => takes(2),
      ),
    );
    assert.deepEqual(errors, { 3: 'should be 2', 4: 'should be 2' });
    assert.deepEqual(
      batch.map(({ text }) => text),
      ['1.0', '2.0', '3', '4'],
    );
    assert.deepEqual(asked, ['load s types', 'load s strict', 'reload s types', 'reload s strict']);
  });

  it('refuses what there is nothing to check against, and asks no more', async () => {
    const none = (): never => {
      throw new ReplyError('forbidden', { status: 403 });
    };
    assert.deepEqual(await refused([entry('1')], checks(none, never)), { 1: 'forbidden' });
  });

  it('throws what may pass by itself, where somebody waits for it', async () => {
    const away = (): never => {
      throw new NetworkError('away');
    };
    await assert.rejects(refusedOf('s', [entry('1')], checks(away, never)), NetworkError);
    await assert.rejects(
      refusedOf(
        's',
        [entry('2')],
        checks(() => takes(1), away),
      ),
      NetworkError,
    );
    const impatient = entry('1', { patient: false });
    assert.deepEqual(await refused([impatient], checks(away, never)), { 1: 'away' });
  });
});
