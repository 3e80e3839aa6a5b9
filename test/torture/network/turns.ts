/**
 * Turns of the event loop, counted, so that a run can wait until everything that can happen by itself has happened. Of
 * the harness and the client both, whatever is put off to a later turn is put off by `setImmediate`.
 */
import { Violation } from '../violation';

const original = globalThis.setImmediate;

/** More than anything needs: a client that still has something to do then will have for ever. */
const ENDLESS = 3_000;

let pending = 0;
let count = 0;

const counted = ((run: (...args: unknown[]) => void, ...args: unknown[]) => {
  pending += 1;
  return original(() => {
    pending -= 1;
    run(...args);
  });
}) as typeof setImmediate;

/** Counts from now on; the result ends it. */
export function countTurns(): () => void {
  globalThis.setImmediate = Object.assign(counted, original);
  return () => {
    globalThis.setImmediate = original;
  };
}

/** Turns so far: a time of its own, for what happens at the same time on every clock. */
export function turnsSoFar(): number {
  return count;
}

/** From here on it counts as another turn, though it is the same: what was sent before is told from what is sent now. */
export function turned(): void {
  count += 1;
}

/** Resolves in the next turn, behind all promises that can settle and all immediates there were. */
export function turn(): Promise<void> {
  count += 1;
  return new Promise((resolve) => original(() => resolve()));
}

/** Resolves when nothing more happens unless time passes. */
export async function settled(): Promise<void> {
  let quiet = 0;
  for (let turns = 0; quiet < 2; turns += 1) {
    if (turns > ENDLESS) throw new Violation('calm', `${ENDLESS} turns, and something is still put off`);
    await turn();
    quiet = pending === 0 ? quiet + 1 : 0;
  }
}
