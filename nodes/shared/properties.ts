/** Reads what a flow file holds: every value may be absent, of an odd type, or an `${ENV}` reference. */

import type { Node, NodeAPI } from 'node-red';
import type { SettingError } from '../../src/index';
import { settingError, translator } from './catalogue';

/**
 * The saved properties of one node. Absent and odd values fall back to the default, so that a flow saved by any
 * release, or changed by `nodeDefaults` in settings.js, loads. A reference to a variable that is not set is no
 * odd value but a mistake, and {@link Properties.problem} tells it: falling back would connect to a server
 * nobody meant.
 */
export class Properties<Saved extends object> {
  readonly #unset: string[] = [];

  constructor(
    readonly RED: NodeAPI,
    readonly node: Node,
    readonly saved: Readonly<Record<string, unknown>>,
    readonly defaults: Readonly<Saved>,
  ) {}

  text(name: keyof Saved & string): string {
    const value = this.resolve(name, this.saved[name]);
    return typeof value === 'string' || Number.isFinite(value)
      ? String(value).trim()
      : String(this.defaults[name]);
  }

  /** A number of at least `least`; a whole one unless `fraction`. */
  number(name: keyof Saved & string, least: number): number {
    const value = this.resolve(name, this.saved[name]);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && number >= least ? number : Number(this.defaults[name]);
  }

  flag(name: keyof Saved & string): boolean {
    const value = this.resolve(name, this.saved[name]);
    if (typeof value === 'boolean') return value;
    if (value === 'true') return true;
    return value === 'false' ? false : Boolean(this.defaults[name]);
  }

  choice<Name extends keyof Saved & string>(name: Name, choices: readonly Saved[Name][]): Saved[Name] {
    const value = this.resolve(name, this.saved[name]);
    return choices.find((choice) => choice === value) ?? this.defaults[name];
  }

  texts(name: keyof Saved & string): string[] {
    const value = this.saved[name];
    const list: unknown[] = Array.isArray(value) ? value : [];
    return list
      .map((item) => this.resolve(name, item))
      .filter((item): item is string => typeof item === 'string' && item.trim() !== '');
  }

  /** What is wrong with what was read so far. */
  get problem(): SettingError | undefined {
    const [first] = this.#unset;
    return first === undefined
      ? undefined
      : settingError(translator(this.RED), 'error.unsetVariable', { variable: first });
  }

  /** Node-RED itself resolves a value that is one `${X}`; this also does `boiler-${X}`, and tells what is not set. */
  resolve(name: string, value: unknown): unknown {
    if (typeof value !== 'string' || !/\$\{[^}]+\}/.test(value)) return value;
    const resolved: unknown = this.RED.util.evaluateNodeProperty(value, 'env', this.node, {});
    if (resolved === '' || resolved === undefined) this.#unset.push(`${name} (${value})`);
    return resolved;
  }
}
