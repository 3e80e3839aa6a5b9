/**
 * The sea: all jails with their clients and streams, and who may change them. Pure state: no I/O, no timer, no
 * hashing of its own, so that it is tested without a socket and can be saved and built again from its snapshot.
 */

import type { Definition } from '../protocol/schema';
import { invalidCredentials, type SecretHash } from './auth';
import { type Client, Jail, type LiveConnection } from './jail';
import type { ServerLimits } from './limits';
import { Refusal } from './refusal';
import type { Publication } from './stream';

/** All that outlives the process: what a sea is built from, as plain JSON. */
export interface SeaSnapshot {
  /** The first is the one whose clients may create and delete the others. */
  readonly jails: readonly JailSnapshot[];
}

export interface JailSnapshot {
  readonly id: string;
  readonly name: string;
  readonly clients: readonly ClientSnapshot[];
  readonly streams: readonly Definition[];
}

export interface ClientSnapshot {
  readonly id: string;
  readonly description: string;
  readonly secret: SecretHash;
  readonly jwtPublicKey: string | null;
}

export interface SeaStats {
  /** Streams with a schema, of all jails. */
  readonly streams: number;
  readonly subscriptions: number;
  /** Messages taken since the start. */
  readonly published: number;
  /** Messages handed to subscriptions since the start. */
  readonly delivered: number;
}

export class Sea {
  readonly #limits: Readonly<ServerLimits>;
  /** In the order they came: the first is the first jail. */
  readonly #jails = new Map<string, Jail>();
  /** Of all jails: a client logs in by its id alone, so an id is taken everywhere once it is taken anywhere. */
  readonly #clients = new Map<string, Client>();
  readonly #firstJail: Jail;
  #published = 0;
  #delivered = 0;

  constructor(snapshot: SeaSnapshot, limits: Readonly<ServerLimits>) {
    this.#limits = limits;
    for (const saved of snapshot.jails) {
      const jail = this.#addJail(saved.id, saved.name);
      for (const client of saved.clients) this.#addClient(jail, client);
      for (const definition of saved.streams) jail.define(definition);
    }
    const [firstJail] = this.#jails.values();
    if (firstJail === undefined) throw new TypeError('A sea needs a first jail.');
    this.#firstJail = firstJail;
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
      published: this.#published,
      delivered: this.#delivered,
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
    this.#delivered += by.jail.publish(streamName, publication);
    this.#published += publication.messages.length;
  }

  /** @throws Refusal (409) when the id is taken. */
  createClient(by: Client, id: string, description: string, secret: SecretHash): Client {
    return this.#addClient(by.jail, { id, description, secret, jwtPublicKey: null });
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
    endConnections(by, "The client's secret was changed.", 'basic');
  }

  /** Ends the connections that the old key opened. @throws Refusal (403) for a client other than itself. */
  setJwtPublicKey(by: Client, id: string, pem: string | null): void {
    requireSelf(by, id, 'JWT public key');
    if (by.jwtPublicKey === pem) return;
    by.jwtPublicKey = pem;
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
    this.#addClient(jail, { id: clientId, description: '', secret, jwtPublicKey: null });
  }

  /** Ends its clients' connections. @throws Refusal (403), (404), or (409) for the first jail. */
  deleteJail(by: Client, id: string): void {
    this.#requireFirstJail(by);
    const jail = this.#jails.get(id);
    if (jail === undefined) throw new Refusal(404, `There is no jail ${JSON.stringify(id)}.`);
    if (jail === this.#firstJail) throw new Refusal(409, 'The first jail cannot be deleted.');
    this.#jails.delete(id);
    for (const client of [...jail.clients.values()]) this.#removeClient(client, 'The jail was deleted.');
  }

  #addJail(id: string, name: string): Jail {
    if (this.#jails.size >= this.#limits.maxJails) {
      throw new Refusal(400, `There are ${this.#limits.maxJails} jails already, and may be no more.`);
    }
    this.#checkId('jail', id);
    if (this.#jails.has(id)) throw taken('jail', id);
    const jail = new Jail(id, name, this.#limits);
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
