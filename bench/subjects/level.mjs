/** What keeping messages on disk costs by itself: LevelDB, 256 new ones and 256 deleted ones in each flushed write. */

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { Load, measureLoad } from '../lib/measure.mjs';
import { messagesOf, STREAM } from '../lib/messages.mjs';

const BATCH = 256;

export async function start({ bytes = 96 }) {
  const folder = await mkdtemp(join(tmpdir(), 'stream-sea-level-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const level = new ClassicLevel(folder, { compression: false, writeBufferSize: 1_048_576 });
  await level.open();
  const [message] = messagesOf(bytes);
  const record = `${JSON.stringify({ stream: STREAM, batch: true })}\n${JSON.stringify(message)}`;
  let key = 0;
  const load = new Load(1, async () => {
    const batch = level.batch();
    for (const last = key + BATCH; key < last; key += 1) {
      batch.put(nameOf(key), record);
      if (key >= BATCH) batch.del(nameOf(key - BATCH));
    }
    await batch.write({ sync: true });
    return BATCH;
  });
  return { measure: (ms) => measureLoad(load, ms) };
}

function nameOf(key) {
  return String(key).padStart(16, '0');
}
