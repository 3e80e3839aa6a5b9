/** Damage to the files of a store, as disks and power cuts do it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The path of the one file in the folder whose name matches; of the newest, if they are more. */
export function fileIn(folder: string, name: RegExp): string {
  const found = readdirSync(folder)
    .filter((each) => name.test(each))
    .sort()
    .at(-1);
  if (found === undefined) throw new Error(`there is no ${name} among ${readdirSync(folder)}`);
  return join(folder, found);
}

export const LOG = /^\d+\.log$/;
export const TABLE = /^\d+\.ldb$/;
export const MANIFEST = /^MANIFEST-/;

export function alter(file: string, change: (bytes: Buffer) => Uint8Array | undefined): void {
  const bytes = readFileSync(file);
  writeFileSync(file, change(bytes) ?? bytes);
}

/** Turns one bit around. */
export function flip(file: string, at: number): void {
  alter(file, (bytes) => {
    const place = at < 0 ? bytes.length + at : at;
    bytes[place] = (bytes[place] ?? 0) ^ 4;
    return bytes;
  });
}
