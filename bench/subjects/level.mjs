/** What keeping messages on disk costs by itself: LevelDB, 256 of them in a record, the one before deleted, each write flushed. */

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
  const texts = Array.from({ length: BATCH }, () => JSON.stringify(messagesOf(bytes)[0]));
  const about = `#${JSON.stringify({ stream: STREAM, batch: true })}`;
  let key = 0;
  const load = new Load(1, async () => {
    const batch = level.batch();
    batch.put(nameOf(key), [about, ...texts].join('\n'));
    batch.del(nameOf(key - BATCH));
    key += BATCH;
    await batch.write({ sync: true });
    return BATCH;
  });
  return { measure: (ms) => measureLoad(load, ms) };
}

function nameOf(key) {
  return String(key).padStart(16, '0');
}
