/** A stream: its schema, and the groups its messages go to. Pure state. */

import type { Problem } from '../errors';
import { compileCheck, type PayloadCheck } from '../protocol/check';
import { inList, lineOf } from '../protocol/problems';
import { type Definition, sameFields } from '../protocol/schema';
import { compareVersions, type Version } from '../protocol/versions';
import { inEnglish, say } from '../sentences';
import { Group, type Subscriber } from './group';
import { isLasting } from './group-key';
import { Refusal } from './refusal';
import type { Retention } from './retention';
import type { GroupSnapshot } from './snapshot';

/** A refused batch of a hundred thousand messages must not be answered with as many lines. */
const MAX_ERRORS = 100;

/** What one request publishes. */
export interface Publication {
  readonly messages: readonly unknown[];
  /** Whether they came as a list: an error then says which one it means. */
  readonly batch: boolean;
}

interface Schema {
  readonly definition: Definition;
  readonly check: PayloadCheck;
}

export class Stream {
  readonly name: string;
  #schema: Schema | undefined;
  readonly #retention: Retention | undefined;
  readonly #groups = new Map<string, Group>();

  /** @param retention absent: nothing is kept for groups without members. */
  constructor(name: string, retention?: Retention) {
    this.name = name;
    this.#retention = retention;
  }

  get definition(): Definition | undefined {
    return this.#schema?.definition;
  }

  get version(): Version | null {
    return this.#schema?.definition.version ?? null;
  }

  get subscriptions(): number {
    let count = 0;
    for (const group of this.#groups.values()) count += group.size;
    return count;
  }

  /** True when forgetting the stream would lose nothing. */
  get isVacant(): boolean {
    return this.#schema === undefined && this.#groups.size === 0;
  }

  /**
   * Takes a first definition or a higher version; the same version with the same fields changes nothing (P15).
   *
   * @throws Refusal (400) for a lower version, or the same version with other fields: the stored one stays.
   */
  define(definition: Definition): void {
    const stored = this.#schema?.definition;
    if (stored !== undefined) {
      const order = compareVersions(definition.version, stored.version);
      if (order < 0) {
        // The very words of existing servers: clients may know them.
        throw new Refusal(
          400,
          `The version pushed for the schema [${this.name}] is [${definition.version}] but there is already an older version defined [${stored.version}]`,
        );
      }
      if (order === 0) {
        if (sameFields(definition.fields, stored.fields)) return;
        throw new Refusal(
          400,
          `The schema [${this.name}] has a version [${stored.version}] with other fields. To change the fields, define a higher version.`,
        );
      }
    }
    this.#schema = { definition, check: compileCheck(definition, 'types') };
  }

  /**
   * Gives every message to one member of each group, or keeps it for the group. A batch is all or nothing: it is
   * checked to its end before its first message is delivered.
   *
   * While the stream has no schema there is nothing to check, and every message is taken.
   *
   * @returns how many deliveries that made.
   * @throws Refusal (400) listing what the messages do wrong.
   */
  publish({ messages, batch }: Publication): number {
    const errors = this.#schema === undefined ? [] : problemLines(messages, batch, this.#schema.check);
    if (errors.length > 0) {
      throw new Refusal(400, `The payload does not follow the schema [${this.name}].`, errors);
    }
    let deliveries = 0;
    for (const message of messages) {
      // Written as text once, by the first group that needs it, and shared by all the others.
      let json: string | undefined;
      for (const group of this.#groups.values()) {
        const taker = group.takerOf(message);
        if (taker === undefined) {
          if (!group.isKeeping) continue;
          json ??= JSON.stringify(message);
          group.keep(json);
          continue;
        }
        json ??= JSON.stringify(message);
        taker.deliver(json);
        deliveries += 1;
      }
    }
    return deliveries;
  }

  join(groupKey: string, member: Subscriber): Group {
    const group = this.#groups.get(groupKey) ?? this.#open(groupKey);
    group.join(member);
    return group;
  }

  leave(groupKey: string, member: Subscriber): void {
    const group = this.#groups.get(groupKey);
    group?.leave(member);
    // Each fresh UUID makes a group: kept when empty, they would pile up over reconnects.
    if (group?.size === 0 && !group.isLasting) this.#groups.delete(groupKey);
  }

  /** A group of an earlier process, with what it has not received. */
  restore(saved: GroupSnapshot): void {
    const backlog = this.#retention?.open(this.name, saved.key);
    this.#groups.set(saved.key, new Group(backlog));
    if (backlog !== undefined) this.#retention?.restore(backlog, saved);
  }

  forget(groupKey: string): void {
    if (this.#groups.get(groupKey)?.size === 0) this.#groups.delete(groupKey);
  }

  #open(groupKey: string): Group {
    const group = new Group(isLasting(groupKey) ? this.#retention?.open(this.name, groupKey) : undefined);
    this.#groups.set(groupKey, group);
    return group;
  }
}

export function undefinedStream(name: string): Refusal {
  return new Refusal(404, `There is no stream ${JSON.stringify(name)}. Define its schema first.`);
}

/** `temperature should be ...`; in a batch with the message's index before it: `[3].temperature should be ...`. */
function problemLines(messages: readonly unknown[], batch: boolean, check: PayloadCheck): string[] {
  const lines: string[] = [];
  for (const [index, message] of messages.entries()) {
    for (const problem of check(message)) {
      if (lines.length === MAX_ERRORS) return [...lines, 'There are more errors; these are the first.'];
      lines.push(problemLine(problem, batch ? index : undefined));
    }
  }
  return lines;
}

function problemLine(problem: Problem, index: number | undefined): string {
  const line = index === undefined ? problem : inList(problem, index);
  return inEnglish(lineOf(line, say('place.message')));
}
