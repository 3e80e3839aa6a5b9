/** The page of `stream-sea-define`: registers the type, with all that the flow library reads there literally. */

import { sharedPart } from '../shared/editor/shared-part.editor';
import { DEFINE_DEFAULTS, type DefineConfig } from './stream-sea-define.config';

const { t, checkStream, checkSchema, label, labelStyle, onadd, oneditprepare, oneditsave, oneditresize } =
  sharedPart<typeof import('./behaviour.editor')>('stream-sea-define');

RED.nodes.registerType<DefineConfig>('stream-sea-define', {
  category: 'stream-sea',
  categoryDescription: t('palette.description'),
  color: '#3FADB5',
  icon: 'stream-sea.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: DEFINE_DEFAULTS.name },
    server: {
      value: DEFINE_DEFAULTS.server,
      type: 'stream-sea-server',
      required: true,
      label: t('label.server'),
    },
    stream: { value: DEFINE_DEFAULTS.stream, label: t('label.stream'), validate: checkStream },
    streamType: { value: DEFINE_DEFAULTS.streamType },
    streams: { value: DEFINE_DEFAULTS.streams },
    schema: { value: DEFINE_DEFAULTS.schema, validate: checkSchema },
  },
  inputLabels: () => t('label.request'),
  outputLabels: () => t('label.definition'),
  paletteLabel: () => t('label.type'),
  label,
  labelStyle,
  onadd,
  oneditprepare,
  oneditsave,
  oneditresize,
});
