import { catalogue, labelStyle, nodeLabel, showWhenNoServer, takeOnlyServer } from '../shared/dialog.editor';
import { attachStreamField } from '../shared/stream-field.editor';
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
    stream: { value: DESCRIBE_DEFAULTS.stream },
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
    attachStreamField();
    attachCurrentSchema($('#stream-sea-describe-current'));
  },
});
