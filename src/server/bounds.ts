/**
 * What a request may ask for, beside its being right: bytes, numbers, levels. What comes within them is done in bounded
 * time and memory. Definitions that were stored under other limits stay as they are.
 */

import { type Definition, type Field, isNested } from '../protocol/schema/schema';
import type { Version } from '../protocol/schema/versions';
import type { ServerLimits } from './limits';
import { Refusal } from './refusal';

type Limits = Readonly<ServerLimits>;

/** Of one publish. @throws Refusal (413), which tells a client to send fewer at once. */
export function checkMessages(count: number, { maxMessages }: Limits): void {
  if (count <= maxMessages) return;
  throw new Refusal(
    413,
    `One request may publish ${maxMessages} messages, not ${count}. Send fewer at once.`,
  );
}

/** Of the body that brings a definition, before it is parsed. @throws Refusal (413) */
export function checkDefinitionText(text: string, { maxDefinitionBytes }: Limits): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxDefinitionBytes) return;
  throw new Refusal(413, `A definition may have ${maxDefinitionBytes} bytes here, but has ${bytes}.`);
}

/** @throws Refusal (400) */
export function checkDefinition({ version, fields }: Definition, limits: Limits): void {
  const { length } = String(version);
  if (length > limits.maxVersionLength) {
    throw new Refusal(400, `A version may have ${limits.maxVersionLength} characters here, not ${length}.`);
  }
  const total = { fields: 0, values: 0 };
  countFields(fields, 1, total, limits);
}

function countFields(
  fields: readonly Field[],
  depth: number,
  total: { fields: number; values: number },
  limits: Limits,
): void {
  const { maxFieldDepth, maxFields, maxEnumValues, maxNameLength } = limits;
  if (depth > maxFieldDepth) {
    throw new Refusal(400, `The fields of a definition may nest ${maxFieldDepth} levels deep here.`);
  }
  total.fields += fields.length;
  if (total.fields > maxFields) throw new Refusal(400, `A definition may have ${maxFields} fields here.`);
  for (const field of fields) {
    if (field.name.length > maxNameLength) {
      throw new Refusal(
        400,
        `A field's name may have ${maxNameLength} characters here, not ${field.name.length}.`,
      );
    }
    if (field.type === 'enum') {
      total.values += field.enum.length;
      if (total.values > maxEnumValues) {
        throw new Refusal(400, `The enums of a definition may have ${maxEnumValues} values here.`);
      }
    } else if (isNested(field)) countFields(field.fields, depth + 1, total, limits);
  }
}

/** Streams whose versions one request asks for. @throws Refusal (400) */
export function checkVector(schemaNames: readonly string[], { maxVector }: Limits): void {
  if (schemaNames.length <= maxVector) return;
  throw new Refusal(
    400,
    `One request may ask for the versions of ${maxVector} streams, not of ${schemaNames.length}.`,
  );
}

/** Versions stored under other limits may be of any length. @throws Refusal (413) */
export function checkVersions(versions: readonly (Version | null)[], { maxBodyBytes }: Limits): void {
  let length = 0;
  for (const version of versions) length += typeof version === 'string' ? version.length : 1;
  if (length > maxBodyBytes) throw new Refusal(413, 'The versions are too long. Ask for fewer at once.');
}

/**
 * Of all definitions of a jail, each as its JSON text.
 *
 * @param others the length of those that stay. @throws Refusal (400)
 */
export function checkRoom(next: Definition, others: number, { maxDefinitionsBytes }: Limits): void {
  if (JSON.stringify(next).length + others <= maxDefinitionsBytes) return;
  throw new Refusal(400, `The definitions of a jail may have ${maxDefinitionsBytes} bytes together.`);
}

/** What people read: a client's description, a jail's name. @throws Refusal (400) */
export function checkDescription(text: string, what: string, { maxDescriptionLength }: Limits): void {
  if (text.length <= maxDescriptionLength) return;
  throw new Refusal(400, `${what} may have ${maxDescriptionLength} characters, not ${text.length}.`);
}
