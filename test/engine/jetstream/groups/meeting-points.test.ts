import assert from 'node:assert/strict';
import { MeetingPoints } from '../../../../src/engine/jetstream/groups/meeting-points';
import { Presence } from '../../../../src/engine/jetstream/groups/presence';
import { Subjects } from '../../../../src/engine/jetstream/subjects';
import { NatsSea } from '../../../support/nats/nats-sea';
import { LOG_ID } from '../../contract/reader';

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
        presence.serve(LOG_ID.jail, `s${index}`);
        return points.choose(LOG_ID, 'group', `s${index}`);
      }),
    );
    assert.equal(new Set(chosen).size, 1);
    const { points, presence } = await meeting();
    presence.serve(LOG_ID.jail, 'late');
    assert.equal(await points.choose(LOG_ID, 'group', 'late'), chosen[0]);
    assert.equal(await points.choose(LOG_ID, 'other', 'late'), 'late');
  });

  it('are left where nobody is any more', async () => {
    const [one, two] = [await meeting(), await meeting()];
    const serving = one.presence.serve(LOG_ID.jail, 'first');
    assert.equal(await one.points.choose(LOG_ID, 'group', 'first'), 'first');
    serving.unsubscribe();
    await one.connection.nc.flush();
    two.presence.serve(LOG_ID.jail, 'second');
    assert.equal(await two.points.choose(LOG_ID, 'group', 'second'), 'second');
  });
});
