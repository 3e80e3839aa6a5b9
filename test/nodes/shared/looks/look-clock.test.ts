import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { LookClock } from '../../../../nodes/shared/looks/look-clock';

describe('the clock of a look', () => {
  const NOON = 43_200_000;
  const HOUR = 3_600_000;
  let clock: ReturnType<typeof install>;

  beforeEach(() => {
    clock = install({ toFake: ['Date', 'performance'], now: NOON });
  });

  afterEach(() => clock.uninstall());

  it('counts on while somebody looks, also when the clock of the machine is set back: rates had points to come', () => {
    const look = new LookClock();
    const times = [look.now()];
    for (let second = 1; second < 5; second += 1) {
      clock.tick(1_000);
      if (second === 2) clock.setSystemTime(Date.now() - HOUR);
      times.push(look.now());
    }
    assert.deepEqual(
      times,
      [0, 1, 2, 3, 4].map((second) => NOON + second * 1_000),
    );
  });

  it('is the one of the machine again once nobody has looked for as long as a picture lasts', () => {
    const look = new LookClock();
    look.now();
    clock.setSystemTime(NOON - HOUR);
    clock.tick(180_000);
    assert.equal(look.now(), NOON + 180_000);
    clock.tick(180_001);
    assert.equal(look.now(), NOON - HOUR + 360_001);
  });
});
