/** What clients are told of the clients and jails that they may change (P40): never a secret, and never without end. */

import type { Listed, ListedClient, ListedJail } from '../../protocol/http/bodies';
import type { Client, Jail } from './jail';

/** A page for people; what is beyond it is known by its id only. */
const MOST = 1_000;

/** The clients of the same jail. */
export function listClients({ jail }: Client): Listed<ListedClient> {
  return first([...jail.clients.values()], ({ id, description, jwtPublicKey }) => ({
    clientId: id,
    description,
    hasJwtPublicKey: jwtPublicKey !== null,
  }));
}

/** @param jails all, of which the caller's own is left out. */
export function listJails(by: Client, jails: readonly Jail[]): Listed<ListedJail> {
  return first(
    jails.filter((jail) => jail !== by.jail),
    ({ id, name, clients }) => ({ jailId: id, jailName: name, clients: clients.size }),
  );
}

function first<Kept extends { readonly id: string }, Item>(
  all: readonly Kept[],
  show: (kept: Kept) => Item,
): Listed<Item> {
  const sorted = all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { items: sorted.slice(0, MOST).map(show), total: all.length };
}
