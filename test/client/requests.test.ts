import assert from 'node:assert/strict';
import type { Outbound } from '../../src/client/outbound';
import { Requests } from '../../src/client/requests';
import { ClosedError } from '../../src/errors';
import { operations } from '../../src/protocol/operations';

class Asking extends Requests {
  constructor(readonly outbound: Partial<Outbound> | undefined) {
    super();
  }

  protected override get asked(): Outbound {
    if (this.outbound === undefined) throw new ClosedError('closed');
    return this.outbound as Outbound;
  }
}

describe('client/requests', () => {
  it('reject once nothing may be asked any more, and throw nothing', async () => {
    const closed = new Asking(undefined);
    await assert.rejects(closed.describe('s'), ClosedError);
    await assert.rejects(closed.define({}), ClosedError);
    await assert.rejects(closed.versions(['s']), ClosedError);
    await assert.rejects(closed.request(operations.versions), ClosedError);
  });

  it('are passed on with all that they were given', async () => {
    const asking = new Asking({ request: async (...given: unknown[]) => given as never });
    assert.deepEqual(await asking.request(operations.describe, 's'), [operations.describe, 's', undefined]);
  });
});
