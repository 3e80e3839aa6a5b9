/** A record of the catalogue as the body of a message. A record that was removed leaves one behind, without a value. */

import type { RecordKey } from '../catalogue';

export interface StoredRecord {
  readonly key: RecordKey;
  /** Undefined: it was removed. */
  readonly value: string | undefined;
}

/** The key stands in it, as its subject tells long ones only by their hash. */
export function encodeRecord({ key, value }: StoredRecord): Uint8Array {
  return Buffer.from(JSON.stringify(value === undefined ? [key] : [key, value]));
}

/** Undefined for what is none. */
export function decodeRecord(data: Uint8Array): StoredRecord | undefined {
  try {
    const [key, value]: unknown[] = JSON.parse(Buffer.from(data).toString());
    if (!Array.isArray(key) || !key.every((part) => typeof part === 'string')) return undefined;
    return { key, value: typeof value === 'string' ? value : undefined };
  } catch {
    return undefined;
  }
}
