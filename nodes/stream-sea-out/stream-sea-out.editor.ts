import {
  catalogue,
  explain,
  fillInDefaults,
  labelStyle,
  nodeLabel,
  showWhenNoServer,
  takeOnlyServer,
} from '../shared/dialog.editor';
import { attachStreamField } from '../shared/stream-field.editor';
import { attachLastMessage } from './last-message.editor';
import { OUT_DEFAULTS, type OutConfig } from './stream-sea-out.config';

const t = catalogue('stream-sea-out');

RED.nodes.registerType<OutConfig>('stream-sea-out', {
  category: 'stream-sea',
  categoryDescription: t('palette.description'),
  color: '#3FADB5',
  icon: 'stream-sea.svg',
  align: 'right',
  inputs: 1,
  outputs: 0,
  defaults: {
    name: { value: OUT_DEFAULTS.name },
    server: {
      value: OUT_DEFAULTS.server,
      type: 'stream-sea-server',
      required: true,
      label: t('label.server'),
    },
    stream: { value: OUT_DEFAULTS.stream },
    validate: { value: OUT_DEFAULTS.validate },
    batch: { value: OUT_DEFAULTS.batch },
  },
  inputLabels: () => t('label.message'),
  paletteLabel: () => t('label.type'),
  label() {
    return nodeLabel(this, t('label.type'));
  },
  labelStyle() {
    return labelStyle(this);
  },
  onadd() {
    takeOnlyServer(this);
  },
  oneditprepare() {
    fillInDefaults(this, OUT_DEFAULTS, '#node-input-');
    showWhenNoServer($('#stream-sea-out-no-server'));
    attachStreamField();

    const validate = $('#node-input-validate');
    explain(validate, $('#stream-sea-out-validate-hint'), (option) => t(`hint.validate.${option}`));
    attachLastMessage($('#stream-sea-out-last'), validate);
  },
});
