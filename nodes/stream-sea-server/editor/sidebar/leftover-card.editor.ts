/** Messages that have no server node any more, in the sidebar: where they were to go, and what can be done about them. */

import { t } from '../../../shared/editor/dialog.editor';
import { div, element, span, write } from '../../../shared/editor/dom.editor';
import type { LeftoverReport, QueueTarget } from '../../../shared/wire/api';
import type { Part } from '../keyed-list.editor';
import { purgeLeftover, sendLeftover } from '../server-api.editor';
import { queuePart } from './queue-part.editor';

/** A server node that runs, as it is called in the editor. */
export interface Choice {
  readonly id: string;
  readonly label: string;
}

export interface LeftoverItem {
  readonly leftover: LeftoverReport;
  readonly choices: readonly Choice[];
}

export function leftoverCard({ leftover: { key } }: LeftoverItem): Part<LeftoverItem> {
  const name = span('sea-name');
  const fleeting = div('sea-facts');
  const field = element('select', {});
  let options = '';
  const queue = queuePart({
    sendTo: {
      field,
      yes: t('label.send'),
      no: t('label.keep'),
      act: async () => t('status.handedOver', { count: await sendLeftover(key, field.value) }),
    },
    purge: () => purgeLeftover(key),
  });
  const card = element('section', { class: 'sea-card' }, element('h3', {}, name), fleeting, queue.element);
  return {
    element: card,
    update({ leftover, choices }) {
      const label = targetText(leftover.target);
      write(name, label);
      card.setAttribute('aria-label', label);
      write(fleeting, leftover.onDisk ? '' : t('hint.fleeting'));
      const next = JSON.stringify(choices);
      // A choice that is being made stays.
      if (next !== options && document.activeElement !== field) {
        field.replaceChildren(...choices.map(({ id, label }) => element('option', { value: id }, label)));
        options = next;
      }
      queue.update(leftover);
    },
  };
}

function targetText({ address, server, clientId = '?' }: QueueTarget): string {
  if (address !== undefined) return t('label.target.remote', { address, client: clientId });
  if (server === undefined) return t('label.target.unknown');
  const node = RED.nodes.node(server);
  return t('label.target.embedded', {
    server: node ? RED.utils.getNodeLabel(node, server) : server,
    client: clientId,
  });
}
