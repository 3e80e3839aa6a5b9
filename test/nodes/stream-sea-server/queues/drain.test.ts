import assert from 'node:assert/strict';
import { Drain } from '../../../../nodes/stream-sea-server/queues/drain';
import { readOutbox } from '../../../../src/client/outbox/outbox-reader';
import type { Offered } from '../../../../src/client/publish/unfinished';
import { ClosedError, createDiskOutbox, type StreamSeaError } from '../../../../src/index';
import { freshFolder } from '../../../support/store/folders';
import { keep } from '../../../support/store/outbox';
import { until } from '../../../support/until';

describe('drain', () => {
  let folder: string;
  let keys: number[];
  let emptied: number;

  beforeEach(async () => {
    folder = freshFolder();
    emptied = 0;
    const outbox = createDiskOutbox({ folder, warn: assert.fail });
    await outbox.open(() => {});
    keys = [];
    for (const text of ['1', '2', '3']) {
      keys.push(await keep(outbox, { stream: 'boiler', text, batch: true, at: 5 }));
    }
    await outbox.close();
  });

  async function open(heirs = new Map<number, Offered>()): Promise<Drain> {
    const drain = await Drain.open(folder, heirs, assert.fail);
    void drain.emptied.then(() => {
      emptied += 1;
    });
    return drain;
  }

  it('hands over what is there, and deletes each once it has had its end; says when that is all', async () => {
    const drain = await open();
    const { unsent } = drain.legacy;
    assert.deepEqual(
      unsent.map(({ text, at }) => [text, at]),
      [
        ['1', 5],
        ['2', 5],
        ['3', 5],
      ],
    );
    assert(unsent.every(({ keptElsewhere }) => keptElsewhere));
    for (const { publication } of unsent) {
      await Promise.resolve();
      assert.equal(emptied, 0);
      publication?.ended();
    }
    await drain.emptied;
    await drain.close();
    assert.deepEqual(await readOutbox(folder), { messages: [], isEmpty: true });
  });

  it('keeps what its client did not send before that ended, and gives back who waits for the end of the rest', async () => {
    const ends: string[] = [];
    const heir = (name: string) => ({
      publication: { ended: (error?: StreamSeaError) => void ends.push(`${name} ${error?.code}`) },
      since: 7,
    });
    const drain = await open(new Map(keys.map((key, index) => [key, heir(String(index + 1))])));
    const [one, two] = drain.legacy.unsent;
    assert.deepEqual([one?.since, one?.earlierProcess], [7, undefined]);
    one?.publication?.ended();
    two?.publication?.ended(new ClosedError('the client is closed'));
    const rest = await drain.close();
    assert.deepEqual(ends, ['1 undefined', '2 SEA_CLOSED']);
    assert.deepEqual([...rest.keys()], [keys[2]]);
    assert.deepEqual(
      (await readOutbox(folder)).messages.map(({ text }) => text),
      ['2', '3'],
    );
    assert.equal(emptied, 0);
  });

  it('is done with what has had its end, though whoever is told of it throws', async () => {
    const ended = (): void => {
      throw new Error('broken');
    };
    const drain = await open(new Map(keys.map((key) => [key, { publication: { ended }, since: 7 }])));
    for (const { publication } of drain.legacy.unsent) {
      // Told to the client's log: whoever tells of an end is guarded.
      assert.throws(() => publication?.ended(), /broken/);
    }
    await until(() => emptied === 1);
    await drain.close();
    assert.deepEqual(await readOutbox(folder), { messages: [], isEmpty: true });
  });

  it('is done at once where nothing is', async () => {
    folder = freshFolder();
    const drain = await open();
    await drain.emptied;
    await drain.close();
  });
});
