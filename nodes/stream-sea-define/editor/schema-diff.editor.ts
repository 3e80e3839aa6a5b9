/** What a definition would change of the one that is stored, and whether the server would take it. */

import { type Definition, type Field, isNested, sameFields } from '../../../src/protocol/schema/schema';
import { compareVersions, type Version } from '../../../src/protocol/schema/versions';
import { pathTo } from './builder/schema-model.editor';

export type FieldChange =
  | { readonly kind: 'added'; readonly path: string; readonly type: string }
  | { readonly kind: 'removed'; readonly path: string; readonly type: string }
  | { readonly kind: 'retyped'; readonly path: string; readonly from: string; readonly to: string }
  | {
      readonly kind: 'values';
      readonly path: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    };

export type Verdict =
  /** There is no such stream yet. */
  | 'new'
  /** Same version and fields: nothing will change. */
  | 'same'
  /** Other fields under the same version: refused. */
  | 'sameVersion'
  /** A lower version: refused. */
  | 'lowerVersion'
  /** A higher version, and nothing but it changes. */
  | 'onlyVersion'
  | 'newVersion';

export interface SchemaDiff {
  readonly verdict: Verdict;
  readonly changes: readonly FieldChange[];
}

export function diffDefinitions(stored: Definition | null, next: Definition): SchemaDiff {
  if (stored === null) return { verdict: 'new', changes: diffFields([], next.fields, '') };
  const changes = diffFields(stored.fields, next.fields, '');
  const order = compareVersions(next.version, stored.version);
  const same = sameFields(stored.fields, next.fields);
  if (order < 0) return { verdict: 'lowerVersion', changes };
  if (order === 0) return { verdict: same ? 'same' : 'sameVersion', changes };
  return { verdict: same ? 'onlyVersion' : 'newVersion', changes };
}

/** The lowest version that is surely above the stored one, and of its kind: 3 for 2, `1.2.1` for `1.2.0`. */
export function raisedVersion(stored: Version): Version {
  if (typeof stored === 'number') return Math.floor(stored) + 1;
  const [, head = '', last = ''] = /^(.*?)(\d+)$/.exec(stored.trim()) ?? [];
  if (last === '') return `${stored.trim()}.1`;
  return `${head}${BigInt(last) + 1n}`;
}

function diffFields(stored: readonly Field[], next: readonly Field[], path: string): FieldChange[] {
  const before = new Map(stored.map((field) => [field.name, field]));
  const after = new Set(next.map(({ name }) => name));
  const changes = next.flatMap((field) => {
    const old = before.get(field.name);
    const place = pathTo(path, field.name);
    return old === undefined
      ? [{ kind: 'added' as const, path: place, type: field.type }]
      : diffField(old, field, place);
  });
  const removed = stored.filter(({ name }) => !after.has(name));
  return [
    ...changes,
    ...removed.map(({ name, type }) => ({ kind: 'removed' as const, path: pathTo(path, name), type })),
  ];
}

function diffField(old: Field, next: Field, path: string): FieldChange[] {
  if (old.type !== next.type) return [{ kind: 'retyped', path, from: old.type, to: next.type }];
  if (old.type === 'enum' && next.type === 'enum') {
    const added = next.enum.filter((value) => !old.enum.includes(value));
    const removed = old.enum.filter((value) => !next.enum.includes(value));
    return added.length + removed.length === 0 ? [] : [{ kind: 'values', path, added, removed }];
  }
  return isNested(old) && isNested(next) ? diffFields(old.fields, next.fields, path) : [];
}
