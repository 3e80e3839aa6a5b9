import assert from 'node:assert/strict';
import { Handover } from '../../../nodes/stream-sea-server/handover';

const undelivered = new Map([['every s', [[1, 2]]]]);

const settings = (url: string, clientId: string) => ({
  client: { url, credentials: { type: 'basic' as const, clientId, clientSecret: 'secret' } },
});

describe('handover', () => {
  const here = settings('http://here', 'gauge');

  it('gives a node’s successor what was left to it, once', () => {
    const handover = new Handover();
    handover.leave('sea', here, undelivered);
    assert.equal(handover.take('another', here).size, 0);
    assert.equal(handover.take('sea', here), undelivered);
    assert.equal(handover.take('sea', here).size, 0);
  });

  it('gives nothing to a node that was edited to reach another server, or as another client', () => {
    const handover = new Handover();
    for (const other of [settings('http://there', 'gauge'), settings('http://here', 'spy')]) {
      handover.leave('sea', here, undelivered);
      assert.equal(handover.take('sea', other).size, 0);
      assert.equal(handover.take('sea', here).size, 0);
    }
  });

  it('keeps no process alive', () => {
    const before = process.getActiveResourcesInfo().length;
    new Handover().leave('sea', here, undelivered);
    assert.equal(process.getActiveResourcesInfo().length, before);
  });
});
