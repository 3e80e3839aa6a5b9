/**
 * A reader beside a thousand that have read nothing and were cut off, in a process of its own, as V8 learns for the life of
 * one. Says how many bytes of each message outlive their youth, though all of it is read at once.
 */
import { randomUUID } from 'node:crypto';
import { getHeapSpaceStatistics } from 'node:v8';
import { MemoryEngine } from '../../../src/engine/memory/memory-engine';
import { messageTexts } from '../../../src/protocol/message/message-texts';
import { groupKeyOf } from '../../../src/server/groups/group-key';
import { Groups } from '../../../src/server/groups/groups';
import { Member, type MemberOutlet, type Sender } from '../../../src/server/groups/member';
import { Visibility } from '../../../src/server/groups/visibility';
import { limitsOf } from '../../../src/server/limits';
import { Turn } from '../../../src/server/turn';

const LOG_ID = { jail: 'works', stream: 'boiler' };
const BATCH = 100;
/** Characters that each of the crowd is sent before it takes no more. */
const ROOM = 5_000_000;

const SMALL = body(BATCH, 75);
const LARGE = body(32, 8_192);

function body(count: number, length: number): Buffer {
  const payload = Array.from({ length: count }, (_, boiler) => ({ boiler, note: 'x'.repeat(length) }));
  return Buffer.from(JSON.stringify({ payload }));
}

/** What is written is text of its own, as of a socket. */
class Outlet implements MemberOutlet {
  readonly isOpen = true;
  written = '';
  #room: number;

  constructor(room: number) {
    this.#room = room;
  }

  get hasRoom(): boolean {
    return this.#room > 0;
  }

  deliver(sender: Sender, head: string, _headBytes: number, text: string): void {
    this.written = Buffer.from(head + text).toString('latin1');
    this.#room -= text.length;
    if (this.#room === Number.POSITIVE_INFINITY) sender.left(1);
  }

  send(): void {}
  awaitRoom(): void {}
  forget(): void {}
  end(): void {}
}

async function run(): Promise<number> {
  const engine = new MemoryEngine({ limits: limitsOf() });
  const groups = new Groups({
    log: engine.log,
    takeBytes: 16_384,
    visibility: new Visibility(new Turn()),
    onDelivered: () => {},
    onMissed: () => {},
    onError: (error) => {
      throw error;
    },
  });
  const join = (room: number): Promise<unknown> => {
    const outlet = new Outlet(room);
    const member = new Member({ id: 2, streamName: 'boiler', outlet, filter: undefined });
    return groups.join(LOG_ID, groupKeyOf('gauge', randomUUID()), member);
  };
  const publish = async (bytes: Buffer, requests: number): Promise<void> => {
    for (let request = 0; request < requests; request += 1) {
      await engine.log.append(LOG_ID, messageTexts(bytes.toString()).texts);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await join(Number.POSITIVE_INFINITY);
  await publish(SMALL, 2_000);
  await Promise.all(Array.from({ length: 1_000 }, () => join(ROOM)));
  await publish(LARGE, 22);
  // More than the log keeps for them.
  await publish(SMALL, 2_200);
  let grown = 0;
  const rounds = 20;
  for (let round = 0; round < rounds; round += 1) {
    const before = oldBytes();
    await publish(SMALL, 50);
    // All garbage may be collected meanwhile.
    grown += Math.max(0, oldBytes() - before);
  }
  return grown / (rounds * 50 * BATCH);
}

function oldBytes(): number {
  const old = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space');
  return old?.space_used_size ?? 0;
}

run().then(
  (bytes) => console.log(bytes.toFixed(1)),
  (error) => {
    throw error;
  },
);
