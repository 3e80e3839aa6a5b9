/** The page of `stream-sea-versions`: registers the type, with all that the flow library reads there literally. */

import { sharedPart } from '../shared/editor/shared-part.editor';
import { VERSIONS_DEFAULTS, type VersionsConfig } from './stream-sea-versions.config';

const { t, label, labelStyle, onadd, oneditprepare, oneditsave, oneditresize } =
  sharedPart<typeof import('./behaviour.editor')>('stream-sea-versions');

RED.nodes.registerType<VersionsConfig>('stream-sea-versions', {
  category: 'stream-sea',
  categoryDescription: t('palette.description'),
  color: '#3FADB5',
  icon: 'stream-sea.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: VERSIONS_DEFAULTS.name },
    server: {
      value: VERSIONS_DEFAULTS.server,
      type: 'stream-sea-server',
      required: true,
      label: t('label.server'),
    },
    streams: { value: VERSIONS_DEFAULTS.streams },
  },
  inputLabels: () => t('label.request'),
  outputLabels: () => t('label.versions'),
  paletteLabel: () => t('label.type'),
  label,
  labelStyle,
  onadd,
  oneditprepare,
  oneditsave,
  oneditresize,
});
