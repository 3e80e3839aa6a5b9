/** Waiting for what a real socket brings about: asked again at each turn of the event loop, with mocha's timeout. */
import { setTimeout as delay } from 'node:timers/promises';

export async function until(
  condition: () => boolean | Promise<boolean>,
  what = 'the condition',
): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what} did not come true within 30 s`);
    await delay(1);
  }
}
