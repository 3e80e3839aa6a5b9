import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'mocha';
import { Requests } from '../../src/server/requests';

describe('requests under way', () => {
  const come = (requests: Requests): ServerResponse => {
    const response = new EventEmitter() as ServerResponse;
    requests.enter(response);
    return response;
  };

  it('are none at first', async () => {
    const requests = new Requests();
    await requests.idle();
    assert.equal(requests.underWay, 0);
  });

  it('are over when the last one is answered', async () => {
    const requests = new Requests();
    const [one, two] = [come(requests), come(requests)];
    const told: string[] = [];
    const idle = Promise.all([requests.idle(), requests.idle()]).then(() => told.push('idle'));
    one.emit('close');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([told, requests.underWay], [[], 1]);
    two.emit('close');
    await idle;
    assert.equal(requests.underWay, 0);
  });
});
