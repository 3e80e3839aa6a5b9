/**
 * Who has proven on a socket who it is. The same header again needs no second proof while that secret is the client's:
 * to hash it is felt in each publish.
 */

import type { Socket } from 'node:net';
import type { SecretHash } from './auth';

interface Proof<Client> {
  readonly header: string;
  readonly client: Client;
  readonly secret: SecretHash;
}

export class Proofs<Client extends { readonly secret: SecretHash }> {
  readonly #proofs = new WeakMap<Socket, Proof<Client>>();

  /** @param header `Authorization`, which the client was found by. */
  add(socket: Socket, header: string, client: Client): void {
    this.#proofs.set(socket, { header, client, secret: client.secret });
  }

  /** @param isPresent whether the client is still there. */
  find(
    socket: Socket,
    header: string | undefined,
    isPresent: (client: Client) => boolean,
  ): Client | undefined {
    const proof = this.#proofs.get(socket);
    if (proof === undefined || proof.header !== header) return undefined;
    const { client, secret } = proof;
    return client.secret === secret && isPresent(client) ? client : undefined;
  }
}
