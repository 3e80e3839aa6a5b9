/** The page of `stream-sea-out`: registers the type, with all that the flow library reads there literally. */

import { sharedPart } from '../shared/editor/shared-part.editor';
import { OUT_DEFAULTS, type OutConfig } from './stream-sea-out.config';

const { t, checkStream, checkPayload, label, labelStyle, onadd, oneditprepare } =
  sharedPart<typeof import('./behaviour.editor')>('stream-sea-out');

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
    stream: { value: OUT_DEFAULTS.stream, label: t('label.stream'), validate: checkStream },
    streamType: { value: OUT_DEFAULTS.streamType },
    payload: { value: OUT_DEFAULTS.payload, label: t('label.payload'), validate: checkPayload },
    payloadType: { value: OUT_DEFAULTS.payloadType },
    field: { value: OUT_DEFAULTS.field },
    decimalComma: { value: OUT_DEFAULTS.decimalComma },
    validate: { value: OUT_DEFAULTS.validate },
    batch: { value: OUT_DEFAULTS.batch },
  },
  inputLabels: () => t('label.message'),
  paletteLabel: () => t('label.type'),
  label,
  labelStyle,
  onadd,
  oneditprepare,
});
