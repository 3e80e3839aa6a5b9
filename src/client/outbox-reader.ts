/** What a disk outbox holds that nobody has open, read without opening it: opening writes, and holds the folder. */
import { salvage } from '../store/salvage';
import type { StoredMessage } from './outbox';
import { parseRecords } from './outbox-record';

/**
 * Those that were not settled, oldest first; of a damaged one, those that can be read.
 *
 * @throws StoreError (rejects) when the folder may not be read.
 */
export async function readOutbox(folder: string): Promise<readonly StoredMessage[]> {
  const { entries } = await salvage(folder);
  const inOrder = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return parseRecords(inOrder).flatMap(({ messages }) => messages);
}
