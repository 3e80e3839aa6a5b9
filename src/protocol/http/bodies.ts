/** Bodies of requests and replies, read property by property. Errors name the one at fault, and never quote a secret. */

import { ProtocolError } from '../../errors';
import { say } from '../../sentences';
import { hiddenText, isRecord, wrong } from '../json';

/** A client, and the secret that was drawn for it. */
export interface Secret {
  givenId: string;
  secret: string;
}

/** A client, and the key that its tokens are verified with. */
export interface PublicKey {
  givenId: string;
  /** PEM; null: there is none. */
  jwtPublicKey: string | null;
}

/** The first ones, by id, and how many there are. */
export interface Listed<Item> {
  items: Item[];
  total: number;
}

/** A client as a list has it (P40). */
export interface ListedClient {
  clientId: string;
  description: string;
  hasJwtPublicKey: boolean;
}

/** A jail as a list has it (P40). */
export interface ListedJail {
  jailId: string;
  jailName: string;
  /** How many clients it has. */
  clients: number;
}

export function record(body: unknown): Record<string, unknown> {
  if (!isRecord(body)) throw wrong(say('place.body'), say('expected.jsonObject'), body);
  return body;
}

export function text(value: unknown, property: string): string {
  if (typeof value !== 'string' || value === '') throw wrong(property, say('expected.someString'), value);
  return value;
}

export function optionalText(value: unknown, property: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw wrong(property, say('expected.string'), value);
  return value;
}

/** As {@link text}, but the error never shows what came instead. */
export function secretText(value: unknown, property: string): string {
  if (typeof value !== 'string' || value === '') throw new ProtocolError(hiddenText(property));
  return value;
}

export function parseSecret(body: unknown): Secret {
  const { givenId, secret } = record(body);
  return { givenId: text(givenId, 'givenId'), secret: secretText(secret, 'secret') };
}

export function parseKey(body: unknown): string | null {
  const { jwtPublicKey } = record(body);
  return jwtPublicKey === null ? null : text(jwtPublicKey, 'jwtPublicKey');
}

export function parsePublicKey(body: unknown): PublicKey {
  return { givenId: text(record(body).givenId, 'givenId'), jwtPublicKey: parseKey(body) };
}

export function parseList<Item>(
  body: unknown,
  property: string,
  parse: (item: Record<string, unknown>) => Item,
): Listed<Item> {
  const { [property]: list, total } = record(body);
  if (!Array.isArray(list)) throw wrong(property, say('expected.list'), list);
  return { items: list.map((item: unknown) => parse(record(item))), total: count(total, 'total') };
}

export function parseListedClient({
  clientId,
  description,
  hasJwtPublicKey,
}: Record<string, unknown>): ListedClient {
  return {
    clientId: text(clientId, 'clientId'),
    description: optionalText(description, 'description'),
    hasJwtPublicKey: hasJwtPublicKey === true,
  };
}

export function parseListedJail({ jailId, jailName, clients }: Record<string, unknown>): ListedJail {
  return {
    jailId: text(jailId, 'jailId'),
    jailName: optionalText(jailName, 'jailName'),
    clients: count(clients, 'clients'),
  };
}

function count(value: unknown, property: string): number {
  if (typeof value !== 'number' || value < 0) throw wrong(property, say('expected.number'), value);
  return value;
}

export function parseId(body: unknown): { id: string } {
  return { id: text(record(body).id, 'id') };
}
