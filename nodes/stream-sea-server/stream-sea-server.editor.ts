import { tidyJson } from '../../src/protocol/json';
import { parseOrigins } from '../../src/protocol/origins';
import {
  catalogue,
  currently,
  explain,
  fillInDefaults,
  hasEnvironment,
  wordsFor,
} from '../shared/dialog.editor';
import { saidOf } from '../shared/sentence.config';
import { attachAddress, hostFits, shownAddress } from './address.editor';
import { addClientsTab } from './clients-part.editor';
import { attachConnectionTest } from './connection-test.editor';
import { attachFilterField } from './filter-field.editor';
import { filterProblem } from './filter-problem.editor';
import { attachKeyField, privateKeyProblem } from './key-field.editor';
import { attachOffer, attachSecretDraw } from './offer.editor';
import { addSidebar } from './sidebar.editor';
import { SERVER_DEFAULTS, type ServerConfig, type ServerCredentials } from './stream-sea-server.config';
import { attachTokenEnd } from './token-end.editor';

const t = catalogue('stream-sea-server');

const MAX_PORT = 65_535;

function isRemote(node: { where?: ServerConfig['where'] }): boolean {
  return currently(node, node.where, '#node-config-input-where') === 'remote';
}

/** Whether it is reached by Node-RED's own port: what is hidden then counts for nothing. */
function isInside(node: Partial<ServerConfig>): boolean {
  return !isRemote(node) && currently(node, node.listenOn, '#node-config-input-listenOn') === 'node-red';
}

/** Whether tokens are made here. */
function hasKey(node: Partial<ServerConfig>): boolean {
  return isRemote(node) && currently(node, node.auth, '#node-config-input-auth') === 'key';
}

/** Credentials are known, and validated, in the open dialog only: the editor never gets a saved secret back. */
function inDialog(property: keyof ServerConfig | keyof ServerCredentials): string {
  return String($(`#node-config-input-${property}`).val() ?? '');
}

function hostProblem(host: string, remote: boolean): string | undefined {
  if (hasEnvironment(host)) return undefined;
  if (host.trim() === '') return remote ? t('error.hostMissing') : undefined;
  return hostFits(host.trim(), remote) ? undefined : t('error.host');
}

function portProblem(port: string): string | undefined {
  if (hasEnvironment(port) || port.trim() === '') return undefined;
  const number = Number(port);
  return Number.isInteger(number) && number > 0 && number <= MAX_PORT ? undefined : t('error.port');
}

function originsProblem(text: string): string | undefined {
  if (hasEnvironment(text)) return undefined;
  try {
    parseOrigins(text);
    return undefined;
  } catch (error) {
    return wordsFor(saidOf(error));
  }
}

/** Blank stands for the default, as it does in the runtime. */
function positiveProblem(value: unknown, whole: boolean): string | undefined {
  const text = String(value ?? '').trim();
  if (text === '' || hasEnvironment(text)) return undefined;
  const number = Number(text);
  const fits = Number.isFinite(number) && number > 0 && (!whole || Number.isInteger(number));
  return fits ? undefined : t(whole ? 'error.count' : 'error.seconds');
}

/** Blank stands for the default, 0 for ever. */
function ageProblem(value: unknown): string | undefined {
  const text = String(value ?? '').trim();
  if (text === '' || hasEnvironment(text)) return undefined;
  return Number(text) >= 0 && Number.isFinite(Number(text)) ? undefined : t('error.age');
}

/** Shows the fields that matter to what is chosen, and hides the others. */
function showWhatMatters(): void {
  const dialog = $('.stream-sea-server-dialog');
  const remote = $('#node-config-input-where').val() === 'remote';
  const secure = $('#node-config-input-secure').is(':checked');
  const auth = $('#node-config-input-auth').val();
  const inside = !remote && $('#node-config-input-listenOn').val() === 'node-red';
  dialog.find('.stream-sea-if-embedded').toggle(!remote);
  dialog.find('.stream-sea-if-inside').toggle(inside);
  dialog.find('.stream-sea-if-outside').toggle(!inside);
  dialog.find('.stream-sea-if-listening').toggle(!remote && !inside);
  dialog.find('.stream-sea-if-remote').toggle(remote);
  dialog.find('.stream-sea-if-tls').toggle(remote && secure);
  dialog.find('.stream-sea-if-jwt').toggle(remote && auth === 'jwt');
  dialog.find('.stream-sea-if-key').toggle(remote && auth === 'key');
  dialog.find('.stream-sea-if-queue').toggle($('#node-config-input-offline').val() !== 'fail');
  const side = remote ? 'remote' : 'embedded';
  $('#stream-sea-server-host-label').text(t(`label.host.${side}`));
  $('#node-config-input-host').attr('placeholder', t(`placeholder.host.${side}`));
  const port = remote ? (secure ? 'secure' : 'remote') : 'embedded';
  $('#node-config-input-port').attr('placeholder', t(`placeholder.port.${port}`));
  const client = $('#node-config-input-clientId, #node-config-input-clientSecret');
  client.attr('placeholder', remote ? '' : t('placeholder.client'));
}

/** What the editor's own list of config nodes has for none; it does not take a blank value. */
function chooseNone(property: 'tls' | 'proxy'): void {
  $(`#node-config-input-${property}`).val('_ADD_');
}

addSidebar();

RED.nodes.registerType<ServerConfig>('stream-sea-server', {
  category: 'config',
  // One that serves other machines has no node here that uses it, and is not to be taken for a leftover.
  hasUsers: false,
  color: '#3FADB5',
  icon: 'stream-sea.svg',
  defaults: {
    name: { value: SERVER_DEFAULTS.name },
    where: { value: SERVER_DEFAULTS.where },
    listenOn: { value: SERVER_DEFAULTS.listenOn },
    host: {
      value: SERVER_DEFAULTS.host,
      validate(value, _options) {
        if (isInside(this)) return true;
        return hostProblem(String(value ?? SERVER_DEFAULTS.host), isRemote(this)) ?? true;
      },
    },
    port: {
      value: SERVER_DEFAULTS.port,
      validate(value, _options) {
        return (isInside(this) ? undefined : portProblem(String(value ?? ''))) ?? true;
      },
    },
    cors: {
      value: SERVER_DEFAULTS.cors,
      validate(value, _options) {
        return (isRemote(this) ? undefined : originsProblem(String(value ?? ''))) ?? true;
      },
    },
    secure: { value: SERVER_DEFAULTS.secure },
    tls: { value: SERVER_DEFAULTS.tls, type: 'tls-config', required: false, label: t('label.tls') },
    proxy: { value: SERVER_DEFAULTS.proxy, type: 'http proxy', required: false, label: t('label.proxy') },
    auth: { value: SERVER_DEFAULTS.auth },
    tokenLifetime: {
      value: SERVER_DEFAULTS.tokenLifetime,
      validate(value, _options) {
        return (hasKey(this) ? positiveProblem(value, false) : undefined) ?? true;
      },
    },
    mustFanout: { value: SERVER_DEFAULTS.mustFanout },
    filter: {
      value: SERVER_DEFAULTS.filter,
      validate(value, _options) {
        return (hasKey(this) ? filterProblem(String(value ?? '')) : undefined) ?? true;
      },
    },
    autoConnect: { value: SERVER_DEFAULTS.autoConnect },
    offline: { value: SERVER_DEFAULTS.offline },
    queueLimit: {
      value: SERVER_DEFAULTS.queueLimit,
      validate(value, _options) {
        return positiveProblem(value, true) ?? true;
      },
    },
    whenFull: { value: SERVER_DEFAULTS.whenFull },
    maxAge: {
      value: SERVER_DEFAULTS.maxAge,
      validate(value, _options) {
        return ageProblem(value) ?? true;
      },
    },
    requestTimeout: {
      value: SERVER_DEFAULTS.requestTimeout,
      validate(value, _options) {
        return positiveProblem(value, false) ?? true;
      },
    },
    silenceTimeout: {
      value: SERVER_DEFAULTS.silenceTimeout,
      validate(value, _options) {
        return positiveProblem(value, false) ?? true;
      },
    },
  },
  credentials: {
    clientId: {
      type: 'text',
      validate(value, _options) {
        const needed = isRemote(this) || inDialog('clientSecret') !== '';
        return !needed || value !== '' || t('error.clientId');
      },
    },
    clientSecret: {
      type: 'password',
      validate(value, _options) {
        const needed = isRemote(this) ? inDialog('auth') === 'basic' : inDialog('clientId') !== '';
        return !needed || value !== '' || t('error.clientSecret');
      },
    },
    jwt: {
      type: 'password',
      validate(value, _options) {
        const needed = isRemote(this) && inDialog('auth') === 'jwt';
        return !needed || value !== '' || t('error.jwt');
      },
    },
    privateKey: {
      type: 'password',
      validate(value, _options) {
        if (!isRemote(this) || inDialog('auth') !== 'key') return true;
        return value === '' ? t('error.privateKey') : (privateKeyProblem(String(value)) ?? true);
      },
    },
  },
  paletteLabel: () => t('label.type'),
  label() {
    if (this.name) return this.name;
    if (this.where === 'remote') return shownAddress(this.host || SERVER_DEFAULTS.host, this.port);
    return this.listenOn === 'node-red' ? t('label.embedded') : shownAddress(t('label.embedded'), this.port);
  },
  oneditprepare() {
    const tabs = RED.tabs.create({
      id: 'stream-sea-server-tabs',
      onchange(tab) {
        $('#stream-sea-server-tabs-content').children().hide();
        $(`#${tab.id}`).show();
      },
    });
    tabs.addTab({ id: 'stream-sea-server-tab-connection', label: t('label.tab.connection') });
    tabs.addTab({ id: 'stream-sea-server-tab-queue', label: t('label.tab.queue') });
    addClientsTab(tabs, this.id);
    // The tabs measure themselves, which they cannot do before the dialog is shown.
    setTimeout(() => tabs.resize(), 0);

    fillInDefaults(this, SERVER_DEFAULTS, '#node-config-input-');
    const where = $('#node-config-input-where');
    if (where.val() !== 'remote') where.val('embedded');
    const listenOn = $('#node-config-input-listenOn');
    // Whatever else a flow has stands for the default.
    if (listenOn.val() !== 'node-red') listenOn.val('port');
    const cards = $('input[name="stream-sea-server-where"]');
    cards.filter(`[value="${where.val()}"]`).prop('checked', true);
    cards.on('change', () => {
      where.val(String(cards.filter(':checked').val())).trigger('change');
    });
    for (const property of ['where', 'listenOn', 'secure', 'auth', 'offline']) {
      $(`#node-config-input-${property}`).on('change', showWhatMatters);
    }
    explain($('#node-config-input-offline'), $('#stream-sea-server-offline-hint'), (option) => {
      return t(`hint.offline.${option}`);
    });
    explain($('#node-config-input-whenFull'), $('#stream-sea-server-whenFull-hint'), (option) => {
      return t(`hint.whenFull.${option}`);
    });
    showWhatMatters();
    attachTokenEnd(this.id, $('#node-config-input-jwt'));
    attachAddress(
      {
        host: $('#node-config-input-host'),
        port: $('#node-config-input-port'),
        secure: $('#node-config-input-secure'),
      },
      () => where.val() === 'remote',
    );
    attachConnectionTest(this.id, $('#stream-sea-server-test'), $('#stream-sea-server-test-result'));
    attachOffer(this.id, $('#stream-sea-server-offer'));
    attachKeyField(this.id, $('#node-config-input-privateKey'), $('#stream-sea-server-key'));
    attachFilterField(
      this.id,
      $('#node-config-input-filter'),
      $('#stream-sea-server-filter-build'),
      $('#stream-sea-server-filter-words'),
    );
    const secret = $('#node-config-input-clientSecret');
    attachSecretDraw($('#stream-sea-server-draw'), secret, $('#stream-sea-server-drawn'));
  },
  oneditsave() {
    const remote = $('#node-config-input-where').val() === 'remote';
    // What is hidden holds on to nothing: a config node would count as used, and a token as saved.
    if (!remote || !$('#node-config-input-secure').is(':checked')) chooseNone('tls');
    if (!remote) chooseNone('proxy');
    const auth = remote ? $('#node-config-input-auth').val() : 'basic';
    if (auth !== 'jwt') $('#node-config-input-jwt').val('');
    if (auth !== 'key') $('#node-config-input-privateKey').val('');
    $('#node-config-input-filter').val((_index, filter) => tidyJson(filter).trim());
    $('#node-config-input-host').val((_index, host) => host.trim());
  },
});
