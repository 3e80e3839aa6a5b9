import assert from 'node:assert/strict';
import { Presence } from '../../../../src/engine/jetstream/groups/presence';
import { Subjects } from '../../../../src/engine/jetstream/subjects';
import { NatsSea } from '../../../support/nats/nats-sea';

describe('engine/jetstream/presence', () => {
  const sea = new NatsSea();

  it('tells whether anybody reads a consumer, wherever', async () => {
    const subjects = new Subjects(sea.prefix);
    const one = new Presence(await sea.connect(), subjects);
    const connection = await sea.connect();
    const serving = new Presence(connection, subjects).serve('a.b', 'c');
    // Who asks has a connection of its own: NATS may hear the question first.
    await connection.nc.flush();
    assert.equal(await one.isServed('a.b', 'c'), true);
    assert.equal(await one.isServed('a', 'c'), false);
    serving.unsubscribe();
    await connection.nc.flush();
    assert.equal(await one.isServed('a.b', 'c'), false);
  });
});
