/** What is wrong with a value, each with its place, in bounded work and space: the first are named, the rest counted. */

import type { Problem } from '../../errors';
import { inEnglish, type Sentence, say, type Words } from '../../sentences';

/** From the outermost in: names of fields, and places in lists. */
export type Path = readonly (string | number)[];

/** What the last of them says when there are more than are named. */
const REST = 'value.more';

/** Characters of one name in a path, and of all of it: names are whatever a message or a schema holds. */
const MAX_NAME = 80;
const MAX_PATH = 300;

export class Problems {
  /** Where we are. Whoever goes on to a field adds it, and takes it away again. */
  readonly path: (string | number)[] = [];
  readonly #limit: number;
  readonly #named: Problem[] = [];
  #more = 0;

  /** @param limit how many are named. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get count(): number {
    return this.#named.length + this.#more;
  }

  /** One that is wrong where we are. Only those that are named are asked what they say. */
  add(sentence: () => Sentence): void {
    if (this.#named.length < this.#limit) this.#named.push(problem(textOfPath(this.path), sentence()));
    else this.#more += 1;
  }

  /** The last one may say how many more there are. */
  get list(): readonly Problem[] {
    if (this.#more === 0) return this.#named;
    return [...this.#named, problem('', say(REST, { more: this.#more }))];
  }
}

/** A problem as a line of its own. @param whole stands for the place where the path is empty. */
export function lineOf({ path, message, sentence }: Problem, whole: Words): Sentence {
  if (sentence?.key === REST) return sentence;
  return say('value.at', { place: path || whole, problem: sentence ?? message });
}

/** Whether this is none of its own, but says how many more there are. */
export function isRest({ sentence }: Problem): boolean {
  return sentence?.key === REST;
}

/** How many there are, named or not. */
export function countOf(problems: readonly Problem[]): number {
  const more = problems.filter(isRest).map(({ sentence }) => Number(sentence?.values.more) - 1);
  return more.reduce((sum, count) => sum + count, problems.length);
}

/** The first few, and how many more there are. */
export function firstOf(problems: readonly Problem[], limit: number): readonly Problem[] {
  if (problems.length <= limit + 1) return problems;
  return [...problems.slice(0, limit), problem('', say(REST, { more: countOf(problems) - limit }))];
}

/** The same problem of a message that stands in a list. */
export function inList(problem: Problem, index: number): Problem {
  const { path } = problem;
  const inside = path === '' || path.startsWith('[') ? path : `.${path}`;
  return { ...problem, path: `[${index}]${inside}` };
}

/** As a person would write it: `boiler.readings[2].at`. */
export function textOfPath(path: Path): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? shortened(key, MAX_NAME) : `.${shortened(key, MAX_NAME)}`;
  }
  return shortened(text, MAX_PATH);
}

/** Cut in the middle: how a path begins and ends tells most. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const half = Math.floor(length / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}

function problem(path: string, sentence: Sentence): Problem {
  return { path, message: inEnglish(sentence), sentence };
}
