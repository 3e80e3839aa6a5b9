/**
 * What every engine is held to: cases by topic, as data, so that a test can also let a broken engine fail them. An
 * engine's own test says how one is made, and mocha runs what its promises ask for.
 */

import { afterEach, describe, it } from 'mocha';
import type { Engine, EnginePromises } from '../../../src/engine/engine';
import type { LogLimits } from '../../../src/engine/log';
import { append } from './append';
import { away } from './away';
import { bounds } from './bounds';
import { catalogue } from './catalogue';
import { close } from './close';
import { done } from './groups/done';
import { forget } from './groups/forget';
import { lasting } from './groups/lasting';
import { leave } from './groups/leave';
import { shared } from './groups/shared';
import { kill } from './kill';
import { take } from './take';
import { watch } from './watch';

/** How a test gets engines of one kind. It closes, in an afterEach of its own, what the cases leave behind. */
export interface Subject {
  readonly promises: EnginePromises;
  /** One that has nothing yet. */
  make(limits?: Partial<LogLimits>): Promise<Engine>;
  /** Closes it, and opens another one on what it has kept. */
  reopen(engine: Engine): Promise<Engine>;
  /** The process dies without a word; another engine opens what it has left behind. */
  kill(engine: Engine): Promise<Engine>;
  /** Lets time pass that the engine knows of. Absent: what is kept by age is not tested. */
  readonly advance?: (ms: number) => Promise<void>;
  /** What it stands on goes away, until the result is called. Absent: it stands on nothing. */
  readonly cut?: (engine: Engine) => () => Promise<void>;
  /** Another one, of another process, on the same. Where `isShared`. */
  readonly beside?: (engine: Engine) => Promise<Engine>;
  /** Keeps its bounds to the message and the byte. */
  readonly isExact?: boolean;
}

export interface Case {
  /** What the engine does: "gives ...". */
  readonly does: string;
  /** Absent: always. */
  readonly when?: (subject: Subject) => boolean;
  run(subject: Subject): Promise<void>;
}

export const CONTRACT: Readonly<Record<string, readonly Case[]>> = {
  append,
  take,
  done,
  leave,
  lasting,
  kill,
  bounds,
  forget,
  catalogue,
  watch,
  shared,
  away,
  close,
};

/** @param subject called anew for each case. @param tidy called after each. */
export function describeContract(subject: () => Subject, tidy: () => Promise<void>): void {
  describe('keeps the contract of an engine', () => {
    afterEach(tidy);
    const given = subject();
    for (const [topic, cases] of Object.entries(CONTRACT)) {
      for (const one of cases) {
        if (one.when?.(given) ?? true) it(`${topic}: ${one.does}`, () => one.run(subject()));
      }
    }
  });
}
