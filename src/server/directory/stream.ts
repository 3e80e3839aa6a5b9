/** A stream's schema: which definition may follow which (P15), and what it says of messages. Pure state. */

import { messageOf, type Problem, StreamSeaError } from '../../errors';
import { parseJson } from '../../protocol/json';
import { compileCheck, type PayloadCheck } from '../../protocol/schema/check';
import { inList, lineOf } from '../../protocol/schema/problems';
import { type Definition, parseDefinition, sameFields } from '../../protocol/schema/schema';
import { compareVersions } from '../../protocol/schema/versions';
import { inEnglish, say, type Words } from '../../sentences';
import { Refusal } from '../refusal';

/** A refused batch of a hundred thousand messages must not be answered with as many lines. */
const MAX_ERRORS = 100;

/** Told once of the stream's name, and why its definition cannot be read. */
export type OnUnreadable = (name: string, why: Words) => void;

export class Stream {
  readonly name: string;
  /** Characters of its definition as JSON text. */
  readonly length: number;
  readonly #onUnreadable: OnUnreadable;
  /** As text until it is needed. Undefined: it cannot be read. */
  #kept: string | Definition | undefined;
  #check: PayloadCheck | undefined;

  /**
   * @param text its definition, as it is kept. Parsed when it is first needed, as its check is made: thousands of schemas
   *   must not keep a server from starting.
   */
  constructor(name: string, text: string, onUnreadable: OnUnreadable) {
    this.name = name;
    this.length = text.length;
    this.#kept = text;
    this.#onUnreadable = onUnreadable;
  }

  /** It has been needed before. */
  get isRead(): boolean {
    return typeof this.#kept !== 'string';
  }

  /** Undefined: what is kept says nothing that this release understands. */
  get readable(): Definition | undefined {
    if (typeof this.#kept === 'string') this.#kept = this.#parse(this.#kept);
    return this.#kept;
  }

  /** @throws Refusal (500) when it cannot be read: nobody knows what may be published here, or who relies on it. */
  get definition(): Definition {
    if (this.readable !== undefined) return this.readable;
    throw new Refusal(
      500,
      `The schema [${this.name}] is kept, but it cannot be read. Define it again to publish to the stream.`,
    );
  }

  /**
   * Whether a definition is to take this one's place: one of a higher version, or any if this one cannot be read; the same
   * version with the same fields changes nothing.
   *
   * @throws Refusal (400) for a lower version, or the same version with other fields.
   */
  yieldsTo(next: Definition): boolean {
    if (this.readable === undefined) return true;
    const { name, version, fields } = this.readable;
    const order = compareVersions(next.version, version);
    if (order > 0) return true;
    if (order < 0) {
      // The very words of existing servers: clients may know them.
      throw new Refusal(
        400,
        `The version pushed for the schema [${name}] is [${next.version}] but there is already an older version defined [${version}]`,
      );
    }
    if (sameFields(next.fields, fields)) return false;
    throw new Refusal(
      400,
      `Define a higher version to change the fields: the schema [${name}] has a version [${version}] with others.`,
    );
  }

  /**
   * A batch is all or nothing: it is checked to its end.
   *
   * @param batch whether the messages came as a list: an error then says which one it means.
   * @throws Refusal (400) listing what the messages do wrong.
   */
  check(messages: readonly unknown[], batch: boolean): void {
    this.#check ??= compileCheck(this.definition, 'types');
    const errors = problemLines(messages, batch, this.#check);
    if (errors.length > 0) {
      throw new Refusal(400, `The payload does not follow the schema [${this.name}].`, errors);
    }
  }

  #parse(text: string): Definition | undefined {
    try {
      return parseDefinition(parseJson(text), this.name);
    } catch (thrown) {
      this.#onUnreadable(this.name, wordsOf(thrown));
      return undefined;
    }
  }
}

export function undefinedStream(name: string): Refusal {
  return new Refusal(404, `There is no stream ${JSON.stringify(name)}. Define its schema first.`);
}

/** `temperature should be ...`; in a batch with the message's index before it: `[3].temperature should be ...`. */
function problemLines(messages: readonly unknown[], batch: boolean, check: PayloadCheck): string[] {
  const lines: string[] = [];
  for (let index = 0; index < messages.length; index += 1) {
    for (const problem of check(messages[index])) {
      if (lines.length === MAX_ERRORS) return [...lines, 'There are more errors; these are the first.'];
      lines.push(problemLine(problem, batch ? index : undefined));
    }
  }
  return lines;
}

function wordsOf(thrown: unknown): Words {
  return (thrown instanceof StreamSeaError ? thrown.sentence : undefined) ?? messageOf(thrown);
}

function problemLine(problem: Problem, index: number | undefined): string {
  const line = index === undefined ? problem : inList(problem, index);
  return inEnglish(lineOf(line, say('place.message')));
}
