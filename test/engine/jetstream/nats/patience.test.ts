import assert from 'node:assert/strict';
import { EngineAway } from '../../../../src/engine/faults';
import { persist } from '../../../../src/engine/jetstream/nats/patience';
import { say } from '../../../../src/sentences';

const away = new EngineAway(say('engine.closed'));

/** What answers after so many failures. */
function failing(error: Error, times: number) {
  let asked = 0;
  const request = async (): Promise<number> => {
    asked += 1;
    if (asked <= times) throw error;
    return asked;
  };
  const connection = {
    run: <Result>(run: () => Promise<Result>) => run(),
    whenReady: async () => true,
    isClosed: false,
    closed: new AbortController().signal,
  };
  return { connection, request, asked: () => asked };
}

describe('engine/jetstream/patience', () => {
  it('asks again until it is answered', async () => {
    const { connection, request } = failing(away, 2);
    assert.equal(await persist(connection, 60_000, request), 3);
  });

  it('gives up when the time is over, or the engine is closed', async () => {
    const late = failing(away, Number.POSITIVE_INFINITY);
    await assert.rejects(persist(late.connection, 0, late.request), away);
    const closed = failing(away, Number.POSITIVE_INFINITY);
    await assert.rejects(persist({ ...closed.connection, isClosed: true }, 60_000, closed.request), away);
    assert.deepEqual([late.asked(), closed.asked()], [1, 1]);
  });

  it('does not ask again for what is refused', async () => {
    const no = new TypeError('no');
    const { connection, request, asked } = failing(no, 1);
    await assert.rejects(persist(connection, 60_000, request), no);
    assert.equal(asked(), 1);
  });
});
