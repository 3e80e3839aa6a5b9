/** What can be done to a server's clients and jails (P4, P7), and what a server of ours tells of them (P40). */

import { ReplyError } from '../errors';
import type { Listed, ListedClient, ListedJail, PublicKey, Secret } from '../protocol/http/bodies';
import { type Operation, operations } from '../protocol/http/operations';
import { record, text } from '../protocol/values';
import * as given from './arguments';
import type { Call, CallOptions } from './common/call';
import type { Outbound } from './publish/outbound';

/** Asks the server, for as long as its options say. */
export type Ask = <Result>(
  options: CallOptions | undefined,
  run: (outbound: Outbound, call?: Call) => Promise<Result>,
) => Promise<Result>;

/** A jail to be made. */
export interface NewJail {
  readonly newJailId: string;
  /** For people. */
  readonly newJailName?: string | undefined;
  /** The client that it begins with. */
  readonly newClientId: string;
}

/** A jail that was made. */
export interface NewJailReply {
  newJailId: string;
  newClientId: string;
  newClientSecret: string;
}

/** The ids of clients and jails are checked here as all arguments are; what is taken, only the server knows. */
export interface CreateClientOptions extends CallOptions {
  /** For whoever lists them. Default: none. */
  readonly description?: string | undefined;
}

export class Administration {
  readonly #ask: Ask;

  /** @internal */
  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * Makes a client in one's own jail. Its secret is in the answer, and told by nobody again.
   *
   * @throws (rejects with) ReplyError (409) for an id that is taken; SettingError; else as `request` does, as do the others.
   */
  async createClient(clientId: string, options?: CreateClientOptions): Promise<Secret> {
    const { description = '' } = given.limits(options);
    const body = {
      clientId: given.newClient('clientId', clientId),
      description: given.description('description', description),
    };
    return this.#request(options, operations.createClient, undefined, body);
  }

  /** Ends its connections. */
  async deleteClient(clientId: string, options?: CallOptions): Promise<{ id: string }> {
    return this.#request(options, operations.deleteClient, text('clientId', clientId));
  }

  /**
   * Another secret in place of the one that there is, which ends at once, with the connections that it opened. It is in
   * the answer, and told by nobody again.
   *
   * A server lets a client rotate its own (P7); one of ours those of the jail's other clients, too (P40).
   */
  async rotateSecret(clientId: string, options?: CallOptions): Promise<Secret> {
    const id = text('clientId', clientId);
    return this.#asOneOrOther(options, [operations.rotateSecret, operations.resetSecret], id);
  }

  /**
   * Sets the key that the client's tokens are verified with, or takes it away. Tokens of the old one end at once. Whose
   * it may be: see {@link rotateSecret}.
   *
   * @param jwtPublicKey PEM; null: none.
   */
  async setPublicKey(
    clientId: string,
    jwtPublicKey: string | null,
    options?: CallOptions,
  ): Promise<PublicKey> {
    const id = text('clientId', clientId);
    const body = { jwtPublicKey: given.publicKey('jwtPublicKey', jwtPublicKey) };
    return this.#asOneOrOther(options, [operations.setJwtPublicKey, operations.resetJwtPublicKey], id, body);
  }

  /** Makes a jail and the first client in it, whose secret is in the answer, and told by nobody again. */
  async createJail(jail: NewJail, options?: CallOptions): Promise<NewJailReply> {
    const { newJailId, newJailName, newClientId } = record('jail', jail);
    const body = {
      newJailId: text('newJailId', newJailId),
      newJailName: given.description('newJailName', newJailName ?? ''),
      newClientId: given.newClient('newClientId', newClientId),
    };
    return this.#request(options, operations.createJail, undefined, body);
  }

  /** All that is in it goes: its clients, with their connections, its streams, and what waits there. */
  async deleteJail(jailId: string, options?: CallOptions): Promise<{ id: string }> {
    return this.#request(options, operations.deleteJail, text('jailId', jailId));
  }

  /** The clients of one's own jail, and which of them asks (`self`); null: the server does not tell. */
  async clients(options?: CallOptions): Promise<(Listed<ListedClient> & { self: string }) | null> {
    return unlessMissing(this.#request(options, operations.listClients));
  }

  /** All jails but the first, which cannot be deleted; null: the server does not tell. */
  async jails(options?: CallOptions): Promise<Listed<ListedJail> | null> {
    return unlessMissing(this.#request(options, operations.listJails));
  }

  #request<Body, Reply>(
    options: CallOptions | undefined,
    operation: Operation<Body, Reply>,
    parameter?: string,
    body?: unknown,
  ): Promise<Reply> {
    return this.#ask(options, (outbound, call) => outbound.request(operation, parameter, body, call));
  }

  /** As the protocol has it, and where that is refused, as a server of ours lets it be done for another client. */
  #asOneOrOther<Body, Reply>(
    options: CallOptions | undefined,
    [own, other]: readonly [own: Operation<Body, Reply>, other: Operation<Body, Reply>],
    id: string,
    body?: unknown,
  ): Promise<Reply> {
    return this.#ask(options, async (outbound, call) => {
      try {
        return await outbound.request(own, id, body, call);
      } catch (refusal) {
        if (!hasStatus(refusal, 403)) throw refusal;
        try {
          return await outbound.request(other, id, body, call);
        } catch (thrown) {
          // Another server does not know it: what it has said before is what matters.
          throw hasStatus(thrown, 404) || hasStatus(thrown, 405) ? refusal : thrown;
        }
      }
    });
  }
}

async function unlessMissing<Reply>(asked: Promise<Reply>): Promise<Reply | null> {
  try {
    return await asked;
  } catch (thrown) {
    if (hasStatus(thrown, 404) || hasStatus(thrown, 405)) return null;
    throw thrown;
  }
}

function hasStatus(thrown: unknown, status: number): boolean {
  return thrown instanceof ReplyError && thrown.status === status;
}
