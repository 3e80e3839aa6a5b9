import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Health, type Permit } from '../../../src/client/publish/health';
import {
  ClosedError,
  CredentialsError,
  ExpiredError,
  NetworkError,
  ProtocolError,
  ReplyError,
  TimeoutError,
} from '../../../src/errors';
import { FakeClock } from '../../support/clock';

const gone = new NetworkError('gone');
const unknown = new CredentialsError('unknown');

function make(): { clock: FakeClock; health: Health; changes: string[] } {
  const clock = new FakeClock();
  const changes: string[] = [];
  const health: Health = new Health({
    clock,
    random: () => 0.5,
    backoff: { first: 1_000, max: 60_000 },
    refusedFor: 300_000,
    changed: () => changes.push(`${health.state.name}${health.admits ? '' : ', nobody may ask'}`),
  });
  return { clock, health, changes };
}

function admitted(health: Health): Permit {
  const permit = health.admit();
  assert.ok(permit, 'a request may leave');
  return permit;
}

describe('client/health', () => {
  it('lets any number leave while all is well', () => {
    const { health } = make();
    for (const permit of [admitted(health), admitted(health), admitted(health)]) permit.answered();
    assert.equal(health.state.name, 'well');
  });

  it('lets nobody leave for a while once nobody answers, then one; all again when that one is answered', async () => {
    const { clock, health, changes } = make();
    admitted(health).failed(gone);
    assert.deepEqual(health.state, { name: 'away', attempt: 1, until: clock.now() + 500, why: gone });
    assert.equal(health.admit(), undefined);
    await clock.advance(500);
    const probe = admitted(health);
    assert.equal(health.admit(), undefined, 'one at a time');
    probe.answered();
    admitted(health);
    assert.deepEqual(changes, ['away, nobody may ask', 'away', 'well']);
  });

  it('waits longer each time that the one which may ask finds nobody', async () => {
    const { clock, health } = make();
    admitted(health).failed(gone);
    for (const [attempt, wait] of [
      [1, 500],
      [2, 1_000],
      [3, 2_000],
    ] as const) {
      assert.deepEqual(health.state, { name: 'away', attempt, until: clock.now() + wait, why: gone });
      await clock.advance(wait);
      admitted(health).failed(gone);
    }
  });

  it('counts a failure once, however many requests met it', async () => {
    const { clock, health } = make();
    const permits = [admitted(health), admitted(health), admitted(health)];
    for (const permit of permits) permit.failed(gone);
    assert.equal(health.state.name === 'away' && health.state.attempt, 1);
    await clock.advance(500);
    const probe = admitted(health);
    // One that left before all that is late, and ends no wait of others.
    permits[0]?.failed(gone);
    assert.equal(health.admit(), undefined);
    probe.answered();
    assert.equal(health.state.name, 'well');
  });

  it('learns nothing from what was not sent, as it was too old or we have closed', async () => {
    for (const error of [new ExpiredError('old'), new ClosedError('closed')]) {
      const { clock, health } = make();
      admitted(health).failed(error);
      assert.equal(health.state.name, 'well');
      admitted(health).failed(gone);
      const { state } = health;
      await clock.advance(500);
      admitted(health).failed(error);
      assert.equal(health.state, state);
      admitted(health);
    }
  });

  it('is well again when one that left before is answered after all', () => {
    const { clock, health } = make();
    const [first, second] = [admitted(health), admitted(health)];
    first.failed(gone);
    second.answered();
    assert.equal(health.state.name, 'well');
    assert.equal(clock.pending, 0);
  });

  it('holds any answer for an answer, errors included', () => {
    const { health } = make();
    admitted(health).failed(gone);
    health.renew();
    admitted(health).failed(new ReplyError('busy', { status: 503 }));
    assert.equal(health.state.name, 'well');
  });

  it('lets credentials that were refused elsewhere rest as long, though somebody has set the clock since', async () => {
    const { clock, health } = make();
    const until = clock.elapsed() + 300_000;
    clock.step(-3_600_000);
    health.refused(unknown, until);
    assert.equal(clock.next, 300_000);
  });

  it('lets refused credentials rest, then tries them once', async () => {
    const { clock, health } = make();
    admitted(health).failed(unknown);
    assert.deepEqual(health.state, { name: 'refused', until: clock.now() + 300_000, why: unknown });
    await clock.advance(299_999);
    assert.equal(health.admit(), undefined);
    await clock.advance(1);
    const probe = admitted(health);
    assert.equal(health.admit(), undefined);
    probe.failed(unknown);
    assert.equal(health.state.name === 'refused' && health.state.until, clock.now() + 300_000);
  });

  it('takes no answer to an earlier request for a sign that they are taken, nor silence or a page of a proxy', async () => {
    const { clock, health } = make();
    const late = [admitted(health), admitted(health)];
    admitted(health).failed(unknown);
    late[0]?.answered();
    late[1]?.failed(new ReplyError('busy', { status: 503 }));
    assert.equal(health.state.name, 'refused');
    for (const error of [new TimeoutError('slow'), new ProtocolError('a page')]) {
      await clock.advance(300_000);
      admitted(health).failed(error);
      assert.equal(health.admit(), undefined, error.message);
    }
  });

  it('lets somebody else try when the probe was ended by our own closing', async () => {
    const { clock, health, changes } = make();
    admitted(health).failed(gone);
    await clock.advance(500);
    admitted(health).failed(new ClosedError('closed'));
    assert.equal(changes.at(-1), 'away');
    assert.ok(health.admits);
  });

  it('rests no longer for refusals of requests that left before the first', async () => {
    const { clock, health } = make();
    const late = admitted(health);
    admitted(health).failed(unknown);
    const { state } = health;
    await clock.advance(1_000);
    late.failed(unknown);
    assert.equal(health.state, state);
  });

  it('does not believe a request that was sent to ask, when they were refused elsewhere meanwhile', async () => {
    const { clock, health } = make();
    health.refused(unknown);
    await clock.advance(300_000);
    const probe = admitted(health);
    health.refused(unknown);
    probe.answered();
    assert.deepEqual(health.state, { name: 'refused', until: clock.now() + 300_000, why: unknown });
    assert.equal(health.admit(), undefined);
  });

  it('lets somebody else try when nothing was asked after all', async () => {
    const { clock, health, changes } = make();
    admitted(health).failed(gone);
    await clock.advance(500);
    admitted(health).unused();
    assert.equal(changes.at(-1), 'away');
    admitted(health).answered();
  });

  it('lets one try at once when somebody says so, before all others', () => {
    const { clock, health } = make();
    admitted(health).failed(unknown);
    health.retry();
    const probe = admitted(health);
    assert.equal(health.admit(), undefined);
    health.retry();
    assert.equal(health.admit(), undefined);
    probe.failed(unknown);
    assert.equal(health.state.name === 'refused' && health.state.until, clock.now() + 300_000);
  });

  it('forgets all when renewed, and leaves no timer when closed', () => {
    const { clock, health } = make();
    admitted(health).failed(unknown);
    health.renew();
    assert.equal(health.state.name, 'well');
    assert.equal(clock.pending, 0);
    admitted(health).failed(gone);
    health.close();
    assert.equal(clock.pending, 0);
  });

  it('never has more than one request out while it is not well, nor leaves anybody waiting for ever', async () => {
    const end = fc.constantFrom('answered', 'network', 'refused', 'unused', 'wait', 'leave' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(end, { maxLength: 60 }), async (ends) => {
        const { clock, health } = make();
        const out: Permit[] = [];
        let probes = 0;
        for (const next of ends) {
          if (next === 'wait') await clock.advance(300_000);
          else if (next === 'leave') {
            const before = health.state.name;
            const permit = health.admit();
            if (permit === undefined) continue;
            if (before !== 'well') {
              probes += 1;
              assert.ok(probes <= 1, 'one at a time');
            }
            out.push(permit);
          } else {
            const permit = out.pop();
            if (permit === undefined) continue;
            probes = 0;
            if (next === 'answered') permit.answered();
            else if (next === 'unused') permit.unused();
            else permit.failed(next === 'network' ? gone : unknown);
          }
        }
        for (const permit of out) permit.unused();
        await clock.advance(300_000);
        assert.ok(health.admits);
      }),
    );
  });

  it('lets one try at once what has taken the place of refused credentials, whatever is still said of those', async () => {
    const { health, changes, clock } = make();
    const [early, late] = [admitted(health), admitted(health)];
    early.failed(unknown);
    assert.equal(health.admit(), undefined);
    health.renewed();
    const probe = admitted(health);
    assert.equal(health.admit(), undefined, 'one at a time');
    late.failed(unknown);
    probe.answered();
    assert.equal(health.state.name, 'well');
    assert.deepEqual([changes.at(-1), clock.pending], ['well', 0]);
  });

  it('hears nothing of what was asked with credentials that others have taken the place of', () => {
    const { health } = make();
    const before = admitted(health);
    health.renewed();
    before.failed(unknown);
    assert.equal(health.state.name, 'well');
    before.failed(gone);
    assert.equal(health.state.name, 'away');
    const probe = make();
    admitted(probe.health).failed(unknown);
    probe.health.retry();
    const old = admitted(probe.health);
    probe.health.renewed();
    const asked = admitted(probe.health);
    old.failed(unknown);
    asked.answered();
    assert.equal(probe.health.state.name, 'well');
  });
});
