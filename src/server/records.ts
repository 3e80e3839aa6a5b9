/** What a sea wrote down, as text under keys, and a sea built from it again. */

import { isRecord, parseJson } from '../protocol/json';
import { type Definition, parseDefinition } from '../protocol/schema';
import type { Entry } from '../store/store';
import type { RecordKey } from './journal';
import type { ClientSnapshot, GroupSnapshot, JailSnapshot, KeptMessage, SeaSnapshot } from './snapshot';

/** The configured jail and client: they are there whatever was written down, and give their name to what was. */
export interface FirstJail {
  readonly id: string;
  readonly client: ClientSnapshot;
}

export interface Assembly {
  readonly snapshot: SeaSnapshot;
  /** Keys of records that say nothing this release understands. */
  readonly unreadable: readonly string[];
  /** Keys of messages whose group is gone, as when a process dies while it gives one up. */
  readonly orphans: readonly string[];
}

export function nameOf(key: RecordKey): string {
  return JSON.stringify(key);
}

interface Group extends GroupSnapshot {
  readonly messages: KeptMessage[];
}

interface JailDraft extends JailSnapshot {
  readonly clients: ClientSnapshot[];
  readonly streams: Definition[];
  readonly groups: Group[];
}

/** @param entries in the order of their keys: a group comes before its messages. */
export function assemble(entries: readonly Entry[], first: FirstJail): Assembly {
  const unreadable: string[] = [];
  const orphans: string[] = [];
  const jails = new Map<string, JailDraft>();
  const groups = new Map<string, Group>();
  let firstKey: string | null = first.client.jwtPublicKey;

  const jail = (id: string): JailDraft => {
    const known = jails.get(id) ?? { id, name: id, clients: [], streams: [], groups: [] };
    jails.set(id, known);
    return known;
  };

  /** @returns false for a record that is none. */
  const take = (key: readonly unknown[], text: string): boolean => {
    const [kind, id, stream, group, number] = key;
    if (typeof id !== 'string') return false;
    const value = parseJson(text);
    if (kind === 'message') {
      if (typeof number !== 'number') return false;
      const of = groups.get(JSON.stringify(['group', id, stream, group]));
      if (of === undefined) orphans.push(JSON.stringify(key));
      else of.messages.push({ number, text });
      return true;
    }
    if (!isRecord(value)) return false;
    switch (kind) {
      case 'jail':
        if (typeof value.name !== 'string') return false;
        jails.set(id, { ...jail(id), name: value.name });
        return true;
      case 'first client':
        if (id === first.client.id && isKey(value.jwtPublicKey)) firstKey = value.jwtPublicKey;
        return true;
      case 'client': {
        const client = parseClient(id, value);
        if (client === undefined || typeof value.jail !== 'string') return false;
        jail(value.jail).clients.push(client);
        return true;
      }
      case 'stream':
        if (typeof stream !== 'string') return false;
        jail(id).streams.push(parseDefinition(value, stream));
        return true;
      case 'group': {
        const { vacantSince } = value;
        if (typeof stream !== 'string' || typeof group !== 'string') return false;
        if (typeof vacantSince !== 'number' && vacantSince !== null) return false;
        const draft: Group = { stream, key: group, vacantSince, messages: [] };
        jail(id).groups.push(draft);
        groups.set(JSON.stringify(key), draft);
        return true;
      }
      default:
        return false;
    }
  };

  for (const [key, text] of entries) {
    if (!attempt(() => take(parseKey(key), text))) unreadable.push(key);
  }
  // As text, the key of message 10 comes before that of message 9.
  for (const { messages } of groups.values()) messages.sort((a, b) => a.number - b.number);
  // The retention gives the longest vacant up first.
  for (const { groups: own } of jails.values()) own.sort((a, b) => sinceOf(a) - sinceOf(b));
  const { clients, streams, groups: own } = jail(first.id);
  jails.delete(first.id);
  const firstJail: JailSnapshot = {
    id: first.id,
    name: first.id,
    clients: [
      { ...first.client, jwtPublicKey: firstKey },
      ...clients.filter(({ id }) => id !== first.client.id),
    ],
    streams,
    groups: own,
  };
  return { snapshot: { jails: [firstJail, ...jails.values()] }, unreadable, orphans };
}

function sinceOf({ vacantSince }: GroupSnapshot): number {
  return vacantSince ?? Number.MAX_SAFE_INTEGER;
}

function attempt(act: () => boolean): boolean {
  try {
    return act();
  } catch {
    return false;
  }
}

function parseKey(text: string): readonly unknown[] {
  const key = parseJson(text);
  return Array.isArray(key) ? key : [];
}

function parseClient(id: string, value: Record<string, unknown>): ClientSnapshot | undefined {
  const { description, secret, jwtPublicKey } = value;
  if (typeof description !== 'string' || !isRecord(secret) || !isKey(jwtPublicKey)) return undefined;
  const { salt, hash } = secret;
  if (typeof salt !== 'string' || typeof hash !== 'string') return undefined;
  return { id, description, secret: { salt, hash }, jwtPublicKey };
}

function isKey(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
