/**
 * Credentials that came by message: in this process's memory only, in front of what the dialog says, for as long as the
 * server node's own properties stay as they are.
 */

import { createHash } from 'node:crypto';
import type { Node } from 'node-red';
import { settingError, type Translate } from '../shared/catalogue';
import { CREDENTIALS, SERVER_DEFAULTS, type ServerCredentials } from './stream-sea-server.config';

type Saved = Readonly<Record<string, unknown>>;

/** What a message holds. @throws SettingError that shows nothing of it. */
export function parseHanded(payload: unknown, t: Translate): ServerCredentials {
  // Of a Map or an error, say, the entries are none, which would take back what was handed over before.
  const isObject = Object.prototype.toString.call(payload) === '[object Object]';
  const fields = Object.entries(isObject ? Object(payload) : {}).filter(([, value]) => value !== undefined);
  const areKnown = fields.every(([name, value]) => {
    return CREDENTIALS.some((known) => known === name) && typeof value === 'string' && value.trim() !== '';
  });
  const handed: ServerCredentials = Object.fromEntries(fields);
  const isClear = handed.jwt === undefined || handed.privateKey === undefined;
  if (isObject && areKnown && isClear) return handed;
  throw settingError(t, 'error.badCredentials');
}

export class HandedCredentials {
  readonly #kept = new Map<string, { readonly mark: string; readonly handed: ServerCredentials }>();

  keep(node: Node<ServerCredentials>, saved: Saved, handed: ServerCredentials): void {
    this.#kept.set(node.id, { mark: markOf(node, saved), handed });
  }

  /** What came for this node, or for the one in whose place it comes, if it is the same. */
  find(node: Node<ServerCredentials>, saved: Saved): ServerCredentials {
    const kept = this.#kept.get(node.id);
    if (kept?.mark === markOf(node, saved)) return kept.handed;
    this.forget(node.id);
    return {};
  }

  /** The node is gone. */
  forget(id: string): void {
    this.#kept.delete(id);
  }
}

/** The same for nodes that are filled in alike; nothing of it can be read from it. */
function markOf({ credentials }: Node<ServerCredentials>, saved: Saved): string {
  const own = [
    ...Object.keys(SERVER_DEFAULTS).map((name) => saved[name]),
    ...CREDENTIALS.map((name) => credentials?.[name]),
  ];
  return createHash('sha256')
    .update(JSON.stringify(own.map((value) => value ?? null)))
    .digest('hex');
}
