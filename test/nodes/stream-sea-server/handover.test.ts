import assert from 'node:assert/strict';
import { Handover } from '../../../nodes/stream-sea-server/handover';
import type { Legacy } from '../../../src/index';

const legacy: Legacy = { undelivered: new Map([['every s', [[1, 2]]]]), unsent: [], kept: new Map() };

const settings = (url: string, clientId: string) => ({
  client: { url, credentials: { type: 'basic' as const, clientId, clientSecret: 'secret' } },
});

describe('handover', () => {
  const here = settings('http://here', 'gauge');

  it('gives a node’s successor what was left to it, once', () => {
    const handover = new Handover();
    handover.leave('sea', here, legacy);
    assert.equal(handover.take('another', here), undefined);
    assert.equal(handover.take('sea', here), legacy);
    assert.equal(handover.take('sea', here), undefined);
  });

  it('gives nothing to a node that was edited to reach another server, or as another client', () => {
    const handover = new Handover();
    for (const other of [settings('http://there', 'gauge'), settings('http://here', 'spy')]) {
      handover.leave('sea', here, legacy);
      assert.equal(handover.take('sea', other), undefined);
      assert.equal(handover.take('sea', here), undefined);
    }
  });

  it('keeps no process alive', () => {
    const before = process.getActiveResourcesInfo().length;
    new Handover().leave('sea', here, legacy);
    assert.equal(process.getActiveResourcesInfo().length, before);
  });
});
