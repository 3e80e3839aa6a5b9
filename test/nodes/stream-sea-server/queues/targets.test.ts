import assert from 'node:assert/strict';
import { embeddedTarget, remoteTarget } from '../../../../nodes/stream-sea-server/queues/targets';

describe('targets', () => {
  it('are the same for the same address and client, however the address is written', () => {
    const { id } = remoteTarget('http://sea.example', 'gauge');
    assert.match(id, /^[0-9a-f]{16}$/);
    for (const url of ['http://sea.example:80', 'HTTP://Sea.Example/']) {
      assert.equal(remoteTarget(url, 'gauge').id, id);
    }
  });

  it('are others for another address, port, scheme or client, and for each embedded server', () => {
    const ids = [
      remoteTarget('http://sea.example', 'gauge'),
      remoteTarget('https://sea.example', 'gauge'),
      remoteTarget('http://sea.example:8080', 'gauge'),
      remoteTarget('http://lake.example', 'gauge'),
      remoteTarget('http://sea.example', 'spy'),
      embeddedTarget('a', 'gauge'),
      embeddedTarget('b', 'gauge'),
      embeddedTarget('http://sea.example', 'gauge'),
    ].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('say in words where that is', () => {
    assert.deepEqual(remoteTarget('https://sea.example', 'gauge').about, {
      address: 'https://sea.example',
      clientId: 'gauge',
    });
    assert.deepEqual(embeddedTarget('a', 'gauge').about, { server: 'a', clientId: 'gauge' });
  });
});
