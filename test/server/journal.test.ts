import assert from 'node:assert/strict';
import { noJournal } from '../../src/server/journal';

describe('server/journal', () => {
  it('of a server without a store takes everything and says that it is saved', async () => {
    noJournal.write(['jail', 'a'], { name: 'A' });
    noJournal.erase(['jail', 'a']);
    noJournal.keep(['message', 'a', 's', 'g', 1], '1');
    noJournal.drop(['message', 'a', 's', 'g', 1]);
    assert.equal(await noJournal.saved(), undefined);
  });
});
