import assert from 'node:assert/strict';
import { MemoryCatalogue } from '../../../src/engine/memory/memory-catalogue';

describe('engine/memory/memory-catalogue', () => {
  it('tells one who watches slowly the latest of each record alone', async () => {
    const catalogue = new MemoryCatalogue();
    const changes = catalogue.watch(new AbortController().signal);
    assert.deepEqual((await changes.next()).value, { type: 'current' });
    let revision: number | undefined;
    for (let round = 0; round < 100; round += 1) revision = await catalogue.put(['a'], `${round}`, revision);
    const gone = await catalogue.put(['b'], '1', undefined);
    await catalogue.remove(['b'], gone);
    assert.deepEqual((await changes.next()).value, {
      type: 'put',
      record: { key: ['a'], value: '99', revision },
    });
    catalogue.close();
    assert.equal((await changes.next()).done, true);
  });

  it('does not hold on to one who stops watching', async () => {
    const catalogue = new MemoryCatalogue();
    const abort = new AbortController();
    for await (const change of catalogue.watch(abort.signal)) {
      assert.equal(change.type, 'current');
      break;
    }
    abort.abort();
    await catalogue.put(['a'], '1', undefined);
    for await (const change of catalogue.watch(new AbortController().signal)) {
      assert.deepEqual(
        [change.type, change.type === 'there' && [...change.records.keys()]],
        ['there', ['["a"]']],
      );
      break;
    }
  });

  it('keeps a key as it was given, whatever becomes of that list', async () => {
    const catalogue = new MemoryCatalogue();
    const key = ['a', 'b'];
    await catalogue.put(key, '1', undefined);
    key[1] = 'c';
    assert.deepEqual((await catalogue.get(['a', 'b']))?.key, ['a', 'b']);
  });
});
