/** What a disk outbox holds that nobody has open, read without opening it: opening writes, and holds the folder. */
import { StoreError } from '../../errors';
import { quoted, say } from '../../sentences';
import { contentFolderOf } from '../../store/folder';
import { salvage } from '../../store/salvage';
import { FORMAT_KEY } from '../../store/store';
import { FORMAT } from './disk-outbox';
import type { StoredMessage } from './outbox';
import { parseRecords } from './outbox-record';

export interface OutboxContent {
  /** Those that were not settled, oldest first; of a damaged outbox, those that can be read. */
  readonly messages: readonly StoredMessage[];
  /** Why there may be more than these; none: all that is there was read. */
  readonly unread?: StoreError;
  /** All was read, and there is nothing: not even what need not be sent any more. */
  readonly isEmpty: boolean;
}

/** @throws StoreError (rejects) when the folder may not be read. */
export async function readOutbox(folder: string): Promise<OutboxContent> {
  const salvaged = await salvage(contentFolderOf(folder));
  const format = salvaged.entries.find(([key]) => key === FORMAT_KEY)?.[1];
  const entries = salvaged.entries.filter(([key]) => key !== FORMAT_KEY).sort(([a], [b]) => (a < b ? -1 : 1));
  const isForeign = format !== undefined && format !== FORMAT;
  const records = isForeign ? [] : parseRecords(entries);
  const messages = records.flatMap((record) => record.messages);
  const [reason] = isForeign ? [say('store.foreign', { format: quoted(FORMAT) })] : salvaged.damage;
  const others = entries.length - records.flatMap((record) => record.entries).length;
  if (reason !== undefined) {
    return { messages, unread: new StoreError(say('store.unusable', { folder, reason })), isEmpty: false };
  }
  if (others > 0) {
    return {
      messages,
      unread: new StoreError(say('store.leftOut', { folder, records: others })),
      isEmpty: false,
    };
  }
  return { messages, isEmpty: entries.length === 0 };
}
