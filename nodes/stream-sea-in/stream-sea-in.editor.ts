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
import { attachTypedStream } from '../shared/stream-field.editor';
import { typedProblem } from '../shared/typed-field.editor';
import { attachFurther, furtherIn } from './further.editor';
import { attachPeek } from './peek.editor';
import { IN_DEFAULTS, IN_STREAM_TYPES, type InConfig } from './stream-sea-in.config';

const t = catalogue('stream-sea-in');

const list = () => $('#node-input-streams-container');

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
      label: t('label.stream'),
      validate(value, options) {
        const controlled = currently(this, this.inputs, '#node-input-inputs') === '1';
        const optional = controlled || (this.streams ?? []).length > 0;
        if (!optional && String(value ?? '').trim() === '') return t('error.stream');
        return typedProblem(
          value,
          currently(this, this.streamType ?? 'str', '#node-input-streamType'),
          options,
        );
      },
    },
    streamType: { value: IN_DEFAULTS.streamType },
    delivery: { value: IN_DEFAULTS.delivery },
    group: {
      value: IN_DEFAULTS.group,
      validate(value, _options) {
        const named = currently(this, this.delivery, '#node-input-delivery') === 'group';
        return !named || String(value ?? '').trim() !== '' || t('error.group');
      },
    },
    streams: { value: IN_DEFAULTS.streams },
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
    const { text } = attachTypedStream(IN_STREAM_TYPES);
    attachFurther(list(), this.streams ?? []);
    attachPeek($('#stream-sea-in-messages'), $('#stream-sea-in-peek'));

    const delivery = $('#node-input-delivery');
    explain(delivery, $('#stream-sea-in-delivery-hint'), (option) => t(`hint.delivery.${option}`));
    delivery.on('change', () => $('#stream-sea-in-group-row').toggle(delivery.val() === 'group'));

    const inputs = $('#node-input-inputs');
    const control = $('#stream-sea-in-control');
    const update = () => {
      const controlled = control.is(':checked');
      inputs.val(controlled ? 1 : 0).trigger('change');
      text.attr('placeholder', t(controlled ? 'placeholder.streamOptional' : 'placeholder.stream'));
    };
    control.prop('checked', Number(this.inputs) === 1).on('change', update);
    update();
  },
  oneditsave() {
    this.streams = furtherIn(list());
  },
});
