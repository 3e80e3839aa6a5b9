/**
 * The sea: all jails with their clients and streams, and who may change them. Pure state: no I/O, no timer, no
 * hashing of its own, so that it is tested without a socket and can be saved and built again from its snapshot.
 */

import { inEnglish, quoted, type Sentence, say, type Warn } from '../sentences';
import { invalidCredentials, type SecretHash } from './auth';
import { type Client, Jail, type JailParts, type LiveConnection } from './jail';
import { type Journal, noJournal } from './journal';
import type { ServerLimits } from './limits';
import { Refusal } from './refusal';
import type { Tally } from './retention';
import type { ClientSnapshot, JailSnapshot, SeaSnapshot } from './snapshot';
import type { Publication } from './stream';

export interface SeaParts {
  readonly journal?: Journal;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Told what of the snapshot was left out, as a limit is lower now, or the configured client bears its id. */
  readonly warn?: Warn;
}

export interface SeaStats {
  /** Streams with a schema, of all jails. */
  readonly streams: number;
  readonly subscriptions: number;
  /** Messages taken since the start. */
  readonly published: number;
  /** Messages handed to subscriptions since the start. */
  readonly delivered: number;
  /** Messages kept now for groups none of whose members is connected. */
  readonly retained: number;
  /** Messages kept and then given up for a limit, since the start. */
  readonly dropped: number;
}

export class Sea {
  readonly #limits: Readonly<ServerLimits>;
  readonly #journal: Journal;
  readonly #parts: JailParts;
  /** In the order they came: the first is the first jail. */
  readonly #jails = new Map<string, Jail>();
  /** Of all jails: a client logs in by its id alone, so an id is taken everywhere once it is taken anywhere. */
  readonly #clients = new Map<string, Client>();
  readonly #firstJail: Jail;
  readonly #firstClient: Client | undefined;
  readonly #tally: Tally = { published: 0, delivered: 0, dropped: 0 };

  /** @throws Refusal when the first jail, or its first client, cannot be; of the others, those that cannot are left out. */
  constructor(snapshot: SeaSnapshot, limits: Readonly<ServerLimits>, parts: SeaParts = {}) {
    const { journal = noJournal, now = Date.now, warn = () => {} } = parts;
    this.#limits = limits;
    this.#journal = journal;
    this.#parts = { limits, journal, now, tally: this.#tally };
    const [first, ...others] = snapshot.jails;
    if (first === undefined) throw new TypeError('A sea needs a first jail.');
    this.#firstJail = this.#addJail(first.id, first.name);
    const [firstClient, ...clients] = first.clients;
    this.#firstClient = firstClient && this.#addClient(this.#firstJail, firstClient);
    const restore = (record: Sentence, act: () => void): void => {
      try {
        act();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const sentence = say('store.recordLeftOut', { record, reason: error.message });
        warn(inEnglish(sentence), sentence);
      }
    };
    this.#restore(this.#firstJail, { ...first, clients }, restore);
    for (const saved of others) {
      restore(say('store.jail', { id: quoted(saved.id) }), () => {
        this.#restore(this.#addJail(saved.id, saved.name), saved, restore);
      });
    }
  }

  snapshot(): SeaSnapshot {
    return {
      jails: [...this.#jails.values()].map((jail) => ({
        id: jail.id,
        name: jail.name,
        clients: [...jail.clients.values()].map(({ id, description, secret, jwtPublicKey }) => ({
          id,
          description,
          secret,
          jwtPublicKey,
        })),
        streams: jail.definitions,
        groups: jail.groups,
      })),
    };
  }

  get firstJail(): Jail {
    return this.#firstJail;
  }

  get stats(): SeaStats {
    const jails = [...this.#jails.values()];
    return {
      streams: jails.reduce((sum, jail) => sum + jail.definitions.length, 0),
      subscriptions: jails.reduce((sum, jail) => sum + jail.subscriptions, 0),
      published: this.#tally.published,
      delivered: this.#tally.delivered,
      retained: jails.reduce((sum, jail) => sum + jail.retained, 0),
      dropped: this.#tally.dropped,
    };
  }

  findClient(id: string): Client | undefined {
    return this.#clients.get(id);
  }

  /** @throws Refusal (401) for a client that was deleted while its request or its token was being read. */
  requirePresent(client: Client): void {
    if (this.#clients.get(client.id) !== client) throw invalidCredentials();
  }

  /** @throws Refusal, see {@link Jail.publish}. */
  publish(by: Client, streamName: string, publication: Publication): void {
    this.#tally.delivered += by.jail.publish(streamName, publication);
    this.#tally.published += publication.messages.length;
  }

  /**
   * Resolves when all that clients were not yet told is written down: definitions, clients, jails.
   *
   * @throws (rejects with) StoreError
   */
  saved(): Promise<void> {
    return this.#journal.saved();
  }

  /** @throws Refusal (409) when the id is taken. */
  createClient(by: Client, id: string, description: string, secret: SecretHash): Client {
    const client = this.#addClient(by.jail, { id, description, secret, jwtPublicKey: null });
    this.#save(client);
    return client;
  }

  /**
   * Ends the client's connections. A client may delete itself, but not when it is its jail's last: nobody could
   * get in again.
   *
   * @throws Refusal (404) for a client this jail does not have; (409) for the last.
   */
  deleteClient(by: Client, id: string): void {
    const client = by.jail.clients.get(id);
    if (client === undefined)
      throw new Refusal(404, `There is no client ${JSON.stringify(id)} in this jail.`);
    if (by.jail.clients.size === 1) {
      throw new Refusal(
        409,
        `${JSON.stringify(id)} is the last client of its jail; delete the jail instead.`,
      );
    }
    this.#removeClient(client, 'The client was deleted.');
  }

  /** Ends the connections that the old secret opened. @throws Refusal (403) for a client other than itself. */
  rotateSecret(by: Client, id: string, secret: SecretHash): void {
    requireSelf(by, id, 'secret');
    by.secret = secret;
    this.#save(by);
    endConnections(by, "The client's secret was changed.", 'basic');
  }

  /** Ends the connections that the old key opened. @throws Refusal (403) for a client other than itself. */
  setJwtPublicKey(by: Client, id: string, pem: string | null): void {
    requireSelf(by, id, 'JWT public key');
    if (by.jwtPublicKey === pem) return;
    by.jwtPublicKey = pem;
    this.#save(by);
    endConnections(by, "The client's JWT public key was changed.", 'jwt');
  }

  /** @throws Refusal (403) for a client outside the first jail; (409) when the jail's or the client's id is taken. */
  createJail(
    by: Client,
    { id, name, clientId }: { id: string; name: string; clientId: string },
    secret: SecretHash,
  ): void {
    this.#requireFirstJail(by);
    // Both are checked before either is made: a jail that nobody can enter must not stay behind.
    this.#checkClientId(clientId);
    const jail = this.#addJail(id, name);
    this.#journal.write(['jail', id], { name });
    this.#save(this.#addClient(jail, { id: clientId, description: '', secret, jwtPublicKey: null }));
  }

  /** Ends its clients' connections. @throws Refusal (403), (404), or (409) for the first jail. */
  deleteJail(by: Client, id: string): void {
    this.#requireFirstJail(by);
    const jail = this.#jails.get(id);
    if (jail === undefined) throw new Refusal(404, `There is no jail ${JSON.stringify(id)}.`);
    if (jail === this.#firstJail) throw new Refusal(409, 'The first jail cannot be deleted.');
    this.#jails.delete(id);
    for (const client of [...jail.clients.values()]) this.#removeClient(client, 'The jail was deleted.');
    jail.erase();
  }

  #restore(jail: Jail, saved: JailSnapshot, restore: (record: Sentence, act: () => void) => void): void {
    for (const client of saved.clients) {
      restore(say('store.client', { id: quoted(client.id) }), () => this.#addClient(jail, client));
    }
    for (const definition of saved.streams) {
      restore(say('store.stream', { stream: quoted(definition.name) }), () => jail.restoreStream(definition));
    }
    for (const group of saved.groups) {
      restore(say('store.group', { stream: quoted(group.stream) }), () => jail.restoreGroup(group));
    }
  }

  #addJail(id: string, name: string): Jail {
    if (this.#jails.size >= this.#limits.maxJails) {
      throw new Refusal(400, `There are ${this.#limits.maxJails} jails already, and may be no more.`);
    }
    this.#checkId('jail', id);
    if (this.#jails.has(id)) throw taken('jail', id);
    const jail = new Jail(id, name, this.#parts);
    this.#jails.set(id, jail);
    return jail;
  }

  #addClient(jail: Jail, { id, description, secret, jwtPublicKey }: ClientSnapshot): Client {
    if (jail.clients.size >= this.#limits.maxClients) {
      throw new Refusal(
        400,
        `The jail has ${this.#limits.maxClients} clients already, and may have no more.`,
      );
    }
    this.#checkClientId(id);
    const client: Client = { id, description, jail, secret, jwtPublicKey, connections: new Set() };
    jail.clients.set(id, client);
    this.#clients.set(id, client);
    return client;
  }

  #removeClient(client: Client, why: string): void {
    client.jail.clients.delete(client.id);
    this.#clients.delete(client.id);
    endConnections(client, why);
    client.jail.forgetClient(client.id);
    this.#journal.erase([client === this.#firstClient ? 'first client' : 'client', client.id]);
  }

  /** The configured client's secret stays where it is configured: kept here, it would outlive its change there. */
  #save(client: Client): void {
    const { id, description, jail, secret, jwtPublicKey } = client;
    if (client === this.#firstClient) this.#journal.write(['first client', id], { jwtPublicKey });
    else this.#journal.write(['client', id], { jail: jail.id, description, secret, jwtPublicKey });
  }

  #checkClientId(id: string): void {
    this.#checkId('client', id);
    // The Basic header ends the id at its first colon.
    if (id.includes(':')) throw new Refusal(400, "A client's id may hold no colon.");
    if (this.#clients.has(id)) throw taken('client', id);
  }

  #checkId(what: string, id: string): void {
    const { maxNameLength } = this.#limits;
    if (id === '' || id.length > maxNameLength) {
      throw new Refusal(
        400,
        `A ${what}'s id should have 1 to ${maxNameLength} characters, but has ${id.length}.`,
      );
    }
  }

  #requireFirstJail(by: Client): void {
    if (by.jail !== this.#firstJail) {
      throw new Refusal(403, 'Only clients of the first jail may create and delete jails.');
    }
  }
}

function requireSelf(by: Client, id: string, what: string): void {
  if (by.id !== id) throw new Refusal(403, `A client may change only its own ${what}.`);
}

function taken(what: string, id: string): Refusal {
  return new Refusal(409, `The ${what} id ${JSON.stringify(id)} is taken.`);
}

function endConnections(client: Client, why: string, method?: LiveConnection['method']): void {
  // A copy: each connection takes itself out of the set as it ends.
  for (const connection of [...client.connections]) {
    if (method === undefined || connection.method === method) connection.end(why);
  }
}
