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
import { attachTypedField, typedProblem } from '../shared/typed-field.editor';
import { PAYLOAD_TYPES, STREAM_TYPES } from '../shared/value.config';
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
    stream: {
      value: OUT_DEFAULTS.stream,
      label: t('label.stream'),
      validate(value, options) {
        return typedProblem(
          value,
          currently(this, this.streamType ?? 'str', '#node-input-streamType'),
          options,
        );
      },
    },
    streamType: { value: OUT_DEFAULTS.streamType },
    payload: {
      value: OUT_DEFAULTS.payload,
      label: t('label.payload'),
      validate(value, options) {
        const kind = currently(this, this.payloadType ?? 'msg', '#node-input-payloadType');
        // An older flow has none, and means the default.
        return value === undefined || typedProblem(value, kind, options);
      },
    },
    payloadType: { value: OUT_DEFAULTS.payloadType },
    field: { value: OUT_DEFAULTS.field },
    decimalComma: { value: OUT_DEFAULTS.decimalComma },
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
    attachTypedStream(STREAM_TYPES);
    attachTypedField('payload', PAYLOAD_TYPES);
    const field = $('#node-input-field');
    const comma = $('#stream-sea-out-comma-row');
    const showComma = () => comma.toggle(String(field.val() ?? '').trim() !== '');
    field.on('input change', showComma);
    showComma();

    const validate = $('#node-input-validate');
    explain(validate, $('#stream-sea-out-validate-hint'), (option) => t(`hint.validate.${option}`));
    attachLastMessage($('#stream-sea-out-last'), validate);
  },
});
