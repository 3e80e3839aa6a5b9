/** What a process of a test tells, in a line each, until it is killed. */
import { writeSync } from 'node:fs';

/** Synchronously: what was said was said before the kill. A full pipe takes less than all, or nothing for now. */
export function say(line: string): void {
  let rest = Buffer.from(`${line}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EAGAIN')) throw thrown;
    }
  }
}
