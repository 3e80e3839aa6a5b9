import {
  catalogue,
  currently,
  labelStyle,
  nodeLabel,
  showWhenNoServer,
  takeOnlyServer,
} from '../shared/dialog.editor';
import { attachTypedStream } from '../shared/stream-field.editor';
import { attachStreamList, streamsIn } from '../shared/stream-list.editor';
import { typedProblem } from '../shared/typed-field.editor';
import { STREAM_TYPES } from '../shared/value.config';
import { problemOf } from './definition-words.editor';
import { foreseenRefusal } from './foreseen-refusals.editor';
import { SchemaDialog } from './schema-dialog.editor';
import { DEFINE_DEFAULTS, type DefineConfig } from './stream-sea-define.config';

const t = catalogue('stream-sea-define');

/** Dragged in from the palette, and not through their dialog yet. */
const dropped = new Set<string>();

const DIALOG = '.stream-sea-define-dialog';

/** What is in the open dialog hangs on its element: it is there exactly as long as the dialog is. */
function openDialog(): SchemaDialog | undefined {
  const dialog: SchemaDialog | undefined = $(DIALOG).data('stream-sea-schema');
  return dialog;
}

/** The stream's name, where it is typed; blank where only a message or the runtime knows. */
function typedName(node: Partial<DefineConfig>): string {
  const typed = currently(node, node.streamType ?? 'str', '#node-input-streamType') === 'str';
  return typed ? currently(node, node.stream, '#node-input-stream') : '';
}

const list = () => $('#node-input-streams-container');

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
    stream: {
      value: DEFINE_DEFAULTS.stream,
      label: t('label.stream'),
      validate(value, options) {
        return typedProblem(
          value,
          currently(this, this.streamType ?? 'str', '#node-input-streamType'),
          options,
        );
      },
    },
    streamType: { value: DEFINE_DEFAULTS.streamType },
    streams: { value: DEFINE_DEFAULTS.streams },
    schema: {
      value: DEFINE_DEFAULTS.schema,
      validate(value, _options) {
        const schema = String(value ?? '');
        const stream = typedName(this);
        const server = currently(this, this.server, '#node-input-server');
        return problemOf(schema, stream, t) ?? foreseenRefusal(server, stream, schema) ?? true;
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
    if (!RED.nodes.node(this.id)) dropped.add(this.id);
    takeOnlyServer(this);
  },
  oneditprepare() {
    showWhenNoServer($('#stream-sea-define-no-server'));
    attachTypedStream(STREAM_TYPES);
    attachStreamList(list(), {
      items: this.streams ?? [],
      words: {
        stream: t('label.further.stream'),
        placeholder: t('placeholder.further'),
        remove: t('label.further.remove'),
        add: t('label.further.add'),
      },
      nameOf: (stream) => stream,
      grows: true,
    });
    const saved = String($('#node-input-schema').val() ?? '');
    $(DIALOG).data('stream-sea-schema', new SchemaDialog(saved, t, dropped.has(this.id)));
  },
  oneditsave() {
    this.streams = streamsIn(list()).map(({ name }) => name);
    openDialog()?.save();
    dropped.delete(this.id);
  },
  oneditresize(size) {
    openDialog()?.resize(size.height);
  },
});
