import {
  catalogue,
  currently,
  explain,
  fillInDefaults,
  labelStyle,
  nodeLabel,
  showWhenNoServer,
  takeOnlyServer,
} from '../shared/dialog.editor';
import { attachStreamField } from '../shared/stream-field.editor';
import { attachPeek } from './peek.editor';
import { IN_DEFAULTS, type InConfig } from './stream-sea-in.config';

const t = catalogue('stream-sea-in');

RED.nodes.registerType<InConfig>('stream-sea-in', {
  category: 'stream-sea',
  categoryDescription: t('palette.description'),
  color: '#3FADB5',
  icon: 'stream-sea.svg',
  inputs: 0,
  outputs: 1,
  defaults: {
    name: { value: IN_DEFAULTS.name },
    server: {
      value: IN_DEFAULTS.server,
      type: 'stream-sea-server',
      required: true,
      label: t('label.server'),
    },
    stream: {
      value: IN_DEFAULTS.stream,
      validate(value, _options) {
        const controlled = currently(this, this.inputs, '#node-input-inputs') === '1';
        return controlled || String(value ?? '').trim() !== '' || t('error.stream');
      },
    },
    delivery: { value: IN_DEFAULTS.delivery },
    group: {
      value: IN_DEFAULTS.group,
      validate(value, _options) {
        const named = currently(this, this.delivery, '#node-input-delivery') === 'group';
        return !named || String(value ?? '').trim() !== '' || t('error.group');
      },
    },
    inputs: { value: IN_DEFAULTS.inputs },
  },
  inputLabels: () => t('label.control'),
  outputLabels: () => t('label.message'),
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
    fillInDefaults(this, IN_DEFAULTS, '#node-input-');
    showWhenNoServer($('#stream-sea-in-no-server'));
    attachStreamField();
    attachPeek($('#stream-sea-in-messages'), $('#stream-sea-in-peek'));

    const delivery = $('#node-input-delivery');
    explain(delivery, $('#stream-sea-in-delivery-hint'), (option) => t(`hint.delivery.${option}`));
    delivery.on('change', () => $('#stream-sea-in-group-row').toggle(delivery.val() === 'group'));

    const inputs = $('#node-input-inputs');
    const control = $('#stream-sea-in-control');
    const stream = $('#node-input-stream');
    const update = () => {
      const controlled = control.is(':checked');
      inputs.val(controlled ? 1 : 0).trigger('change');
      stream.attr('placeholder', t(controlled ? 'placeholder.streamOptional' : 'placeholder.stream'));
    };
    control.prop('checked', Number(this.inputs) === 1).on('change', update);
    update();
  },
});
