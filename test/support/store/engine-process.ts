/**
 * A process with a disk engine that appends as fast as it can, and says what was accepted, and what the group `there` has
 * read, in a line each, until it is killed. The group `away` is remembered, and reads nothing. Arguments: folder, first
 * number, messages in an entry.
 */
import { DiskEngine } from '../../../src/engine/disk/disk-engine';
import { limitsOf } from '../../engine/contract/limits';
import { LOG_ID } from '../../engine/contract/reader';
import { say } from './say';

const [, , folder = '', first = '0', messages = '1'] = process.argv;

async function main(): Promise<void> {
  const engine = await DiskEngine.open({
    folder,
    limits: limitsOf({ retainedMessages: 10_000_000, retainedBytes: 1_000_000_000 }),
    warn: (text) => say(`warning ${text}`),
    onError: (error) => say(`error ${error}`),
  });
  await (await engine.log.open(LOG_ID, 'away', { lasting: true })).leave();
  const there = await engine.log.open(LOG_ID, 'there', { lasting: true });
  void read();
  for (let next = Number(first); ; ) {
    const entries = Array.from({ length: 4 }, () =>
      Array.from({ length: Number(messages) }, () => String(next++)),
    );
    await Promise.all(
      entries.map((texts) => engine.log.append(LOG_ID, texts).then(() => say(`accepted ${texts}`))),
    );
  }

  async function read(): Promise<void> {
    for (;;) {
      const taken = await there.take(1_000);
      if ('end' in taken) return;
      for (const { number, texts } of taken.entries) {
        say(`read ${texts}`);
        there.done(number);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

void main();
