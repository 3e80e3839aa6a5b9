import assert from 'node:assert/strict';
import { EntryInHand, Member } from '../../../src/server/groups/member';
import { FakeOutlet } from '../../support/sea/cursor';

function inHand(number: number, ...texts: string[]): EntryInHand {
  return new EntryInHand(number, texts, number);
}

describe('Member', () => {
  let outlet: FakeOutlet;
  let member: Member;
  let delivered: [number, number][];
  let pumps: number;

  beforeEach(() => {
    outlet = new FakeOutlet();
    member = new Member({ id: 7, streamName: 'dämpfe "1"', outlet, filter: undefined });
    delivered = [];
    pumps = 0;
    member.join({
      delivered: ({ number }, count) => delivered.push([number, count]),
      pump: () => {
        pumps += 1;
      },
    });
  });

  it('says whom it is in, with the subscribe’s id (P24, P26)', () => {
    assert.deepEqual(JSON.parse(outlet.answers[0] ?? ''), {
      id: 7,
      action: 'subscription',
      success: true,
      streamName: 'dämpfe "1"',
      payload: 7,
    });
  });

  it('delivers with a head whose bytes it knows', () => {
    const deliver = outlet.deliver;
    let frame = '';
    let bytes = 0;
    outlet.deliver = (sender, head, headBytes, body) => {
      frame = `${head}${body}}`;
      bytes = headBytes - Buffer.byteLength(head);
      deliver(sender, head, headBytes, body);
    };
    member.give(inHand(1, '[1]'), 0);
    assert.deepEqual(JSON.parse(frame), {
      id: 7,
      action: 'subscription',
      streamName: 'dämpfe "1"',
      payload: [1],
    });
    assert.equal(bytes, 0);
  });

  it('tells of which entries its texts have left, however they leave', () => {
    const [one, two] = [inHand(1, 'a', 'b', 'c', 'd'), inHand(2, 'e')];
    for (const index of [0, 1, 3]) member.give(one, index);
    member.give(two, 0);
    member.left(3);
    member.left(1);
    assert.deepEqual(delivered, [
      [1, 2],
      [1, 1],
      [2, 1],
    ]);
  });

  it('leaves with what has not left, and tells nothing more', () => {
    const one = inHand(1, 'a', 'b', 'c');
    for (const index of [0, 1, 2]) member.give(one, index);
    member.awaitRoom();
    outlet.leave(1);
    assert.equal(pumps, 1);
    member.awaitRoom();
    assert.deepEqual(
      member.leave().map((parcel) => ({ ...parcel })),
      [{ entry: one, first: 1, count: 2 }],
    );
    assert.equal(outlet.waiters.size, 0);
    outlet.leave();
    member.roomy();
    assert.deepEqual([delivered, pumps], [[[1, 1]], 1]);
  });
});
