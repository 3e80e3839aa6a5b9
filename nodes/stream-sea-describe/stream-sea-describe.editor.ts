import {
  catalogue,
  currently,
  labelStyle,
  nodeLabel,
  showWhenNoServer,
  takeOnlyServer,
} from '../shared/dialog.editor';
import { attachTypedStream } from '../shared/stream-field.editor';
import { typedProblem } from '../shared/typed-field.editor';
import { STREAM_TYPES } from '../shared/value.config';
import { attachCurrentSchema } from './current-schema.editor';
import { DESCRIBE_DEFAULTS, type DescribeConfig } from './stream-sea-describe.config';

const t = catalogue('stream-sea-describe');

RED.nodes.registerType<DescribeConfig>('stream-sea-describe', {
  category: 'stream-sea',
  categoryDescription: t('palette.description'),
  color: '#3FADB5',
  icon: 'stream-sea.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: DESCRIBE_DEFAULTS.name },
    server: {
      value: DESCRIBE_DEFAULTS.server,
      type: 'stream-sea-server',
      required: true,
      label: t('label.server'),
    },
    stream: {
      value: DESCRIBE_DEFAULTS.stream,
      label: t('label.stream'),
      validate(value, options) {
        return typedProblem(
          value,
          currently(this, this.streamType ?? 'str', '#node-input-streamType'),
          options,
        );
      },
    },
    streamType: { value: DESCRIBE_DEFAULTS.streamType },
  },
  inputLabels: () => t('label.request'),
  outputLabels: () => t('label.definition'),
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
    showWhenNoServer($('#stream-sea-describe-no-server'));
    attachTypedStream(STREAM_TYPES);
    attachCurrentSchema($('#stream-sea-describe-current'));
  },
});
