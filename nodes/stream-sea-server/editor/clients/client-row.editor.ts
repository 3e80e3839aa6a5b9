/** One client in the list of a server's dialog, and one jail: what is known of it, and what can be done to it. */

import type { ListedClient, ListedJail } from '../../../../src/protocol/http/bodies';
import { copyRow } from '../../../shared/editor/copy-row.editor';
import { t } from '../../../shared/editor/dialog.editor';
import { button, div, element, hint, icon, span, statusLine, write } from '../../../shared/editor/dom.editor';
import type { AdminAction } from '../../../shared/wire/clients-api';
import type { Part } from '../keyed-list.editor';
import { attachQuestion } from '../question.editor';
import { attachEntryForm } from './entry-form.editor';

/** What the rows can have done. */
export interface RowActions {
  administer(action: AdminAction, subject: string, body?: object): Promise<Readonly<Record<string, unknown>>>;
  /** The list is another by now. */
  changed(): void;
  /** Something to be read when the row is gone. */
  say(text: string): void;
}

export interface ClientItem {
  readonly client: ListedClient;
  /** The server node itself signs in as this one. */
  readonly own: boolean;
}

export function clientRow({ client: { clientId }, own }: ClientItem, actions: RowActions): Part<ClientItem> {
  const description = span('sea-facts');
  const badge = span('sea-badge', icon('key'), ` ${t('label.admin.hasKey')}`);
  const self = span('sea-badge', t('label.admin.own'));
  const { said, say } = outcome();
  const drawn = statusLine();
  const key = button({ icon: 'key', title: t('label.admin.key', { client: clientId }) });

  const removeKey = button({ label: t('label.admin.removeKey') });
  const keyForm = attachEntryForm(
    key,
    {
      fields: [{ label: t('label.admin.publicKey'), long: true }],
      yes: t('label.admin.setKey'),
      beside: removeKey,
      async act([pem = '']) {
        await actions.administer('setPublicKey', clientId, { jwtPublicKey: pem });
        say(t('status.admin.keySet'));
        actions.changed();
      },
    },
    say,
  );
  const removal = attachQuestion(
    removeKey,
    {
      text: () => t('hint.admin.removeKey', { client: clientId }),
      yes: t('label.admin.removeKey'),
      no: t('label.keep'),
      async act() {
        await actions.administer('setPublicKey', clientId, { jwtPublicKey: null });
        actions.changed();
        return t('status.admin.keyRemoved');
      },
    },
    say,
  );
  keyForm.append(removal);

  const buttons = [key];
  const below: HTMLElement[] = [keyForm];
  // Its own is set in this very dialog: changed here, the server node would lock itself out.
  if (!own) {
    const rotate = button({ icon: 'refresh', title: t('label.admin.newSecret', { client: clientId }) });
    const remove = button({ icon: 'trash-o', title: t('label.admin.delete', { subject: clientId }) });
    buttons.unshift(rotate);
    buttons.push(remove);
    below.push(
      attachQuestion(
        rotate,
        {
          text: () => t('hint.admin.newSecret', { client: clientId }),
          yes: t('label.admin.drawSecret'),
          no: t('label.keep'),
          async act() {
            const { secret } = await actions.administer('rotateSecret', clientId);
            drawn.replaceChildren(secretShown(clientId, String(secret)));
            return '';
          },
        },
        say,
      ),
      deletion(remove, say, actions, {
        action: 'deleteClient',
        subject: clientId,
        question: t('hint.admin.delete', { client: clientId }),
      }),
    );
  }
  self.hidden = !own;

  return {
    element: row(clientId, [description, self, badge], buttons, [...below, said, drawn]),
    update({ client: { description: text, hasJwtPublicKey } }) {
      write(description, text);
      badge.hidden = !hasJwtPublicKey;
      // Not while its question is being answered: the keyboard would lose its place.
      removeKey.hidden = !hasJwtPublicKey && !removal.contains(document.activeElement);
    },
  };
}

export function jailRow({ jailId }: ListedJail, actions: RowActions): Part<ListedJail> {
  const facts = span('sea-facts');
  const { said, say } = outcome();
  const remove = button({ icon: 'trash-o', title: t('label.admin.delete', { subject: jailId }) });
  const question = t('hint.admin.deleteJail', { jail: jailId });
  const asked = deletion(remove, say, actions, { action: 'deleteJail', subject: jailId, question });
  return {
    element: row(jailId, [facts], [remove], [asked, said]),
    update({ jailName, clients }) {
      write(facts, [jailName, t('status.admin.clients', { clients })].filter(Boolean).join(' · '));
    },
  };
}

/** A secret that was drawn just now: nobody, not even the server, can show it again. */
export function secretShown(client: string, secret: string): HTMLElement {
  const label = t('label.admin.secretOf', { client });
  return div('sea-secret', element('div', {}, label), copyRow(secret, label), hint(t('hint.admin.secret')));
}

function deletion(
  opener: HTMLButtonElement,
  say: (text: string) => void,
  actions: RowActions,
  { action, subject, question }: { action: AdminAction; subject: string; question: string },
): HTMLElement {
  return attachQuestion(
    opener,
    {
      text: () => question,
      yes: t('label.admin.remove'),
      no: t('label.keep'),
      async act() {
        await actions.administer(action, subject);
        actions.say(t('status.admin.deleted', { subject }));
        actions.changed();
        return '';
      },
    },
    say,
  );
}

function row(
  name: string,
  facts: readonly HTMLElement[],
  buttons: readonly HTMLElement[],
  below: readonly HTMLElement[],
): HTMLElement {
  return element(
    'li',
    { 'aria-label': name },
    div(
      'sea-client',
      div('sea-client-name', element('strong', {}, name), ...facts),
      div('sea-buttons', ...buttons),
    ),
    ...below,
  );
}

/** Where what became of an action is said. */
function outcome(): { said: HTMLElement; say(text: string): void } {
  const said = statusLine();
  return { said, say: (text) => said.replaceChildren(...(text === '' ? [] : [hint(text)])) };
}
