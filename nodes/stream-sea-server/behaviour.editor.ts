/** What the editor does with a server node: its label, its dialog, and the sidebar that comes with it. */

import { tidyJson } from '../../src/protocol/json';
import { configField, explain, fillInDefaults, t } from '../shared/editor/dialog.editor';
import { later } from '../shared/editor/later.editor';
import type { EditorNode } from '../shared/editor/red.editor';
import { attachAddress, shownAddress } from './editor/address.editor';
import { attachConnectionTest } from './editor/connection-test.editor';
import { attachFilterField } from './editor/filter/filter-field.editor';
import { attachInvitation } from './editor/invitation.editor';
import { attachKeyField } from './editor/key-field.editor';
import { attachSecretDraw } from './editor/secret-draw.editor';
import { attachTokenEnd } from './editor/token-end.editor';
import { SERVER_DEFAULTS, type ServerConfig } from './stream-sea-server.config';

export { checks } from './editor/server-checks.editor';
export { addSidebar } from './editor/sidebar/sidebar.editor';

export { t };

/** Shows the fields that matter to what is chosen, and hides the others. */
function showWhatMatters(): void {
  const dialog = $('.sea-server-dialog');
  const remote = configField('where').val() === 'remote';
  const secure = configField('secure').is(':checked');
  const auth = configField('auth').val();
  const inside = !remote && configField('listenOn').val() === 'node-red';
  dialog.find('.sea-if-embedded').toggle(!remote);
  dialog.find('.sea-if-inside').toggle(inside);
  dialog.find('.sea-if-outside').toggle(!inside);
  dialog.find('.sea-if-listening').toggle(!remote && !inside);
  dialog.find('.sea-if-remote').toggle(remote);
  dialog.find('.sea-if-tls').toggle(remote && secure);
  dialog.find('.sea-if-jwt').toggle(remote && auth === 'jwt');
  dialog.find('.sea-if-key').toggle(remote && auth === 'key');
  dialog.find('.sea-if-queue').toggle(configField('offline').val() !== 'fail');
  const side = remote ? 'remote' : 'embedded';
  $('#sea-server-host-label').text(t(`label.host.${side}`));
  configField('host').attr('placeholder', t(`placeholder.host.${side}`));
  const port = remote ? (secure ? 'secure' : 'remote') : 'embedded';
  configField('port').attr('placeholder', t(`placeholder.port.${port}`));
  const client = $('#node-config-input-clientId, #node-config-input-clientSecret');
  client.attr('placeholder', remote ? '' : t('placeholder.client'));
}

/** What the editor's own list of config nodes has for none; it does not take a blank value. */
function chooseNone(property: 'tls' | 'proxy'): void {
  configField(property).val('_ADD_');
}

/** Those without a name that would be called the same are numbered: each example brings one along. */
export function label(this: EditorNode<ServerConfig>): string {
  if (this.name) return this.name;
  const own = withoutName(this);
  const alike: string[] = [];
  RED.nodes.eachConfig((node) => {
    const other = node as EditorNode<ServerConfig>;
    if (other.type === this.type && !other.name && withoutName(other) === own) alike.push(other.id);
  });
  const before = alike.indexOf(this.id);
  return before > 0 ? `${own} (${before + 1})` : own;
}

function withoutName({ where, host, port, listenOn }: EditorNode<ServerConfig>): string {
  if (where === 'remote') return shownAddress(host || SERVER_DEFAULTS.host, port);
  return listenOn === 'node-red' ? t('label.embedded') : shownAddress(t('label.embedded'), port);
}

export function oneditprepare(this: EditorNode<ServerConfig>): void {
  const tabs = RED.tabs.create({
    id: 'sea-server-tabs',
    onchange(tab) {
      $('#sea-server-tabs-content').children().hide();
      $(`#${tab.id}`).show();
    },
  });
  tabs.addTab({ id: 'sea-server-tab-connection', label: t('label.tab.connection') });
  tabs.addTab({ id: 'sea-server-tab-queue', label: t('label.tab.queue') });
  const clients = later<typeof import('./editor/clients/clients-part.editor')>('clients-part');
  clients.addClientsTab(tabs, this.id);
  // The tabs measure themselves, which they cannot do before the dialog is shown.
  setTimeout(() => tabs.resize(), 0);

  fillInDefaults(this, SERVER_DEFAULTS, '#node-config-input-');
  const where = configField('where');
  if (where.val() !== 'remote') where.val('embedded');
  const listenOn = configField('listenOn');
  // Whatever else a flow has stands for the default.
  if (listenOn.val() !== 'node-red') listenOn.val('port');
  const cards = $('input[name="sea-server-where"]');
  cards.filter(`[value="${where.val()}"]`).prop('checked', true);
  cards.on('change', () => {
    where.val(String(cards.filter(':checked').val())).trigger('change');
  });
  for (const property of ['where', 'listenOn', 'secure', 'auth', 'offline']) {
    configField(property).on('change', showWhatMatters);
  }
  explain(configField('offline'), $('#sea-server-offline-hint'), (option) => {
    return t(`hint.offline.${option}`);
  });
  explain(configField('whenFull'), $('#sea-server-whenFull-hint'), (option) => {
    return t(`hint.whenFull.${option}`);
  });
  configField('cors').attr('placeholder', 'https://plant.example');
  showWhatMatters();
  attachTokenEnd(this.id, configField('jwt'));
  attachAddress(
    {
      host: configField('host'),
      port: configField('port'),
      secure: configField('secure'),
    },
    () => where.val() === 'remote',
  );
  attachConnectionTest(this.id, $('#sea-server-test'), $('#sea-server-test-result'));
  attachInvitation(this.id, $('#sea-server-invitation'));
  attachKeyField(this.id, configField('privateKey'), $('#sea-server-key'));
  attachFilterField(
    this.id,
    configField('filter'),
    $('#sea-server-filter-build'),
    $('#sea-server-filter-words'),
  );
  const secret = configField('clientSecret');
  attachSecretDraw($('#sea-server-draw'), secret, $('#sea-server-drawn'));
}

export function oneditsave(): void {
  const remote = configField('where').val() === 'remote';
  // What is hidden holds on to nothing: a config node would count as used, and a token as saved.
  if (!remote || !configField('secure').is(':checked')) chooseNone('tls');
  if (!remote) chooseNone('proxy');
  const auth = remote ? configField('auth').val() : 'basic';
  if (auth !== 'jwt') configField('jwt').val('');
  if (auth !== 'key') configField('privateKey').val('');
  configField('filter').val((_index, filter) => tidyJson(filter).trim());
  configField('host').val((_index, host) => host.trim());
}
