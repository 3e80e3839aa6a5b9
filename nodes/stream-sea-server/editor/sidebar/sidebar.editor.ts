/** The sidebar tab: how all servers do, once a second, while somebody can see it. */

import { t } from '../../../shared/editor/dialog.editor';
import { div, element, icon } from '../../../shared/editor/dom.editor';
import { later } from '../../../shared/editor/later.editor';
import { poll } from '../../../shared/editor/lifetime.editor';
import { whileSeen } from '../seen.editor';
import type { Servers } from './sidebar-servers.editor';

const TYPE = 'stream-sea-server';
const ID = 'stream-sea';
const ACTION = 'stream-sea:show-sidebar';
const INTERVAL = 1_000;

/** It is there as long as server nodes can be: somebody may switch them off in the palette manager. */
export function addSidebar(): void {
  addTab();
  RED.events.on('registry:node-set-enabled', ({ types }) => {
    if (types.includes(TYPE)) addTab();
  });
  for (const event of ['registry:node-set-disabled', 'registry:node-set-removed'] as const) {
    RED.events.on(event, ({ types }) => {
      if (types.includes(TYPE)) removeTab();
    });
  }
}

/** Once for each editor, however often the node's page is loaded. */
function addTab(): void {
  if (RED.sidebar.containsTab(ID)) return;
  const content = div('sea-sidebar');
  let servers: Servers | undefined;
  whileSeen(content, (signal) => {
    servers ??= load().attachServers(content);
    const { refresh } = servers;
    void poll(INTERVAL, signal, () => refresh(signal));
  });

  const copy = element(
    'button',
    { type: 'button', class: 'red-ui-footer-button sea-copy-report', title: t('hint.sidebar.copy') },
    icon('clipboard'),
    ` ${t('label.copyReport')}`,
  );
  copy.addEventListener('click', () => {
    if (servers !== undefined)
      RED.clipboard.copyText(servers.report(), $(copy), 'clipboard.copyMessageValue');
  });

  RED.actions.add(ACTION, () => RED.sidebar.show(ID), { label: t('label.showSidebar') });
  RED.sidebar.addTab({
    id: ID,
    label: t('label.sidebar'),
    name: t('label.sidebar'),
    iconClass: 'fa fa-exchange',
    action: ACTION,
    content: $(content),
    toolbar: $(div('sea-sidebar-tools', copy)),
  });
}

function load() {
  return later<typeof import('./sidebar-servers.editor')>('sidebar-servers');
}

function removeTab(): void {
  if (!RED.sidebar.containsTab(ID)) return;
  RED.sidebar.removeTab(ID);
  RED.actions.remove(ACTION);
  // Node-RED leaves it in the footer.
  document.querySelector('.sea-sidebar-tools')?.remove();
}
