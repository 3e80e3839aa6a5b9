import assert from 'node:assert/strict';
import { TokenStage, type TokenState } from '../../../src/client/identity/token-stage';
import { FakeClock } from '../../support/clock';
import { signToken } from '../../support/sea/tokens';

const HOUR = 3_600_000;
const START = 1_700_000_000_000;

describe('client/token-stage', () => {
  let clock: FakeClock;
  let jwt: string | undefined;
  let told: (TokenState | undefined)[];
  let stage: TokenStage;

  const endingIn = (ms: number, iat?: number) => signToken({ iat, exp: (clock.now() + ms) / 1000 });

  beforeEach(async () => {
    clock = new FakeClock(START);
    told = [];
    stage = new TokenStage({
      clock,
      token: () => jwt,
      now: () => clock.now(),
      changed: (state) => told.push(state),
    });
    jwt = await endingIn(48 * HOUR, (START - 400 * 24 * HOUR) / 1000);
  });

  it('tells when a day is left, and when it has ended', async () => {
    const endsAt = START + 48 * HOUR;
    stage.watch();
    assert.deepEqual(told, [{ name: 'valid', endsAt }]);
    await clock.advance(24 * HOUR - 1);
    assert.equal(told.length, 1);
    await clock.advance(1);
    assert.deepEqual(told.at(-1), { name: 'ending', endsAt });
    await clock.advance(24 * HOUR);
    assert.deepEqual(told.at(-1), { name: 'ended', endsAt });
    assert.deepEqual([told.length, clock.pending], [3, 0]);
  });

  it('tells each stage once, however often it is watched', () => {
    for (let n = 0; n < 3; n += 1) stage.watch();
    assert.deepEqual([told.length, clock.pending], [1, 1]);
    stage.stop();
    assert.equal(clock.pending, 0);
  });

  it('goes on with the next token, or with none', async () => {
    stage.watch();
    jwt = await endingIn(HOUR);
    stage.renewed();
    assert.deepEqual(told.at(-1), { name: 'valid', endsAt: START + HOUR });
    jwt = undefined;
    stage.renewed();
    assert.equal(told.at(-1), undefined);
    assert.deepEqual([told.length, clock.pending, stage.state], [3, 0, undefined]);
  });

  it('counts a tenth of its time for the last stretch, as far as it is known', async () => {
    jwt = await endingIn(HOUR, (START - 9 * HOUR) / 1000);
    assert.equal(stage.state?.name, 'ending');
    jwt = await endingIn(HOUR);
    assert.equal(stage.state?.name, 'valid');
    await clock.advance(0.9 * HOUR);
    assert.equal(stage.state?.name, 'ending');
  });

  it('is not woken by a token while nobody watches', async () => {
    jwt = await endingIn(HOUR);
    stage.renewed();
    assert.deepEqual([told.length, clock.pending], [0, 0]);
    assert.equal(stage.state?.name, 'valid');
  });

  it('looks again where a clock was set', async () => {
    stage.watch();
    clock.step(-HOUR);
    await clock.advance(24 * HOUR);
    assert.equal(told.length, 1);
    await clock.advance(HOUR);
    assert.equal(told.at(-1)?.name, 'ending');
    stage.stop();
  });

  it('has nothing to say of a token without an end', () => {
    jwt = 'a.b.c';
    stage.watch();
    assert.deepEqual([told.length, clock.pending, stage.state], [0, 0, undefined]);
  });
});
