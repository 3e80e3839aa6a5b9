/** Reads what a flow file holds: every value may be absent, of an odd type, or refer to environment variables. */

import type { Node, NodeAPI } from 'node-red';
import type { SettingError } from '../../src/index';
import { because, settingError, translator } from './catalogue';
import { decimalOf } from './decimal';
import { nameOf } from './message/stream-name';

/** A variable, alone or within a text. */
const REFERENCE = /\$\{([^}]+)\}/g;

/** The other form that Node-RED knows, alone only. */
const OLD_REFERENCE = /^\$\((\S+)\)$/;

/** What is told of a secret. */
const HIDDEN = '***';

type Values = Readonly<Record<string, string>>;

/** Where in a property that holds more than one value. */
type Path = readonly (string | number)[];

/** The flow file by ids, for as long as nodes are made in one go: going through it for each property would take its square. */
const flowFiles = new WeakMap<NodeAPI, ReadonlyMap<unknown, object>>();

export function flowFileOf(RED: NodeAPI): ReadonlyMap<unknown, object> {
  const known = flowFiles.get(RED);
  if (known !== undefined) return known;
  const nodes = new Map<unknown, object>();
  RED.nodes.eachNode((node: object) => nodes.set(Reflect.get(node, 'id'), node));
  flowFiles.set(RED, nodes);
  setImmediate(() => flowFiles.delete(RED));
  return nodes;
}

/**
 * The saved properties of one node. Absent and odd values fall back to the default, so that a flow saved by any
 * release, or changed by `nodeDefaults` in settings.js, loads. Two things are no odd values but mistakes, and
 * {@link Properties.problem} tells them: a variable that is not set, or has what does not fit, and a number that is
 * none. Falling back would connect to a server nobody meant.
 */
export class Properties<Saved extends object> {
  #problem: SettingError | undefined;

  constructor(
    readonly RED: NodeAPI,
    readonly node: Node,
    readonly saved: Readonly<Record<string, unknown>>,
    readonly defaults: Readonly<Saved>,
  ) {}

  text(name: keyof Saved & string): string {
    const value = this.resolve(name, this.saved[name]);
    if (typeof value !== 'string' && !Number.isFinite(value)) return String(this.#fallBack(name, value));
    const text = String(value).trim();
    if (text === '') this.doubt(name, text);
    return text;
  }

  /** As it is: blanks at its ends may be part of it. */
  secret(name: keyof Saved & string): string {
    const value = this.saved[name] ?? this.defaults[name];
    if (this.saved[name] === '') this.#doubtSecret(name);
    if (typeof value === 'string') return this.#filledIn(name, value, HIDDEN);
    // Node-RED has put it there in the place of a variable, which is in no flow file.
    if (!Number.isFinite(value)) this.#tellUnfit(name, HIDDEN);
    return String(value);
  }

  /** A number from `least` to `most`. */
  number(name: keyof Saved & string, least: number, most: number): number {
    const value = this.resolve(name, this.saved[name]);
    const number = typeof value === 'string' && value.trim() !== '' ? decimalOf(value) : value;
    if (typeof number !== 'number' || (typeof value === 'number' && Number.isNaN(value)))
      return Number(this.#fallBack(name, value));
    if (number >= least && number <= most) return number;
    const given = String(value);
    this.#tell('error.badNumber', { property: name, value: given, least: `${least}`, most: `${most}` });
    return Number(this.defaults[name]);
  }

  flag(name: keyof Saved & string): boolean {
    const value = this.resolve(name, this.saved[name]);
    if (typeof value === 'boolean') return value;
    if (value === 'true') return true;
    return value === 'false' ? false : Boolean(this.#fallBack(name, value));
  }

  choice<Name extends keyof Saved & string>(name: Name, choices: readonly Saved[Name][]): Saved[Name] {
    const value = this.resolve(name, this.saved[name]);
    return choices.find((choice) => choice === value) ?? this.#fallBack(name, value);
  }

  texts(name: keyof Saved & string): string[] {
    return this.items(name)
      .map((item, index) => this.nameIn(name, item, [index]))
      .filter((item) => item !== undefined);
  }

  /** What a list holds, to be read with {@link nameIn}. */
  items(name: keyof Saved & string): readonly unknown[] {
    const value = this.saved[name];
    if (Array.isArray(value)) return value;
    this.#fallBack(name, value);
    return [];
  }

  /** A name that stands in a list; nothing where that is left blank. */
  nameIn(name: keyof Saved & string, value: unknown, path: Path): string | undefined {
    const found = nameOf(this.resolve(name, value));
    if (found === undefined) this.doubt(name, value, path);
    return found;
  }

  /** The variable that is named there, and what it has, which may be more than a text. */
  variable(name: keyof Saved & string): { readonly variable: string; readonly value: unknown } {
    const value = this.saved[name];
    // Node-RED has put in its place what is a reference, and nothing else, already.
    const given = this.#reference(name) ?? (typeof value === 'string' ? value.trim() : '');
    const [, only] = /^\$\{([^}]+)\}$/.exec(given) ?? [];
    if (only === undefined && given.includes('${')) {
      return { variable: given, value: this.#filledIn(name, given) };
    }
    const variable = only ?? given;
    const found: unknown = variable === '' ? undefined : this.RED.util.getSetting(this.node, variable);
    if (found === undefined || found === '')
      this.#tell('error.unsetVariable', { variable: `${name} (${variable})` });
    return { variable, value: found };
  }

  /** What `work` makes of the property; if it throws, that is the problem. */
  attempt<Result>(key: string, name: keyof Saved & string, work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      this.#problem ??= because(translator(this.RED), key, { property: name }, error);
      return undefined;
    }
  }

  /** What is wrong with what was read so far. */
  get problem(): SettingError | undefined {
    return this.#problem;
  }

  /** Node-RED itself resolves a value that is one `${X}`; this also does `boiler-${X}`, and tells what is not set. */
  resolve(name: string, value: unknown): unknown {
    if (typeof value !== 'string') return value;
    if (OLD_REFERENCE.test(value)) this.#tell('error.unsetVariable', { variable: `${name} (${value})` });
    return this.#filledIn(name, value);
  }

  /** @param shown of a value that does not fit, in the place of it. */
  #filledIn(name: string, text: string, shown?: string): string {
    const unset: string[] = [];
    const filled = text.replace(REFERENCE, (reference, variable: string) => {
      const value: unknown = this.RED.util.getSetting(this.node, variable);
      // Set to nothing, it may mean nothing at all within a text; alone it would be a field left blank.
      if (value === undefined || (value === '' && reference === text)) unset.push(reference);
      if (typeof value === 'object') this.#tellUnfit(`${name} (${reference})`, shown ?? value);
      return String(value ?? '');
    });
    if (unset.length > 0) this.#tell('error.unsetVariable', { variable: `${name} (${unset.join(', ')})` });
    return filled;
  }

  #fallBack<Name extends keyof Saved & string>(name: Name, value: unknown): Saved[Name] {
    if (value !== undefined) this.doubt(name, value);
    return this.defaults[name];
  }

  /** For a value that is none, or does not fit. Nobody has meant it to be as if left blank where it comes from a variable. */
  doubt(name: string, value: unknown, path: Path = []): void {
    const reference = this.#reference(name, path);
    if (reference === undefined) return;
    const blank = value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
    if (blank) this.#tell('error.unsetVariable', { variable: `${name} (${reference})` });
    else this.#tellUnfit(`${name} (${reference})`, value);
  }

  /**
   * A blank one that was a reference: what its variable has, Node-RED has put in its place, and the flow file has no secrets.
   * As if left blank, a server here listened for others with a client id and a secret that nobody had given.
   */
  #doubtSecret(name: string): void {
    const kept: unknown = Reflect.get(this.RED.nodes.getCredentials(this.#savedId) ?? {}, name);
    if (typeof kept === 'string' && /^(\$\{[^}]+\}|\$\(\S+\))$/.test(kept))
      this.#tell('error.unsetVariable', { variable: `${name} (${kept})` });
  }

  /** Under which the node is saved: in a subflow, that of the template. */
  get #savedId(): string {
    return '_alias' in this.node ? String(this.node._alias) : this.node.id;
  }

  /** The reference that stands in the flow file, where Node-RED has already put the value in its place. */
  #reference(name: string, path: Path = []): string | undefined {
    let saved: unknown = flowFileOf(this.RED).get(this.#savedId) ?? this.saved;
    for (const key of [name, ...path]) {
      // A variable may have all that is below.
      if (typeof saved !== 'object' || saved === null) break;
      saved = Reflect.get(saved, key);
    }
    return typeof saved === 'string' && (saved.match(REFERENCE) || OLD_REFERENCE.test(saved))
      ? saved
      : undefined;
  }

  #tellUnfit(variable: string, value: unknown): void {
    const shown = typeof value === 'object' ? JSON.stringify(value) : String(value);
    this.#tell('error.badVariable', { variable, value: shown.slice(0, 50) });
  }

  /** The first one: the others may follow from it. */
  #tell(key: string, values: Values): void {
    this.#problem ??= settingError(translator(this.RED), key, values);
  }
}
