/** How a subject measures itself: what happened within a window of time, by its own clock. */

import { setTimeout as sleep } from 'node:timers/promises';

/** Until a side runs at full speed, in each round anew. */
const RAMP = 250;

/** @param count how often it has happened so far @param ms length of the window */
export async function measure(count, ms) {
  await sleep(RAMP);
  const from = { count: count(), time: performance.now(), cpu: process.cpuUsage() };
  await sleep(ms);
  const seconds = (performance.now() - from.time) / 1_000;
  const { user, system } = process.cpuUsage(from.cpu);
  return { count: count() - from.count, seconds, cpu: (user + system) / 1e6 / seconds };
}

/** Keeps a load up for a window, then waits until all that was offered is done. */
export async function measureLoad(load, ms) {
  load.start();
  const result = await measure(() => load.done, ms);
  await load.stop();
  return { ...result, total: load.done };
}

/** How long something takes, over and over, one at a time. */
export async function measureLatency(once, ms) {
  for (const end = performance.now() + RAMP; performance.now() < end; ) await once();
  const times = [];
  for (const end = performance.now() + ms; performance.now() < end; ) {
    const from = performance.now();
    await once();
    times.push((performance.now() - from) * 1_000);
    // A pause, as bursts are another row.
    await new Promise((resolve) => setImmediate(resolve));
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return { count: times.length, p50: at(0.5), p99: at(0.99) };
}

/** So many at once, each followed by the next: `act` resolves when one is done, with how many messages it was. */
export class Load {
  done = 0;
  #act;
  #width;
  #going = false;
  #workers = [];

  constructor(width, act) {
    this.#width = width;
    this.#act = act;
  }

  start() {
    this.#going = true;
    this.#workers = Array.from({ length: this.#width }, () => this.#work());
  }

  async stop() {
    this.#going = false;
    await Promise.all(this.#workers);
  }

  async #work() {
    while (this.#going) {
      // In two steps, as `+=` would read before it waits, and overwrite what others have added.
      const count = await this.#act();
      this.done += count;
    }
  }
}

/** Waits for what must come soon. */
export async function until(reached, what) {
  for (const end = performance.now() + 60_000; !(await reached()); await sleep(5)) {
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}.`);
  }
}
