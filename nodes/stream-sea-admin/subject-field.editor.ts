/** The field for the client or jail: named by what the action is about, with those that the server has as suggestions. */

import { getClients } from '../shared/editor/clients-api.editor';
import { catalogue, nodeField, textIn } from '../shared/editor/dialog.editor';
import { attachCombobox, type Suggestion } from '../shared/editor/fields/combobox.editor';
import { lifetimeOf, oneByOne } from '../shared/editor/lifetime.editor';
import { whyAway } from '../shared/editor/target.editor';
import { type ClientList, isAboutJail, isAdminAction } from '../shared/wire/clients-api';

const t = catalogue('stream-sea-admin');

type Kind = 'any' | 'client' | 'jail';

export function attachSubjectField(input: JQuery, label: JQuery, action: JQuery): void {
  const server = nodeField('server');
  let known: ClientList | undefined;
  const next = oneByOne(lifetimeOf(input));

  const combobox = attachCombobox(input, {
    label: t('label.known'),
    suggestions: () => (known === undefined ? [] : suggestionsFor(known, kindOf(action))),
    opening: () => void load(),
  });

  /** Who may not see them, or asks a server that does not tell, has no suggestions. */
  async function load(): Promise<void> {
    const id = textIn(server);
    const signal = next();
    if (RED.nodes.node(id) == null || whyAway(id)) {
      known = undefined;
      return combobox.refresh();
    }
    const list = await getClients(id, signal).catch(() => undefined);
    if (signal.aborted) return;
    known = list;
    combobox.refresh();
  }

  const name = (): void => {
    const kind = kindOf(action);
    label.text(t(`label.subject.${kind}`));
  };
  action.on('change', name);
  name();
}

function kindOf(action: JQuery): Kind {
  const chosen = action.val();
  if (!isAdminAction(chosen)) return 'any';
  return isAboutJail(chosen) ? 'jail' : 'client';
}

function suggestionsFor({ clients, jails = [] }: ClientList, kind: Kind): Suggestion[] {
  const found = [
    ...(kind === 'jail' ? [] : clients.map(({ clientId, description }) => [clientId, description] as const)),
    ...(kind === 'client' ? [] : jails.map(({ jailId, jailName }) => [jailId, jailName] as const)),
  ];
  return found.map(([value, note]) => ({ value, note }));
}
