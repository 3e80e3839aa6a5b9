/** The tab of a server's dialog with its clients and jails, as the server that runs has them. */

import type { ListedJail } from '../../../../src/protocol/http/bodies';
import { administer, getClients } from '../../../shared/editor/clients-api.editor';
import { reasonFor, t, wordsFor } from '../../../shared/editor/dialog.editor';
import {
  button,
  div,
  element,
  hint,
  problemLine,
  span,
  statusLine,
  write,
} from '../../../shared/editor/dom.editor';
import { lifetimeOf, oneByOne } from '../../../shared/editor/lifetime.editor';
import { whyAway } from '../../../shared/editor/target.editor';
import { type AdminAction, type ClientList, isAboutJail } from '../../../shared/wire/clients-api';
import { KeyedList } from '../keyed-list.editor';
import { type ClientItem, clientRow, jailRow, type RowActions, secretShown } from './client-row.editor';
import { attachEntryForm, type EntryForm } from './entry-form.editor';

const ID = 'sea-server-tab-clients';

/** What was shown of the subject's secret opens nothing afterwards. */
const ENDS_SECRETS: ReadonlySet<AdminAction> = new Set(['deleteClient', 'deleteJail', 'rotateSecret']);

interface Tabs {
  addTab(tab: { id: string; label: string }): void;
}

/** @param server the id of the node. */
export function addClientsTab(tabs: Tabs, server: string): void {
  const place = element('div', { id: ID, class: 'sea-clients', style: 'display: none' });
  $('#sea-server-tabs-content').append(place);
  tabs.addTab({ id: ID, label: t('label.tab.clients') });
  const line = statusLine('sea-section-line');
  const why = whyAway(server);
  if (why) {
    write(line, why);
    place.append(line);
  } else attachClients(server, place, line);
}

function attachClients(server: string, place: HTMLElement, line: HTMLElement): void {
  const lifetime = lifetimeOf($(place));
  const next = oneByOne(lifetime);
  const refresh = button({ icon: 'refresh', label: t('label.admin.refresh'), onPress: () => void load() });
  const intro = div('sea-clients-head', hint(t('hint.admin.intro')), refresh);
  const say = (text: string): void => {
    line.classList.remove('sea-problem');
    write(line, text);
  };
  const actions: RowActions = {
    async administer(action, subject, body) {
      const answer = await administer(server, action, subject, body);
      if (ENDS_SECRETS.has(action))
        (isAboutJail(action) ? jails : clients).forget((whose) => whose === subject);
      return answer;
    },
    changed: () => void load(),
    say,
  };
  const clients = section(t('label.admin.clients'), t('label.admin.addClient'), {
    fields: [{ label: t('label.admin.newId') }, { label: t('label.admin.description') }],
    yes: t('label.admin.create'),
    async act([clientId = '', description = '']) {
      const { secret } = await actions.administer('createClient', clientId, { description });
      clients.show(secretShown(clientId, String(secret)), clientId);
      actions.changed();
    },
  });
  const jails = section(t('label.admin.jails'), t('label.admin.addJail'), {
    fields: [
      { label: t('label.admin.jailId') },
      { label: t('label.admin.jailName') },
      { label: t('label.admin.firstClient') },
    ],
    yes: t('label.admin.create'),
    async act([jailId = '', newJailName = '', newClientId = '']) {
      const { newClientSecret } = await actions.administer('createJail', jailId, {
        newJailName,
        newClientId,
      });
      jails.show(secretShown(newClientId, String(newClientSecret)), jailId);
      actions.changed();
    },
  });
  const clientList = new KeyedList<ClientItem>(
    clients.list,
    ({ client: { clientId }, own }) => `${own} ${clientId}`,
    (item) => clientRow(item, actions),
  );
  const jailList = new KeyedList<ListedJail>(
    jails.list,
    ({ jailId }) => jailId,
    (jail) => jailRow(jail, actions),
  );
  clients.element.hidden = true;
  jails.element.hidden = true;
  place.append(intro, line, clients.element, jails.element);

  function show(list: ClientList): void {
    if (list.problem !== undefined) {
      write(line, wordsFor(list.problem));
      line.classList.add('sea-problem');
    }
    const wasHere = place.contains(document.activeElement);
    clients.element.hidden = list.problem !== undefined;
    jails.element.hidden = list.jails === undefined;
    clientList.show(list.clients.map((client) => ({ client, own: client.clientId === list.self })));
    jailList.show(list.jails ?? []);
    clients.more(list.clients.length, list.clientsTotal);
    jails.more(list.jails?.length ?? 0, list.jailsTotal);
    // Deleted by somebody else; of a list that is cut short, nobody knows.
    const clientIds = list.clients.map(({ clientId }) => clientId);
    if (clientIds.length >= list.clientsTotal) clients.forget((whose) => !clientIds.includes(whose));
    const jailIds = list.jails?.map(({ jailId }) => jailId) ?? [];
    if (jailIds.length >= list.jailsTotal) jails.forget((whose) => !jailIds.includes(whose));
    // What had the focus may be gone, with whom it was about.
    if (wasHere && !place.contains(document.activeElement)) refresh.focus();
  }

  async function load(): Promise<void> {
    const signal = next();
    line.classList.remove('sea-problem');
    try {
      const list = await getClients(server, signal);
      if (!signal.aborted) show(list);
    } catch (error) {
      if (signal.aborted) return;
      write(line, t('error.request', { reason: reasonFor(error) }));
      line.classList.add('sea-problem');
    }
  }

  // Asked when somebody looks: who may open this dialog need not be allowed to see them.
  const observer = new IntersectionObserver((entries) => {
    if (entries.at(-1)?.isIntersecting) void load();
  });
  observer.observe(place);
  lifetime.addEventListener('abort', () => observer.disconnect());
}

interface Section {
  readonly element: HTMLElement;
  readonly list: HTMLElement;
  /**
   * What came of the form: a secret, until the form is opened again, or it is a secret no more.
   *
   * @param whose id of the client or the jail
   */
  show(result: HTMLElement, whose: string): void;
  /** Nothing is shown any more of one that is gone. */
  forget(isGone: (whose: string) => boolean): void;
  more(shown: number, total: number): void;
}

function section(title: string, add: string, form: EntryForm): Section {
  const list = element('ul', {});
  const rest = hint('');
  const result = statusLine();
  const opener = button({ icon: 'plus', label: add });
  let shownOf: string | undefined;
  const entry = attachEntryForm(opener, form, (text) => {
    shownOf = undefined;
    result.replaceChildren(...(text === '' ? [] : [problemLine(text)]));
  });
  const heading = span('sea-section-title', title);
  return {
    element: element(
      'section',
      { class: 'sea-section', 'aria-label': title },
      div('sea-section-head', heading, opener),
      entry,
      result,
      list,
      rest,
    ),
    list,
    show(shown, whose) {
      shownOf = whose;
      result.replaceChildren(shown);
    },
    forget(isGone) {
      if (shownOf === undefined || !isGone(shownOf)) return;
      shownOf = undefined;
      result.replaceChildren();
    },
    more: (shown, total) => {
      rest.hidden = shown >= total;
      write(rest, t('hint.admin.more', { shown, total }));
    },
  };
}
