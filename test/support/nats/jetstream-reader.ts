/**
 * A process that reads a group and sends nothing on, so that a test can kill it with all that it has. Says each text
 * that it has taken. Arguments: server, prefix, group, how many entries are done, and for how long the others are its own.
 */
import { createJetStreamEngine } from '../../../src/engine/jetstream/jetstream-engine';
import { limitsOf } from '../../engine/contract/limits';
import { LOG_ID } from '../../engine/contract/reader';

const [, , server = '', prefix = '', group = '', done = '0', ackWait = '1000'] = process.argv;

async function main(): Promise<void> {
  const engine = await createJetStreamEngine({
    servers: [server],
    prefix,
    limits: limitsOf(),
    ackWait: Number(ackWait),
  });
  const cursor = await engine.log.open(LOG_ID, group, { lasting: true });
  let count = 0;
  for (;;) {
    const taken = await cursor.take(100);
    if ('end' in taken) return;
    for (const { number, texts } of taken.entries) {
      if (count < Number(done)) cursor.done(number);
      count += 1;
      console.log(texts.join());
    }
  }
}

void main();
