/** What a filter can look at: the fields of a stream, by its schema or, where there is none, by its last message. */

import { isRecord } from '../../../../src/protocol/json';
import { type Field, isNested } from '../../../../src/protocol/schema/schema';
import type { Value } from './filter-model.editor';

export interface KnownField {
  /** `$.boiler.pressure` */
  readonly path: string;
  /** As in the schema; nothing for a field that only a message has. */
  readonly type: string;
  /** What it is most likely compared with. */
  readonly kind: Value['kind'];
  /** All that it may be, of an enum. */
  readonly values: readonly string[];
}

/** Objects within objects; of a list, its first item. */
export function fieldsOfSchema(fields: readonly Field[], above = '$'): KnownField[] {
  return fields.flatMap((field): KnownField[] => {
    const path = join(above, field.name);
    if (path === undefined) return [];
    if (isNested(field)) {
      return fieldsOfSchema(field.fields, field.type === 'object' ? path : `${path}[0]`);
    }
    const list = field.type.startsWith('array<');
    const item = list ? field.type.slice('array<'.length, -1) : field.type;
    const values = field.type === 'enum' ? field.enum : [];
    const kind = item === 'float' || item === 'integer' ? 'number' : 'string';
    return [{ path: list ? `${path}[0]` : path, type: item, kind, values }];
  });
}

/** Levels of objects within a message, and fields in all: it may be anything. */
const MAX_DEPTH = 5;
const MAX_FIELDS = 200;

export function fieldsOfMessage(message: unknown, above = '$', depth = 0): KnownField[] {
  if (!isRecord(message)) return [];
  return Object.entries(message)
    .flatMap(([name, value]): KnownField[] => {
      const path = join(above, name);
      if (path === undefined) return [];
      if (isRecord(value)) return depth < MAX_DEPTH ? fieldsOfMessage(value, path, depth + 1) : [];
      const kind = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'bool' : 'string';
      return [{ path, type: '', kind, values: [] }];
    })
    .slice(0, MAX_FIELDS);
}

/** As people write a path: the message itself goes without saying. */
export function shownPath(path: string): string {
  return path.replace(/^\$\.?(?=$|[^[])/, '').replace(/^\$(?=\[)/, '');
}

/** The reverse; what begins with `$` is one already. */
export function typedPath(text: string): string {
  const path = text.trim();
  if (path.startsWith('$')) return path;
  return path.startsWith('[') ? `$${path}` : `$.${path}`;
}

const NAME = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** None for a name that no path can say. */
function join(above: string, name: string): string | undefined {
  if (NAME.test(name)) return `${above}.${name}`;
  if (!name.includes("'")) return `${above}['${name}']`;
  return name.includes('"') ? undefined : `${above}["${name}"]`;
}
