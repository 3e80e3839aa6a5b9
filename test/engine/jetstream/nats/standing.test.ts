import assert from 'node:assert/strict';
import { type Clock, install } from '@sinonjs/fake-timers';
import { Standing } from '../../../../src/engine/jetstream/nats/standing';
import { inEnglish, say } from '../../../../src/sentences';

describe('engine/jetstream/standing', () => {
  const away = say('nats.silent', { where: 'a:1' });
  const full = say('nats.full', { where: 'a:1', reason: 'so' });
  const back = 'NATS at a:1 can be used again.';
  let clock: Clock;
  let told: string[];
  let standing: Standing;

  beforeEach(() => {
    clock = install({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    told = [];
    standing = new Standing({ where: 'a:1', now: () => 5, warn: (words) => told.push(inEnglish(words)) });
  });
  afterEach(() => clock.uninstall());

  it('tells of an outage once, and once of its end', () => {
    for (let time = 0; time < 3; time += 1) {
      standing.leave(away);
      standing.remind();
    }
    assert.deepEqual(standing.state, { name: 'away', since: 5, why: away });
    assert.deepEqual(told, [inEnglish(away)]);
    assert.equal(standing.recover(), true);
    assert.equal(standing.recover(), false);
    assert.deepEqual(told, [inEnglish(away), back]);
    assert.deepEqual(standing.state, { name: 'ready' });
  });

  it('tells of another reason, too: it is the same outage', () => {
    standing.leave(away);
    standing.leave(full);
    assert.deepEqual([standing.outages, standing.state.name], [1, 'away']);
    assert.equal(standing.away?.message, inEnglish(full));
    standing.recover();
    assert.deepEqual(told, [inEnglish(away), inEnglish(full), back]);
  });

  it('says last what is so: one so soon after another is told if it lasts, with its end', () => {
    standing.leave(away);
    standing.recover();
    standing.leave(away);
    standing.recover();
    assert.equal(told.length, 2, 'neither the second nor its end');
    standing.leave(away);
    clock.tick(60_000);
    standing.remind();
    standing.remind();
    standing.recover();
    assert.deepEqual(told, [inEnglish(away), back, inEnglish(away), back]);
  });

  it('can be asked while it takes nothing new, and says so', async () => {
    standing.refuse(full);
    assert.deepEqual(standing.state, { name: 'refusing', since: 5, why: full });
    assert.deepEqual([standing.isReady, standing.away, standing.outages], [true, undefined, 0]);
    assert.equal(await standing.whenReady(1_000), true);
    standing.leave(away);
    assert.deepEqual([standing.state.name, standing.isReady, standing.outages], ['away', false, 1]);
    assert.equal(standing.away?.message, inEnglish(away));
    const waits = standing.whenReady(1_000);
    standing.refuse(full);
    assert.equal(await waits, true);
    standing.recover();
    assert.deepEqual(told, [inEnglish(full), inEnglish(away), back]);
  });

  it('calls those who wait each time that it can be asked again, and when it is closed', async () => {
    let called = 0;
    const cancel = standing.onBack(() => {
      called += 1;
    });
    standing.leave(away);
    standing.recover();
    standing.refuse(full);
    standing.recover();
    assert.equal(called, 1, 'it could be asked while it was full');
    standing.leave(away);
    const waits = standing.whenReady(1_000);
    standing.close();
    assert.equal(await waits, false);
    assert.equal(called, 2);
    cancel();
    standing.leave(away);
    standing.refuse(full);
    assert.deepEqual([standing.recover(), standing.state], [false, { name: 'closed' }]);
    assert.equal(standing.away?.message, 'The server is closed.');
  });

  it('is waited for no longer than for so long', async () => {
    standing.leave(away);
    assert.equal(await standing.whenReady(0), false);
    const waits = standing.whenReady(1_000);
    clock.tick(1_000);
    assert.equal(await waits, false);
  });
});
