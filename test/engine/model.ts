/**
 * A log as one would write it who has all the time in the world: every group has a list of its own, and every bound is
 * found by counting. Commands are drawn at random; after each of them an engine's log must say the same.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Engine } from '../../src/engine/engine';
import type { Cursor, Entry, LogLimits, Taken } from '../../src/engine/log';
import type { Subject } from './contract/contract';
import { LOG_ID } from './contract/reader';

export type Command =
  | { readonly type: 'append'; readonly messages: number; readonly size: number }
  | { readonly type: 'open' | 'leave' | 'forget'; readonly group: number }
  | { readonly type: 'take'; readonly group: number; readonly maxBytes: number }
  | { readonly type: 'done'; readonly group: number; readonly index: number }
  | { readonly type: 'give back'; readonly group: number; readonly index: number; readonly sent: number }
  | { readonly type: 'pass time'; readonly ms: number }
  | { readonly type: 'reopen' | 'kill' };

/** The first are lasting, the others are not. */
const GROUPS = ['client a', 'client b', 'client c', 'group d', 'group e'];
const LASTING = 3;

/** One of them more often than the others, or none of them would see much. */
const group = fc.constantFrom(0, 0, 0, 0, 0, 1, 1, 2, 3, 3, 4);
const index = fc.nat(5);

export const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('append' as const),
        messages: fc.integer({ min: 1, max: 4 }),
        size: fc.integer({ min: 1, max: 90 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('open' as const), group }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('leave' as const), group }) },
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('take' as const),
        group,
        maxBytes: fc.integer({ min: 1, max: 400 }),
      }),
    },
    { weight: 5, arbitrary: fc.record({ type: fc.constant('done' as const), group, index }) },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('give back' as const), group, index, sent: fc.nat(2) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('pass time' as const), ms: fc.integer({ min: 1, max: 600 }) }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('forget' as const), group }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('reopen' as const, 'kill' as const) }) },
  ),
  { maxLength: 80, size: 'max' },
);

/** Some that are met soon, and some that are not. */
export const bounds: fc.Arbitrary<LogLimits> = fc.record({
  retainedMessages: fc.constantFrom(3, 9, 1_000),
  retainedBytes: fc.constantFrom(1_500, 4_000, 1_000_000),
  passingBytes: fc.constant(1_000_000_000),
  retainedGroups: fc.constantFrom(2, 5),
  retainedAge: fc.constantFrom(1_000, 100_000),
});

interface Item {
  readonly id: number;
  readonly texts: readonly string[];
  /** Was taken once, so that it is its reader's, even when the log has let it go. */
  readonly isBack: boolean;
}

class Group {
  readonly isLasting: boolean;
  /** Sorted. */
  untaken: Item[] = [];
  taken = new Map<number, Entry>();
  missed = 0;
  isOvertaken = false;
  since = 0;
  /** Without a reader: nothing from here on is let go, not even what is done. */
  at = 0;
  cursor: Cursor | undefined;
  waiting: { readonly maxBytes: number; readonly taken: Promise<Taken> } | undefined;

  constructor(isLasting: boolean) {
    this.isLasting = isLasting;
  }

  get isVacant(): boolean {
    return this.cursor === undefined;
  }

  get size(): number {
    return this.untaken.reduce((sum, { texts }) => sum + texts.length, 0);
  }
}

export class Model {
  readonly #subject: Subject;
  readonly #limits: LogLimits;
  #engine: Engine;
  readonly #entries: (readonly string[])[] = [];
  /** By number, as the engine gives them. */
  readonly #groups = new Map<string, Group>();
  #head = 0;
  #edge = 0;
  #now = 0;
  #dropped = 0;
  #forgotten = 0;
  #drawn = 0;

  private constructor(subject: Subject, limits: LogLimits, engine: Engine) {
    this.#subject = subject;
    this.#limits = limits;
    this.#engine = engine;
  }

  static async run(subject: Subject, limits: LogLimits, all: readonly Command[]): Promise<void> {
    const model = new Model(subject, limits, await subject.make(limits));
    for (const command of all) {
      await model.#run(command);
      model.#compare();
    }
    await model.#engine.close();
  }

  #compare(): void {
    this.#expire();
    let retained = 0;
    for (const one of this.#groups.values()) if (one.isLasting && one.isVacant) retained += one.size;
    assert.deepEqual(this.#engine.log.stats, {
      retained,
      dropped: this.#dropped,
      forgotten: this.#forgotten,
    });
  }

  async #run(command: Command): Promise<void> {
    switch (command.type) {
      case 'append':
        return this.#append(command.messages, command.size);
      case 'open':
        return this.#open(GROUPS[command.group] ?? '', command.group < LASTING);
      case 'leave':
        return this.#leave(GROUPS[command.group] ?? '');
      case 'take':
        return this.#take(this.#groups.get(GROUPS[command.group] ?? ''), command.maxBytes);
      case 'done':
      case 'give back': {
        const one = this.#groups.get(GROUPS[command.group] ?? '');
        const entry = one && [...one.taken.entries()][command.index % Math.max(1, one.taken.size)];
        if (one === undefined || entry === undefined) return;
        return command.type === 'done'
          ? this.#done(one, ...entry)
          : this.#giveBack(one, ...entry, command.sent);
      }
      case 'pass time':
        this.#now += command.ms;
        return this.#subject.advance?.(command.ms);
      case 'forget':
        return this.#forget(GROUPS[command.group] ?? '');
      case 'reopen':
        return this.#subject.promises.outlivesProcess ? this.#reopen() : undefined;
      case 'kill':
        return this.#subject.promises.outlivesProcess ? this.#kill() : undefined;
    }
  }

  async #append(messages: number, size: number): Promise<void> {
    const texts = Array.from({ length: messages }, () => {
      this.#drawn += 1;
      return JSON.stringify(`${this.#drawn}`.padStart(size, '.'));
    });
    this.#expire();
    const id = this.#entries.push(texts) - 1;
    for (const one of this.#groups.values()) {
      if (!one.isOvertaken) one.untaken.push({ id, texts, isBack: false });
    }
    await this.#engine.log.append(LOG_ID, texts);
    let left = sum(this.#entries.slice(this.#edge), ({ length }) => length);
    for (; left > this.#limits.retainedMessages && this.#edge < id; this.#edge += 1) {
      left -= this.#entries[this.#edge]?.length ?? 0;
    }
    for (const one of this.#groups.values()) if (one.isLasting && one.isVacant) this.#drop(one, this.#edge);
    for (const one of this.#groups.values()) await this.#answer(one);
    this.#release();
    const weigh = (): number => sum(this.#entries.slice(this.#head), weightOf);
    for (; weigh() > this.#limits.retainedBytes && this.#entries.length - this.#head > 1; this.#release()) {
      this.#head += 1;
      for (const one of this.#groups.values()) {
        if (one.isLasting) this.#drop(one, this.#head);
        else one.isOvertaken ||= one.untaken.some((item) => !item.isBack && item.id < this.#head);
      }
    }
  }

  async #open(name: string, isLasting: boolean): Promise<void> {
    this.#expire();
    const one = this.#groups.get(name) ?? new Group(isLasting);
    if (one.cursor !== undefined) return;
    this.#groups.set(name, one);
    one.cursor = await this.#engine.log.open(LOG_ID, name, { lasting: isLasting });
    // What comes before something that is done already was taken once, and is given as if it had been given back.
    const left = new Map(one.untaken.map((item) => [item.id, item.texts.length]));
    const isWhole = (id: number): boolean => left.get(id) === this.#entries[id]?.length;
    const first = one.untaken[0]?.id ?? this.#entries.length;
    let next = this.#entries.length;
    while (next > first && isWhole(next - 1)) next -= 1;
    one.untaken = one.untaken.map((item) => ({ ...item, isBack: item.id < next }));
  }

  async #leave(name: string): Promise<void> {
    const one = this.#groups.get(name);
    if (one?.cursor === undefined) return;
    await one.cursor.leave();
    if (one.waiting !== undefined) assert.deepEqual(await one.waiting.taken, { end: 'left' });
    one.waiting = undefined;
    one.cursor = undefined;
    one.since = this.#now;
    if (!one.isLasting) {
      this.#remove(name);
      return;
    }
    // Last in the order in which they are given up.
    this.#groups.delete(name);
    this.#groups.set(name, one);
    for (const id of one.taken.keys()) insert(one, { id, texts: this.#entries[id] ?? [], isBack: true });
    one.taken.clear();
    this.#vacated(one);
    this.#release();
    this.#expire();
  }

  /** Without a reader, nothing is its own any more. */
  #vacated(one: Group): void {
    one.untaken = one.untaken.map((item) => ({ ...item, isBack: false }));
    this.#drop(one, Math.max(this.#edge, this.#head));
    one.at = one.untaken[0]?.id ?? this.#entries.length;
  }

  async #take(one: Group | undefined, maxBytes: number): Promise<void> {
    if (one?.cursor === undefined || one.waiting !== undefined) return;
    one.waiting = { maxBytes, taken: one.cursor.take(maxBytes) };
    await this.#answer(one);
  }

  /** What a take that waits is given, if there is something. */
  async #answer(one: Group): Promise<void> {
    if (one.waiting === undefined || (one.untaken.length === 0 && !one.isOvertaken)) return;
    const { maxBytes, taken: promise } = one.waiting;
    one.waiting = undefined;
    const taken = await promise;
    if (one.isOvertaken) {
      assert.deepEqual(taken, { end: 'overtaken' });
      for (const [name, other] of [...this.#groups]) if (other === one) this.#remove(name);
      return;
    }
    assert.ok('entries' in taken, JSON.stringify(taken));
    const items: Item[] = [];
    let size = 0;
    for (let item = one.untaken[0]; item !== undefined; item = one.untaken[0]) {
      const own = sum(item.texts, ({ length }) => length);
      if (items.length > 0 && size + own > maxBytes) break;
      size += own;
      items.push(item);
      one.untaken.shift();
    }
    assert.deepEqual(
      taken.entries.map(({ texts }) => texts),
      items.map(({ texts }) => texts),
    );
    assert.equal(taken.missed ?? 0, one.missed);
    one.missed = 0;
    for (const [at, { id }] of items.entries()) {
      const entry = taken.entries[at];
      if (entry !== undefined) one.taken.set(id, entry);
    }
    this.#release();
  }

  #done(one: Group, id: number, { number }: Entry): void {
    one.cursor?.done(number);
    one.taken.delete(id);
    this.#release();
  }

  async #giveBack(one: Group, id: number, entry: Entry, sent: number): Promise<void> {
    const texts = entry.texts.slice(Math.min(sent, entry.texts.length - 1));
    one.cursor?.giveBack({ number: entry.number, texts });
    one.taken.delete(id);
    insert(one, { id, texts, isBack: true });
    await this.#answer(one);
  }

  async #forget(name: string): Promise<void> {
    const one = this.#groups.get(name);
    await this.#engine.log.forget(LOG_ID.jail, name);
    if (one === undefined) return;
    if (one.waiting !== undefined) assert.deepEqual(await one.waiting.taken, { end: 'forgotten' });
    this.#remove(name);
  }

  async #reopen(): Promise<void> {
    const lasting = [...this.#groups.values()].filter(({ isLasting }) => isLasting);
    const oldest = lasting.map((one) => Math.min(this.#entries.length, ...this.#needs(one)));
    this.#restart(await this.#subject.reopen(this.#engine));
    for (const [at, one] of lasting.entries()) {
      one.at = oldest[at] ?? 0;
      one.untaken = this.#wholeFrom(one.at);
      one.taken.clear();
    }
    this.#release();
    for (const one of lasting) this.#vacated(one);
    this.#release();
  }

  /** What was done may come again, and nothing is left out: each group is read to its end to see it. */
  async #kill(): Promise<void> {
    const expected = [...this.#groups].map(([name, one]) => {
      const ids = [...one.untaken.map(({ id }) => id), ...one.taken.keys()].filter((id) => id >= this.#head);
      return [name, ids.sort((a, b) => a - b).flatMap((id) => this.#entries[id] ?? [])] as const;
    });
    this.#restart(await this.#subject.kill(this.#engine));
    this.#dropped = this.#engine.log.stats.dropped;
    for (const [name, texts] of expected) {
      const one = this.#groups.get(name);
      if (one === undefined) continue;
      const cursor = await this.#engine.log.open(LOG_ID, name, { lasting: true });
      const last = `"last ${name}"`;
      await this.#engine.log.append(LOG_ID, [last]);
      const got: string[] = [];
      let missed = 0;
      while (!got.includes(last)) {
        const taken = await cursor.take(100);
        assert.ok('entries' in taken);
        missed += taken.missed ?? 0;
        for (const entry of taken.entries) {
          got.push(...entry.texts);
          cursor.done(entry.number);
        }
      }
      await cursor.leave();
      const all = this.#entries.flat();
      const own = got.filter((text) => !text.startsWith('"last'));
      assert.deepEqual(own, own[0] === undefined ? [] : all.slice(all.indexOf(own[0])));
      if (missed === 0) assert.ok(texts.every((text) => got.includes(text)));
    }
    // One that was forgotten a moment ago may be there again, too.
    for (const name of GROUPS) {
      await this.#engine.log.forget(LOG_ID.jail, name);
      this.#remove(name);
    }
    this.#dropped = this.#engine.log.stats.dropped;
    this.#forgotten = this.#engine.log.stats.forgotten;
  }

  #restart(engine: Engine): void {
    this.#engine = engine;
    this.#dropped = 0;
    this.#forgotten = 0;
    this.#edge = 0;
    for (const [name, one] of [...this.#groups]) {
      if (!one.isLasting) this.#groups.delete(name);
      if (one.cursor !== undefined) one.since = this.#now;
      one.cursor = undefined;
      one.waiting = undefined;
    }
    let left = sum(this.#entries, ({ length }) => length);
    for (; left > this.#limits.retainedMessages && this.#edge < this.#entries.length - 1; this.#edge += 1) {
      left -= this.#entries[this.#edge]?.length ?? 0;
    }
  }

  #expire(): void {
    const vacant = [...this.#groups].filter(([, one]) => one.isLasting && one.isVacant);
    vacant.sort(([, a], [, b]) => a.since - b.since);
    let left = vacant.length;
    for (const [name, one] of vacant) {
      if (left <= this.#limits.retainedGroups && one.since >= this.#now - this.#limits.retainedAge) return;
      this.#dropped += one.size;
      this.#forgotten += 1;
      this.#remove(name);
      left -= 1;
    }
  }

  #remove(name: string): void {
    this.#groups.delete(name);
    this.#release();
  }

  /** The log has let all before this one go. What a reader had taken is still its own. */
  #drop(one: Group, before: number): void {
    const gone = one.untaken.filter(({ id, isBack }) => id < before && !isBack);
    const messages = sum(gone, ({ texts }) => texts.length);
    one.untaken = one.untaken.filter((item) => !gone.includes(item));
    one.missed += messages;
    this.#dropped += messages;
  }

  /** Everything before what anybody still needs goes. */
  #release(): void {
    const ids = [...this.#groups.values()].flatMap((one) => this.#needs(one));
    this.#head = Math.min(this.#entries.length, ...ids);
    this.#edge = Math.max(this.#edge, this.#head);
  }

  #needs(one: Group): number[] {
    if (one.isOvertaken) return [];
    if (one.isLasting && one.isVacant) return [Math.max(one.at, this.#edge, this.#head)];
    // What a passing reader has taken is its own, and a lasting one's is given again if it dies.
    const untaken = one.untaken.filter(({ isBack }) => one.isLasting || !isBack).map(({ id }) => id);
    return [...untaken, ...(one.isLasting ? one.taken.keys() : [])].filter((id) => id >= this.#head);
  }

  #wholeFrom(first: number): Item[] {
    return this.#entries.flatMap((texts, id) => (id < first ? [] : [{ id, texts, isBack: false }]));
  }
}

function insert(one: Group, item: Item): void {
  one.untaken.push(item);
  one.untaken.sort((a, b) => a.id - b.id);
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** As an entry is weighed, so that the model's bound of bytes is met at the same entry. */
function weightOf(texts: readonly string[]): number {
  return sum(texts, ({ length }) => length + 32) + 192;
}
