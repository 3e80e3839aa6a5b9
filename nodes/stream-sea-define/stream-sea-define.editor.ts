import {
  catalogue,
  currently,
  labelStyle,
  nodeLabel,
  showWhenNoServer,
  takeOnlyServer,
} from '../shared/dialog.editor';
import { attachStreamField } from '../shared/stream-field.editor';
import { problemOf } from './definition-words.editor';
import { SchemaDialog } from './schema-dialog.editor';
import { DEFINE_DEFAULTS, type DefineConfig } from './stream-sea-define.config';

const t = catalogue('stream-sea-define');

const DIALOG = '.stream-sea-define-dialog';

/** What is in the open dialog hangs on its element: it is there exactly as long as the dialog is. */
function openDialog(): SchemaDialog | undefined {
  const dialog: SchemaDialog | undefined = $(DIALOG).data('stream-sea-schema');
  return dialog;
}

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
    stream: { value: DEFINE_DEFAULTS.stream },
    schema: {
      value: DEFINE_DEFAULTS.schema,
      validate(value, _options) {
        return problemOf(String(value ?? ''), currently(this, this.stream, '#node-input-stream'), t) ?? true;
      },
    },
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
    showWhenNoServer($('#stream-sea-define-no-server'));
    attachStreamField();
    $(DIALOG).data('stream-sea-schema', new SchemaDialog(String($('#node-input-schema').val() ?? ''), t));
  },
  oneditsave() {
    openDialog()?.save();
  },
  oneditresize(size) {
    openDialog()?.resize(size.height);
  },
});
