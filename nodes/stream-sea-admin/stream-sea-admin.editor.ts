/** The page of `stream-sea-admin`: registers the type, with all that the flow library reads there literally. */

import { sharedPart } from '../shared/editor/shared-part.editor';
import { ADMIN_DEFAULTS, type AdminConfig } from './stream-sea-admin.config';

const { t, label, labelStyle, onadd, oneditprepare } =
  sharedPart<typeof import('./behaviour.editor')>('stream-sea-admin');

RED.nodes.registerType<AdminConfig>('stream-sea-admin', {
  category: 'stream-sea',
  categoryDescription: t('palette.description'),
  color: '#3FADB5',
  icon: 'stream-sea.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: ADMIN_DEFAULTS.name },
    server: {
      value: ADMIN_DEFAULTS.server,
      type: 'stream-sea-server',
      required: true,
      label: t('label.server'),
    },
    action: { value: ADMIN_DEFAULTS.action },
    subject: { value: ADMIN_DEFAULTS.subject },
  },
  inputLabels: () => t('label.request'),
  outputLabels: () => t('label.answer'),
  paletteLabel: () => t('label.type'),
  label,
  labelStyle,
  onadd,
  oneditprepare,
});
