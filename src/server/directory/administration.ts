/**
 * Who may change which jail, client and definition. Each change is decided by what the directory shows, and written only
 * if that still holds: of two servers that change the same, one looks again.
 */

import type { RecordKey } from '../../engine/catalogue';
import { Conflict } from '../../engine/faults';
import type { Log } from '../../engine/log';
import type { Definition } from '../../protocol/schema/schema';
import { invalidCredentials, type SecretHash } from '../auth/auth';
import { checkRoom } from '../bounds';
import { groupKeyOf } from '../groups/group-key';
import type { ServerLimits } from '../limits';
import { checkClientId, checkJailId, checkStreamName } from '../names';
import { Refusal } from '../refusal';
import type { Directory } from './directory';
import { type Client, definitionsLength, endConnections, type Jail } from './jail';

export interface AdministrationParts {
  readonly directory: Directory;
  readonly log: Log;
  readonly limits: Readonly<ServerLimits>;
  /** Told of what could not be tidied away behind a change that was made. */
  readonly onError: (error: unknown) => void;
}

/** Records of a jail that is gone that are removed at once: each takes a disk a flush, or a cluster an answer. */
const REMOVED_AT_ONCE = 64;

/** Times that a change is decided anew. */
const MAX_TRIES = 5;

export class Administration {
  readonly #directory: Directory;
  readonly #log: Log;
  readonly #limits: Readonly<ServerLimits>;
  readonly #onError: (error: unknown) => void;

  constructor({ directory, log, limits, onError }: AdministrationParts) {
    this.#directory = directory;
    this.#log = log;
    this.#limits = limits;
    this.#onError = onError;
  }

  /** @throws Refusal (401) for a client that was deleted while its request or its token was being read. */
  requirePresent(client: Client): void {
    if (this.#directory.findClient(client.id) !== client) throw invalidCredentials();
  }

  /**
   * Takes a first definition or a higher version; the same version with the same fields changes nothing (P15).
   *
   * @throws Refusal (400) for any other, and when the jail is full.
   */
  define(by: Client, definition: Definition): Promise<void> {
    const { jail } = by;
    const { name, version, fields } = definition;
    const key = ['stream', jail.id, name];
    return this.#decide(key, async () => {
      const revision = this.#directory.revisionOf(key);
      const stored = jail.streams.get(name);
      checkStreamName(name, this.#limits);
      if (stored === undefined && jail.streams.size >= this.#limits.maxStreams) {
        throw new Refusal(
          400,
          `The jail has ${this.#limits.maxStreams} streams already, and may have no more.`,
        );
      }
      if (stored !== undefined && !stored.yieldsTo(definition)) return;
      checkRoom(definition, definitionsLength(jail, name), this.#limits);
      await this.#directory.put(key, { name, version, fields }, revision);
    });
  }

  /** @throws Refusal (409) when the id is taken. */
  createClient(by: Client, id: string, description: string, secret: SecretHash): Promise<void> {
    return this.#putNewClient(by.jail.id, id, description, secret);
  }

  /**
   * Ends the client's connections. A client may delete itself, but not when it is its jail's last: nobody could
   * get in again.
   *
   * @throws Refusal (404) for a client this jail does not have; (409) for the last.
   */
  async deleteClient(by: Client, id: string): Promise<void> {
    const { jail } = by;
    const isFirst = jail.clients.get(id) === this.#directory.firstClient;
    const key = [isFirst ? 'first client' : 'client', id];
    await this.#decide(key, async () => {
      memberOf(jail, id);
      if (jail.clients.size === 1) {
        throw new Refusal(
          409,
          `${JSON.stringify(id)} is the last client of its jail; delete the jail instead.`,
        );
      }
      await this.#remove(key);
      if (isFirst) this.#directory.removeFirstClient('The client was deleted.');
    });
    // Who bears its id later is somebody else.
    await this.#tidy(() => this.#log.forget(jail.id, groupKeyOf(id, undefined)));
  }

  /** Ends the connections that the old secret opened. @throws Refusal (403) for a client other than itself. */
  async rotateSecret(by: Client, id: string, secret: SecretHash): Promise<void> {
    requireSelf(by, id, 'secret');
    await this.#setSecret(by, secret);
  }

  /** Ends the connections that the old key opened. @throws Refusal (403) for a client other than itself. */
  async setJwtPublicKey(by: Client, id: string, pem: string | null): Promise<void> {
    requireSelf(by, id, 'JWT public key');
    await this.#setKey(by, pem);
  }

  /**
   * The same for any client of the jail (P40): whoever may delete it and make another of its id could do so anyway.
   *
   * @throws Refusal (404); (409) for the first client, whose secret stays where it is configured.
   */
  async resetSecret(by: Client, id: string, secret: SecretHash): Promise<void> {
    const client = memberOf(by.jail, id);
    if (client === this.#directory.firstClient && client !== by) {
      throw new Refusal(409, `The secret of ${JSON.stringify(id)} is set where the server is started.`);
    }
    await this.#setSecret(client, secret);
  }

  /** @throws Refusal (404) */
  async resetJwtPublicKey(by: Client, id: string, pem: string | null): Promise<void> {
    await this.#setKey(memberOf(by.jail, id), pem);
  }

  /** @throws Refusal (403) for a client outside the first jail; (409) when the jail's or the client's id is taken. */
  async createJail(
    by: Client,
    { id, name, clientId }: { id: string; name: string; clientId: string },
    secret: SecretHash,
  ): Promise<void> {
    this.requireFirstJail(by);
    const key = ['jail', id];
    await this.#decide(key, async () => {
      this.#checkNewJail(id);
      this.#checkNewClientId(clientId);
      // What a jail of the same id has left behind, if the server died as it was deleted, belongs to nobody.
      await this.#clear(id);
      await this.#directory.put(key, { name }, this.#directory.revisionOf(key));
    });
    try {
      await this.#putNewClient(id, clientId, '', secret);
    } catch (error) {
      // A jail that nobody can enter must not stay behind.
      await this.#tidy(() => this.#remove(key));
      throw error;
    }
  }

  /** Ends its clients' connections. @throws Refusal (403), (404), or (409) for the first jail. */
  async deleteJail(by: Client, id: string): Promise<void> {
    this.requireFirstJail(by);
    const key = ['jail', id];
    await this.#decide(key, async () => {
      const jail = this.#directory.findJail(id);
      if (jail === undefined) throw new Refusal(404, `There is no jail ${JSON.stringify(id)}.`);
      if (jail === this.#directory.firstJail) throw new Refusal(409, 'The first jail cannot be deleted.');
      await this.#remove(key);
    });
    // It is gone with its record. What stays behind for a fault is found by whoever makes one of the same id.
    await this.#tidy(() => this.#clear(id));
  }

  /** Decides anew when somebody else has changed the record meanwhile. */
  async #decide(key: RecordKey, act: () => Promise<void>): Promise<void> {
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const seen = this.#directory.revisionOf(key);
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        await this.#directory.changed(key, seen);
      }
    }
    throw new Refusal(409, 'Others are changing the same at this moment. Try again.');
  }

  async #putNewClient(jailId: string, id: string, description: string, secret: SecretHash): Promise<void> {
    const key = ['client', id];
    await this.#decide(key, async () => {
      const jail = this.#directory.findJail(jailId);
      if (jail === undefined) throw new Refusal(409, `The jail ${JSON.stringify(jailId)} was deleted.`);
      if (jail.clients.size >= this.#limits.maxClients) {
        throw new Refusal(
          400,
          `The jail has ${this.#limits.maxClients} clients already, and may have no more.`,
        );
      }
      this.#checkNewClientId(id);
      // The revision of a client whose jail is gone: its id is free.
      const revision = this.#directory.revisionOf(key);
      await this.#directory.put(key, { jail: jailId, description, secret, jwtPublicKey: null }, revision);
    });
  }

  async #setSecret(client: Client, secret: SecretHash): Promise<void> {
    if (client !== this.#directory.firstClient) return this.#update(client, { secret });
    // The configured client's secret stays where it is configured: kept here, it would outlive its change there.
    client.secret = secret;
    endConnections(client, "The client's secret was changed.", 'basic');
  }

  async #setKey(client: Client, pem: string | null): Promise<void> {
    if (client !== this.#directory.firstClient) return this.#update(client, { jwtPublicKey: pem });
    const key = ['first client', client.id];
    await this.#decide(key, async () => {
      await this.#directory.put(key, { jwtPublicKey: pem }, this.#directory.revisionOf(key));
    });
  }

  async #update(client: Client, change: Partial<Pick<Client, 'secret' | 'jwtPublicKey'>>): Promise<void> {
    const key = ['client', client.id];
    await this.#decide(key, async () => {
      this.requirePresent(client);
      const { jail, description, secret, jwtPublicKey } = client;
      const value = { jail: jail.id, description, secret, jwtPublicKey, ...change };
      await this.#directory.put(key, value, this.#directory.revisionOf(key));
    });
  }

  /** What is not there is removed. @throws Conflict */
  async #remove(key: RecordKey): Promise<void> {
    const revision = this.#directory.revisionOf(key);
    if (revision !== undefined) await this.#directory.remove(key, revision);
  }

  /** All that a jail has left behind. */
  async #clear(jailId: string): Promise<void> {
    const left = this.#directory.leftoversOf(jailId);
    while (left.length > 0) {
      await Promise.all(left.splice(0, REMOVED_AT_ONCE).map((key) => this.#remove(key)));
    }
    await this.#log.erase(jailId);
  }

  async #tidy(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#onError(error);
    }
  }

  #checkNewJail(id: string): void {
    const { maxJails } = this.#limits;
    if (this.#directory.jails.length >= maxJails) {
      throw new Refusal(400, `There are ${maxJails} jails already, and may be no more.`);
    }
    checkJailId(id, this.#limits);
    if (this.#directory.findJail(id) !== undefined) throw taken('jail', id);
  }

  #checkNewClientId(id: string): void {
    checkClientId(id, this.#limits);
    if (this.#directory.findClient(id) !== undefined) throw taken('client', id);
  }

  /** @throws Refusal (403) for a client outside the first jail. */
  requireFirstJail(by: Client): void {
    if (by.jail !== this.#directory.firstJail) {
      throw new Refusal(403, 'Only clients of the first jail may create and delete jails.');
    }
  }
}

function memberOf(jail: Jail, id: string): Client {
  const client = jail.clients.get(id);
  if (client === undefined) throw new Refusal(404, `There is no client ${JSON.stringify(id)} in this jail.`);
  return client;
}

function requireSelf(by: Client, id: string, what: string): void {
  if (by.id === id) return;
  const nobody = by.jail.clients.has(id) ? '' : ` There is no client ${JSON.stringify(id)} in this jail.`;
  throw new Refusal(403, `A client may change only its own ${what}.${nobody}`);
}

function taken(what: string, id: string): Refusal {
  return new Refusal(409, `The ${what} id ${JSON.stringify(id)} is taken.`);
}
