/**
 * A process that accepts messages into a disk outbox as fast as it can, and says what became of each in a line of
 * its output, until it is killed. Every third is settled at once, so that deleting is under way too when the end
 * comes. After a refusal it waits for a byte of input. Arguments: folder, first number, how many at once, bytes of
 * filler in each message.
 */
import { once } from 'node:events';
import { createDiskOutbox } from '../../../src/client/outbox/disk-outbox';
import { keep } from './outbox';
import { say } from './say';

const [, , folder = '', first = '0', atOnce = '1', bytes = '0'] = process.argv;

async function main(): Promise<void> {
  const outbox = createDiskOutbox({ folder, warn: (text) => say(`warning ${text}`) });
  await outbox.open(() => {});
  let next = Number(first);
  for (;;) {
    const numbers = Array.from({ length: Number(atOnce) }, () => next++);
    await Promise.all(numbers.map((number) => accept(number)));
  }

  async function accept(number: number): Promise<void> {
    const text = JSON.stringify({ number, filler: 'x'.repeat(Number(bytes)) });
    try {
      const key = await keep(outbox, { stream: 'boiler', text, batch: true, at: 5 });
      if (number % 3 === 0) {
        say(`settled ${number}`);
        outbox.settle(key);
      } else {
        say(`accepted ${number}`);
      }
    } catch (thrown) {
      say(`refused ${number} ${thrown}`);
      await once(process.stdin, 'data');
    }
  }
}

void main();
