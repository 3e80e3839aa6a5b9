/** The page of `stream-sea-describe`: registers the type, with all that the flow library reads there literally. */

import { sharedPart } from '../shared/editor/shared-part.editor';
import { DESCRIBE_DEFAULTS, type DescribeConfig } from './stream-sea-describe.config';

const { t, checkStream, label, labelStyle, onadd, oneditprepare } =
  sharedPart<typeof import('./behaviour.editor')>('stream-sea-describe');

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
    stream: { value: DESCRIBE_DEFAULTS.stream, label: t('label.stream'), validate: checkStream },
    streamType: { value: DESCRIBE_DEFAULTS.streamType },
  },
  inputLabels: () => t('label.request'),
  outputLabels: () => t('label.definition'),
  paletteLabel: () => t('label.type'),
  label,
  labelStyle,
  onadd,
  oneditprepare,
});
