import assert from 'node:assert/strict';
import { Conflict, TooLarge } from '../../../src/engine/faults';
import { NatsSea } from '../../support/nats/nats-sea';

describe('engine/jetstream/kv-catalogue', () => {
  const sea = new NatsSea();

  it('lets one of two engines win that change the same record at once', async () => {
    const engines = [await sea.open(), await sea.open()];
    let revision: number | undefined;
    for (let round = 0; round < 20; round += 1) {
      const results = await Promise.allSettled(
        engines.map(({ catalogue }, index) => catalogue.put(['a'], `${round}-${index}`, revision)),
      );
      const won = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []));
      assert.equal(won.length, 1);
      for (const result of results)
        if (result.status === 'rejected') assert.ok(result.reason instanceof Conflict);
      const record = await engines[round % 2]?.catalogue.get(['a']);
      assert.equal(record?.value, `${round}-${won[0]}`);
      revision = record?.revision;
    }
  });

  it('refuses what is larger than NATS takes', async () => {
    const { catalogue } = await sea.open();
    await assert.rejects(catalogue.put(['a'], 'x'.repeat(1_048_576), undefined), TooLarge);
    await catalogue.put(['a'], 'x'.repeat(1_040_000), undefined);
  });

  it('is made once by engines that come at the same moment', async () => {
    const engines = await Promise.all(Array.from({ length: 8 }, () => sea.open()));
    await Promise.all(engines.map(({ catalogue }, index) => catalogue.put([`${index}`], '1', undefined)));
    for (const { catalogue } of engines) assert.equal((await catalogue.get(['7']))?.value, '1');
  });
});
