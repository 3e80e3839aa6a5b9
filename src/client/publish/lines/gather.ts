/** The next batch of those that have gathered on a line. */
import type { Fifo } from '../../common/fifo';
import { type BatchLimits, bytesOf, type Entry } from '../entry';

/** Takes from the head what may leave together: as many as the limits allow, at least one where one is ready. */
export function gather(gathered: Fifo<Entry>, { messages, bytes }: BatchLimits): Entry[] {
  const batch: Entry[] = [];
  let characters = 0;
  // Bytes, counted only where they could matter: a character has three at the most, and each count reads a whole text.
  let size: number | undefined;
  for (let entry = gathered.peek(); entry !== undefined; entry = gathered.peek()) {
    if (entry.stage === 'storing') break;
    if (entry.stage === 'ready') {
      characters += entry.text.length;
      if (size !== undefined || characters * 3 > bytes) size = (size ?? bytesOf(batch)) + bytesOf([entry]);
      if (batch.length > 0 && (!entry.batch || (size ?? 0) > bytes)) break;
      // What needs no schema does not fail for one that cannot be had.
      if (batch[0] !== undefined && (batch[0].check === undefined) !== (entry.check === undefined)) break;
      batch.push(entry);
    }
    gathered.shift();
    if (batch.length >= messages || batch[0]?.batch === false) break;
  }
  return batch;
}
