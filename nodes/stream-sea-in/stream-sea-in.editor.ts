/** The page of `stream-sea-in`: registers the type, with all that the flow library reads there literally. */

import { sharedPart } from '../shared/editor/shared-part.editor';
import { IN_DEFAULTS, type InConfig } from './stream-sea-in.config';

const { t, checkOwnStream, checkStreams, checkGroup, label, labelStyle, onadd, oneditprepare, oneditsave } =
  sharedPart<typeof import('./behaviour.editor')>('stream-sea-in');

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
    stream: { value: IN_DEFAULTS.stream, label: t('label.stream'), validate: checkOwnStream },
    streamType: { value: IN_DEFAULTS.streamType },
    delivery: { value: IN_DEFAULTS.delivery },
    group: { value: IN_DEFAULTS.group, validate: checkGroup },
    streams: { value: IN_DEFAULTS.streams, validate: checkStreams },
    inputs: { value: IN_DEFAULTS.inputs },
  },
  inputLabels: () => t('label.control'),
  outputLabels: () => t('label.message'),
  paletteLabel: () => t('label.type'),
  label,
  labelStyle,
  onadd,
  oneditprepare,
  oneditsave,
});
