/**
 * Jails, clients and definitions as the catalogue has them, at hand: requests look them up without waiting. It follows
 * the catalogue's watch and nothing else, so that all servers on one catalogue come to the same, whoever changed it.
 */

import type {
  Catalogue,
  CatalogueChange,
  CatalogueRecord,
  RecordKey,
  Revision,
} from '../../engine/catalogue';
import { isRecord, parseJson } from '../../protocol/json';
import { Follower } from './follower';
import { type Client, endConnections, type FirstJail, type Jail } from './jail';
import { Revisions } from './revisions';
import { type OnUnreadable, Stream } from './stream';

export interface DirectoryParts {
  readonly catalogue: Catalogue;
  readonly first: FirstJail;
  /** Told when the watch fails later, as it should not, and when it has been taken up again. */
  readonly onError: (error: unknown) => void;
  readonly onBack: () => void;
  /** Told of a definition that cannot be read, once it is needed. */
  readonly onUnreadable: OnUnreadable;
  /** Told of each stream of the first jail that has a schema from now on, or another one. */
  readonly onSchema?: ((stream: string) => void) | undefined;
}

export class Directory {
  readonly firstJail: Jail;
  readonly firstClient: Client;
  readonly #catalogue: Catalogue;
  readonly #jails = new Map<string, Jail>();
  /** Of all jails: a client logs in by its id alone, so an id is taken everywhere once it is taken anywhere. */
  readonly #clients = new Map<string, Client>();
  readonly #revisions = new Revisions();
  readonly #follower: Follower;
  readonly #onUnreadable: OnUnreadable;
  readonly #onSchema: DirectoryParts['onSchema'];
  /** Records that say nothing this release understands. */
  #unreadable = 0;

  private constructor({ catalogue, first, onError, onBack, onUnreadable, onSchema }: DirectoryParts) {
    this.#catalogue = catalogue;
    this.#onUnreadable = onUnreadable;
    this.#onSchema = onSchema;
    this.#follower = new Follower({ catalogue, apply: (change) => this.#apply(change), onError, onBack });
    this.firstJail = this.#jail(first.id);
    this.firstJail.exists = true;
    const { id, secret } = first.client;
    this.firstClient = {
      id,
      description: '',
      jail: this.firstJail,
      secret,
      jwtPublicKey: null,
      connections: new Set(),
    };
    this.firstJail.clients.set(id, this.firstClient);
    this.#clients.set(id, this.firstClient);
  }

  /**
   * Resolves when it has all that there is.
   *
   * @throws (rejects with) EngineAway when the engine is closed before; what the watch fails with.
   */
  static async open(parts: DirectoryParts): Promise<Directory> {
    const directory = new Directory(parts);
    await directory.#follower.start();
    return directory;
  }

  /** It shows what the catalogue does; else what it did a while ago. */
  get isCurrent(): boolean {
    return this.#follower.isCurrent;
  }

  get unreadable(): number {
    return this.#unreadable;
  }

  get jails(): Jail[] {
    return [...this.#jails.values()].filter(({ exists }) => exists);
  }

  findJail(id: string): Jail | undefined {
    const jail = this.#jails.get(id);
    return jail?.exists ? jail : undefined;
  }

  findClient(id: string): Client | undefined {
    const client = this.#clients.get(id);
    return client?.jail.exists ? client : undefined;
  }

  /** Undefined: there is none, or it was never seen. */
  revisionOf(key: RecordKey): Revision | undefined {
    return this.#revisions.of(key);
  }

  /** Keys of the records about what is in a jail that is gone. */
  leftoversOf(jailId: string): RecordKey[] {
    const jail = this.#jails.get(jailId);
    if (jail === undefined || jail.exists) return [];
    return [
      ...[...jail.clients.keys()].map((id) => ['client', id]),
      ...[...jail.streams.keys()].map((stream) => ['stream', jailId, stream]),
    ];
  }

  /**
   * Resolves when the change is as safe as the engine promises, and seen here.
   *
   * @param expected what it was decided by.
   * @throws (rejects with) Conflict, EngineAway, StoreError; then nothing has changed.
   */
  async put(key: RecordKey, value: object, expected: Revision | undefined): Promise<void> {
    const revision = await this.#catalogue.put(key, JSON.stringify(value), expected);
    await this.#revisions.when(key, (seen) => seen !== undefined && seen >= revision);
  }

  /** @throws (rejects with) Conflict, EngineAway, StoreError; then nothing has changed. */
  async remove(key: RecordKey, expected: Revision): Promise<void> {
    await this.#catalogue.remove(key, expected);
    await this.changed(key, expected);
  }

  /** Resolves when the record is another than the one of this revision; or after a while, as it may be so already. */
  changed(key: RecordKey, revision: Revision | undefined): Promise<void> {
    return this.#revisions.when(key, (seen) => seen !== revision);
  }

  /** The configured client is gone, here, until the next start: it stands in no record. */
  removeFirstClient(why: string): void {
    this.#removeClient(this.firstClient, why);
  }

  close(): void {
    this.#follower.stop();
    this.#revisions.close();
  }

  #apply(change: Exclude<CatalogueChange, { type: 'current' }>): void {
    if (change.type === 'put') {
      const { record } = change;
      this.#take(record);
      this.#revisions.set(record.key, record.revision);
    } else if (change.type === 'there') {
      change.records.forEach(this.#take, this);
      this.#revisions.setAll(change.records);
    } else {
      this.#remove(change.key);
      this.#revisions.set(change.key, undefined);
    }
  }

  #take(record: CatalogueRecord): void {
    try {
      if (this.#put(record)) return;
    } catch {
      // Like one that says something else.
    }
    this.#unreadable += 1;
  }

  /** @returns false for a record that is none. */
  #put({ key, value: text }: CatalogueRecord): boolean {
    // Not as a list, which is taken apart by its iterator: of thousands of definitions that is felt.
    const { 0: kind, 1: id, 2: stream } = key;
    if (id === undefined) return false;
    if (kind === 'stream') {
      if (stream === undefined) return false;
      const jail = this.#jail(id);
      jail.streams.set(stream, new Stream(stream, text, this.#onUnreadable));
      if (jail === this.firstJail) this.#onSchema?.(stream);
      return true;
    }
    const value = parseJson(text);
    if (!isRecord(value)) return false;
    switch (kind) {
      case 'jail': {
        if (typeof value.name !== 'string') return false;
        const jail = this.#jail(id);
        jail.name = value.name;
        jail.exists = true;
        return true;
      }
      case 'first client':
        if (!isKey(value.jwtPublicKey)) return false;
        if (id === this.firstClient.id) this.#setKey(this.firstClient, value.jwtPublicKey);
        return true;
      case 'client':
        return this.#putClient(id, value);
      default:
        return false;
    }
  }

  #putClient(id: string, { jail, description, secret, jwtPublicKey }: Record<string, unknown>): boolean {
    if (typeof jail !== 'string' || typeof description !== 'string' || !isRecord(secret)) return false;
    const { salt, hash } = secret;
    if (typeof salt !== 'string' || typeof hash !== 'string' || !isKey(jwtPublicKey)) return false;
    const known = this.#clients.get(id);
    // What is configured comes before what was once made under the same id.
    if (known === this.firstClient) return true;
    if (known !== undefined && known.jail.id === jail) {
      const isNew = known.secret.salt !== salt || known.secret.hash !== hash;
      known.secret = { salt, hash };
      if (isNew) endConnections(known, "The client's secret was changed.", 'basic');
      this.#setKey(known, jwtPublicKey);
      return true;
    }
    if (known !== undefined) this.#removeClient(known, 'The client was deleted.');
    const owner = this.#jail(jail);
    const client: Client = {
      id,
      description,
      jail: owner,
      secret: { salt, hash },
      jwtPublicKey,
      connections: new Set(),
    };
    owner.clients.set(id, client);
    this.#clients.set(id, client);
    return true;
  }

  #remove([kind, id = '', stream = '']: RecordKey): void {
    const jail = this.#jails.get(id);
    const client = this.#clients.get(id);
    if (kind === 'jail' && jail !== undefined && jail !== this.firstJail) {
      jail.exists = false;
      for (const one of jail.clients.values()) endConnections(one, 'The jail was deleted.');
      this.#letGo(jail);
    } else if (kind === 'client' && client !== undefined && client !== this.firstClient) {
      this.#removeClient(client, 'The client was deleted.');
    } else if (kind === 'first client' && id === this.firstClient.id) {
      this.#setKey(this.firstClient, null);
    } else if (kind === 'stream' && jail !== undefined) {
      jail.streams.delete(stream);
      this.#letGo(jail);
    }
  }

  #removeClient(client: Client, why: string): void {
    client.jail.clients.delete(client.id);
    this.#clients.delete(client.id);
    endConnections(client, why);
    this.#letGo(client.jail);
  }

  #setKey(client: Client, key: string | null): void {
    if (client.jwtPublicKey === key) return;
    client.jwtPublicKey = key;
    endConnections(client, "The client's JWT public key was changed.", 'jwt');
  }

  /** Records come in any order: that of a jail perhaps after those of its clients. */
  #jail(id: string): Jail {
    const known = this.#jails.get(id);
    if (known !== undefined) return known;
    const jail: Jail = { id, name: id, exists: false, clients: new Map(), streams: new Map() };
    this.#jails.set(id, jail);
    return jail;
  }

  #letGo(jail: Jail): void {
    if (!jail.exists && jail.clients.size + jail.streams.size === 0) this.#jails.delete(jail.id);
  }
}

function isKey(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
