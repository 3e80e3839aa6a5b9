/** What is wrong with a definition that is being built, by field and control: the rules of `parseDefinition`. */

import { FIELD_TYPES } from '../../../../src/protocol/schema/schema';
import {
  isNestedType,
  nameOf,
  ROOT_ID,
  type SchemaModel,
  type SchemaNode,
  valuesOf,
} from './schema-model.editor';

export interface Mistake {
  /** The field, or the definition itself. */
  readonly id: number;
  readonly control: 'name' | 'type' | 'values' | 'version';
  readonly kind:
    | 'nameMissing'
    | 'nameTwice'
    | 'nameOther'
    | 'typeUnknown'
    | 'valuesMissing'
    | 'valueTwice'
    | 'fieldsMissing'
    | 'versionWrong';
}

/**
 * @param stream the stream the definition is for; blank when a message will tell.
 * @returns in the order of the fields; empty exactly when the runtime would take the definition.
 */
export function mistakesOf(model: SchemaModel, stream: string): Mistake[] {
  return [...mistakesOfRoot(model.root, stream), ...mistakesOfFields(model.root)];
}

function mistakesOfRoot(root: SchemaNode, stream: string): Mistake[] {
  const { name, version } = root.json;
  const mistakes: Mistake[] = [];
  const add = (control: Mistake['control'], kind: Mistake['kind']) =>
    mistakes.push({ id: ROOT_ID, control, kind });
  if (name === '') add('name', 'nameMissing');
  else if (typeof name === 'string' && stream !== '' && name !== stream) add('name', 'nameOther');
  const isVersion =
    typeof version === 'number'
      ? Number.isFinite(version)
      : typeof version === 'string' && version.trim() !== '';
  if (!isVersion) add('version', 'versionWrong');
  if (root.fields === undefined) add('type', 'fieldsMissing');
  return mistakes;
}

function mistakesOfFields({ fields = [] }: SchemaNode): Mistake[] {
  const seen = new Set<string>();
  return fields.flatMap((field) => {
    const name = nameOf(field);
    const mistakes = mistakesOfField(field);
    if (name !== '' && seen.has(name)) mistakes.unshift({ id: field.id, control: 'name', kind: 'nameTwice' });
    seen.add(name);
    return mistakes;
  });
}

function mistakesOfField(field: SchemaNode): Mistake[] {
  const { id } = field;
  const mistakes: Mistake[] = [];
  if (nameOf(field) === '') mistakes.push({ id, control: 'name', kind: 'nameMissing' });
  const { type } = field.json;
  if (!FIELD_TYPES.some((known) => known === type))
    mistakes.push({ id, control: 'type', kind: 'typeUnknown' });
  if (type === 'enum') {
    const values = valuesOf(field);
    if (values.length === 0) mistakes.push({ id, control: 'values', kind: 'valuesMissing' });
    else if (new Set(values).size < values.length)
      mistakes.push({ id, control: 'values', kind: 'valueTwice' });
  }
  if (isNestedType(type)) {
    if (field.fields === undefined) mistakes.push({ id, control: 'type', kind: 'fieldsMissing' });
    mistakes.push(...mistakesOfFields(field));
  }
  return mistakes;
}
