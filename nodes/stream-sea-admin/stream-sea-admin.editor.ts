import { ADMIN_ACTIONS } from '../shared/clients-api.config';
import { catalogue, explain, labelStyle, showWhenNoServer, takeOnlyServer } from '../shared/dialog.editor';
import { ADMIN_DEFAULTS, type AdminConfig } from './stream-sea-admin.config';
import { attachSubjectField } from './subject-field.editor';

const t = catalogue('stream-sea-admin');

RED.nodes.registerType<AdminConfig>('stream-sea-admin', {
  category: 'stream-sea',
  categoryDescription: t('palette.description'),
  color: '#3FADB5',
  icon: 'stream-sea.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: ADMIN_DEFAULTS.name },
    server: {
      value: ADMIN_DEFAULTS.server,
      type: 'stream-sea-server',
      required: true,
      label: t('label.server'),
    },
    action: { value: ADMIN_DEFAULTS.action },
    subject: { value: ADMIN_DEFAULTS.subject },
  },
  inputLabels: () => t('label.request'),
  outputLabels: () => t('label.answer'),
  paletteLabel: () => t('label.type'),
  label() {
    if (this.name) return this.name;
    const action = ADMIN_ACTIONS.find((each) => each === this.action);
    const what = action === undefined ? t('label.type') : t(`label.short.${action}`);
    return this.subject ? `${what}: ${this.subject}` : what;
  },
  labelStyle() {
    return labelStyle(this);
  },
  onadd() {
    takeOnlyServer(this);
  },
  oneditprepare() {
    showWhenNoServer($('#stream-sea-admin-no-server'));
    const action = $('#node-input-action');
    // A word that is no action is the message's to say.
    if (action.val() === null) action.val('');
    explain(action, $('#stream-sea-admin-action-hint'), (option) => {
      const chosen = option === '' ? 'message' : option;
      return t(`hint.action.${chosen}`);
    });
    attachSubjectField($('#node-input-subject'), $('#stream-sea-admin-subject-label'), action);
  },
});
