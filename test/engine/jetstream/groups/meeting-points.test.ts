import assert from 'node:assert/strict';
import { MeetingPoints } from '../../../../src/engine/jetstream/groups/meeting-points';
import { Presence } from '../../../../src/engine/jetstream/groups/presence';
import { Subjects } from '../../../../src/engine/jetstream/subjects';
import { NatsSea } from '../../../support/nats-sea';
import { PLACE } from '../../contract/reader';

describe('engine/jetstream/meeting-points', () => {
  const sea = new NatsSea();

  async function meeting() {
    const connection = await sea.connect();
    const subjects = new Subjects(sea.prefix);
    const presence = new Presence(connection, subjects);
    return { presence, connection, points: new MeetingPoints(connection, subjects, presence, 1) };
  }

  it('are the same for all who offer one at the same moment', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, meeting));
    const chosen = await Promise.all(
      all.map(({ points, presence }, index) => {
        presence.serve(PLACE.jail, `s${index}`);
        return points.choose(PLACE, 'group', `s${index}`);
      }),
    );
    assert.equal(new Set(chosen).size, 1);
    const { points, presence } = await meeting();
    presence.serve(PLACE.jail, 'late');
    assert.equal(await points.choose(PLACE, 'group', 'late'), chosen[0]);
    assert.equal(await points.choose(PLACE, 'other', 'late'), 'late');
  });

  it('are left where nobody is any more', async () => {
    const [one, two] = [await meeting(), await meeting()];
    const serving = one.presence.serve(PLACE.jail, 'first');
    assert.equal(await one.points.choose(PLACE, 'group', 'first'), 'first');
    serving.unsubscribe();
    await one.connection.nc.flush();
    two.presence.serve(PLACE.jail, 'second');
    assert.equal(await two.points.choose(PLACE, 'group', 'second'), 'second');
  });
});
