/** A file that a setting names, as text; what is wrong with it names the file and nothing of what is in it. */

import { readFile } from 'node:fs/promises';

/** The message is one line. */
export class FileError extends Error {}

/**
 * @param what it is to hold
 * @throws (rejects with) FileError
 */
export async function readText(file: string, what: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new FileError(`${file} cannot be read: ${error.message}`, { cause: error });
  });
  if (text.trim() === '') throw new FileError(`${file} holds no ${what}`);
  return text;
}
